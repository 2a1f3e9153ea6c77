/** Spanish, the texts of the first screen. Written with tú and not word by word. */
import { esApp } from './es-app.ts';
import { esChat } from './es-chat.ts';

export const es = { ...esApp, ...esChat };
