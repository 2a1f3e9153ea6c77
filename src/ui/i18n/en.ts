/** English, the texts of the first screen. The language that all keys are typed by. */
import { enApp } from './en-app.ts';
import { enChat } from './en-chat.ts';

export const en = { ...enApp, ...enChat };
