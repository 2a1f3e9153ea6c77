import { expect, test } from 'vitest';
import { writeMessage } from '../../lib/codec.ts';
import { decodeSettings, defaultSettings, encodeSettings } from './settings.ts';

test('settings come back as they were kept', () => {
  const chosen = { ...defaultSettings, typing: false, language: 'es', calls: 'never' } as const;
  expect(decodeSettings(encodeSettings(chosen))).toEqual(chosen);
  expect(decodeSettings(encodeSettings(defaultSettings))).toEqual(defaultSettings);
});

test('settings from before there were calls allow them', () => {
  const old = writeMessage().flag(2, true).uint(5, 2).finish();
  expect(decodeSettings(old)).toEqual({
    ...defaultSettings,
    typing: false,
    appearance: 'dark',
    calls: 'relay',
  });
});
