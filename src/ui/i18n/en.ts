/**
 * English, the language that all keys are typed by. Texts live in one file per area; a key is unique in all of
 * them. Short, warm, exact; the same word for the same thing everywhere (relay, invite link, chat, browser).
 */
import { enApp } from './en-app.ts';
import { enChat } from './en-chat.ts';
import { enFaults } from './en-faults.ts';
import { enSettings } from './en-settings.ts';

export const en = { ...enApp, ...enChat, ...enSettings, ...enFaults };
