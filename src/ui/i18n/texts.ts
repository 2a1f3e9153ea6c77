/**
 * All texts there are, in areas. The first screen's are in the first download (English) or come before anything is
 * drawn (Spanish); an area of its own loads when one of its texts is first read. A key belongs to the area that
 * its first word names. A key is unique in all areas and typed by English.
 */
import type { enBackup } from './en-backup.ts';
import type { enEmoji } from './en-emoji.ts';
import type { enCalls } from './en-calls.ts';
import type { enDetails } from './en-details.ts';
import type { enFaults } from './en-faults.ts';
import type { en } from './en.ts';
import type { enMedia } from './en-media.ts';
import type { enSettings } from './en-settings.ts';
import type { enStart } from './en-start.ts';
import { type Text } from './text.ts';

/** The name of a text. */
export type TextKey =
  | keyof typeof en
  | keyof typeof enSettings
  | keyof typeof enStart
  | keyof typeof enDetails
  | keyof typeof enFaults
  | keyof typeof enMedia
  | keyof typeof enEmoji
  | keyof typeof enCalls
  | keyof typeof enBackup;
/** Texts of one language, of one or more areas. */
export type Texts = Readonly<Partial<Record<TextKey, Text>>>;

export type Area =
  'details' | 'settings' | 'start' | 'faults' | 'media' | 'emoji' | 'calls' | 'backup';
export type WrittenLanguage = 'en' | 'es';

const areaOfWord: Readonly<Record<string, Area>> = {
  settings: 'settings',
  erase: 'settings',
  welcome: 'start',
  insecure: 'start',
  unsupported: 'start',
  invite: 'start',
  shortcuts: 'start',
  key: 'start',
  details: 'details',
  'message-details': 'details',
  'delete-message': 'details',
  fault: 'faults',
  media: 'media',
  voice: 'media',
  emoji: 'emoji',
  call: 'calls',
  backup: 'backup',
};

/** Where each area is written. */
export const areas: Readonly<
  Record<Area, Readonly<Record<WrittenLanguage, () => Promise<Texts>>>>
> = {
  settings: {
    en: () => import('./en-settings.ts').then(({ enSettings }) => enSettings),
    es: () => import('./es-settings.ts').then(({ esSettings }) => esSettings),
  },
  start: {
    en: () => import('./en-start.ts').then(({ enStart }) => enStart),
    es: () => import('./es-start.ts').then(({ esStart }) => esStart),
  },
  details: {
    en: () => import('./en-details.ts').then(({ enDetails }) => enDetails),
    es: () => import('./es-details.ts').then(({ esDetails }) => esDetails),
  },
  faults: {
    en: () => import('./en-faults.ts').then(({ enFaults }) => enFaults),
    es: () => import('./es-faults.ts').then(({ esFaults }) => esFaults),
  },
  media: {
    en: () => import('./en-media.ts').then(({ enMedia }) => enMedia),
    es: () => import('./es-media.ts').then(({ esMedia }) => esMedia),
  },
  emoji: {
    en: () => import('./en-emoji.ts').then(({ enEmoji }) => enEmoji),
    es: () => import('./es-emoji.ts').then(({ esEmoji }) => esEmoji),
  },
  calls: {
    en: () => import('./en-calls.ts').then(({ enCalls }) => enCalls),
    es: () => import('./es-calls.ts').then(({ esCalls }) => esCalls),
  },
  backup: {
    en: () => import('./en-backup.ts').then(({ enBackup }) => enBackup),
    es: () => import('./es-backup.ts').then(({ esBackup }) => esBackup),
  },
};

/** The area of a key; undefined for what the first screen has. */
export function areaOf(key: TextKey): Area | undefined {
  const [word, rest] = key.split('.', 2);
  return rest === undefined ? undefined : areaOfWord[word ?? ''];
}
