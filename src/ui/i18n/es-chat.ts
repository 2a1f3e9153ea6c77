/** Spanish texts of an open chat. */
import { type Text } from './language.ts';
import { type enChat } from './en-chat.ts';

export const esChat: Readonly<Record<keyof typeof enChat, Text>> = {
  message: 'Mensaje',
  send: 'Enviar',
};
