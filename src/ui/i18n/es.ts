/** Spanish, written with tú and not word by word. The type asks for every key that English has. */
import { esApp } from './es-app.ts';
import { esChat } from './es-chat.ts';
import { esFaults } from './es-faults.ts';
import { esSettings } from './es-settings.ts';
import { type Texts } from './language.ts';

export const es: Texts = { ...esApp, ...esChat, ...esSettings, ...esFaults };
