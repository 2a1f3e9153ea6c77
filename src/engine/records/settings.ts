/** What the person chose. The name lives in the account. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type Settings } from '../api.ts';

export type StoredSettings = Omit<Settings, 'name'>;

const languages = ['auto', 'en', 'es'] as const;
const appearances = ['auto', 'light', 'dark'] as const;
const levels = ['name', 'name-and-text', 'nothing', 'off'] as const;

/** Settings of a new account: everything shared, notifications with the name only. */
export const defaultSettings: StoredSettings = {
  readReceipts: true,
  typing: true,
  lastSeen: true,
  language: 'auto',
  appearance: 'auto',
  notifications: 'name',
  calls: 'relay',
};

export function encodeSettings(settings: StoredSettings): Bytes {
  return writeMessage()
    .flag(1, !settings.readReceipts)
    .flag(2, !settings.typing)
    .flag(3, !settings.lastSeen)
    .uint(4, languages.indexOf(settings.language))
    .uint(5, appearances.indexOf(settings.appearance))
    .uint(6, levels.indexOf(settings.notifications))
    .flag(7, settings.calls === 'never')
    .finish();
}

export function decodeSettings(bytes: Uint8Array): StoredSettings {
  const fields = readMessage(bytes, 256);
  return {
    readReceipts: !fields.flag(1),
    typing: !fields.flag(2),
    lastSeen: !fields.flag(3),
    language: languages[fields.optionalUint(4) ?? 0] ?? 'auto',
    appearance: appearances[fields.optionalUint(5) ?? 0] ?? 'auto',
    notifications: levels[fields.optionalUint(6) ?? 0] ?? 'name',
    calls: fields.flag(7) ? 'never' : 'relay',
  };
}
