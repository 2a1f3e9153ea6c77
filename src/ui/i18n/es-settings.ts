/** Spanish texts of Settings. */
import { type enSettings } from './en-settings.ts';
import { type Text } from './language.ts';

export const esSettings: Readonly<Record<keyof typeof enSettings, Text>> = {
  'settings.profile': 'Perfil',
};
