import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { en as enFirst } from './en.ts';
import { es as esFirst } from './es.ts';
import { currentLanguage, loadTexts, setLanguage, t, tParts } from './language.ts';
import { pseudo } from './pseudo.ts';
import { type Text } from './text.ts';
import { areaOf, areas, type Area, type TextKey } from './texts.ts';

const areaNames = Object.keys(areas) as Area[];
const all = async (language: 'en' | 'es', first: object): Promise<Record<TextKey, Text>> =>
  Object.assign(
    {},
    first,
    ...(await Promise.all(areaNames.map((area) => areas[area][language]()))),
  ) as never;
const en = await all('en', enFirst);
const es = await all('es', esFirst);

const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const parameters = (text: Text): string[] =>
  [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();
const keys = Object.keys(en) as TextKey[];

afterEach(() => setLanguage('en'));
beforeAll(() => Promise.all(areaNames.map(loadTexts)));

describe('texts in two languages', () => {
  it('have the same keys and the same parameters', () => {
    expect(Object.keys(es).sort()).toEqual([...keys].sort());
    for (const key of keys) expect(parameters(es[key]), key).toEqual(parameters(en[key]));
  });

  it('are all written, and none is left in English by accident', () => {
    const alike = keys.filter((key) => JSON.stringify(es[key]) === JSON.stringify(en[key]));
    for (const key of keys)
      for (const form of forms(es[key])) expect(form.trim(), key).not.toBe('');
    // Names, keys and words that are the same in both.
    expect(
      alike.filter(
        (key) =>
          !/^(sotto|chats|search\.ctrl|key\.|chat\.said|body\.(sticker|gif)|chat\.stickers|emoji\.(stickers|pack-count)|media\.original$|voice\.times$|settings\.(storage-chat|text-normal))/.test(
            key,
          ),
      ),
    ).toEqual([]);
  });

  it('address the person with tú', () => {
    for (const key of keys) {
      for (const form of forms(es[key])) expect(form, key).not.toMatch(/\b(usted|ustedes|vos)\b/i);
    }
  });

  it('each key lies in the area that its first word names', async () => {
    for (const area of areaNames) {
      for (const key of Object.keys(await areas[area].en()))
        expect(areaOf(key as TextKey)).toBe(area);
    }
    for (const key of Object.keys(enFirst)) expect(areaOf(key as TextKey), key).toBeUndefined();
  });

  it('another language brings the areas that are in use', async () => {
    await setLanguage('es');
    expect(t('settings.privacy')).toBe('Privacidad');
    expect(t('fault.own-invite.cause')).toBe('Este es tu propio enlace.');
  });

  it('choose the plural by the rules of the language', async () => {
    expect(t('status.waiting', { count: 1 })).toBe('1 message waiting to be sent');
    expect(t('status.waiting', { count: 3 })).toBe('3 messages waiting to be sent');
    await setLanguage('es');
    expect(t('status.waiting', { count: 1 })).toBe('1 mensaje por enviar');
    expect(t('status.waiting', { count: 12_000 })).toMatch(/^12.000 mensajes por enviar$/);
  });

  it('put parameters in place, also as templates', () => {
    expect(t('invite.wants', { name: 'Ana $& {name}' })).toBe(
      'Ana $& {name} wants to talk with you',
    );
    const name = { a: 'template' };
    expect(tParts('invite.wants', { name })).toEqual(['', name, ' wants to talk with you']);
  });

  it('the last language asked for wins, whatever loads first', async () => {
    const spanish = setLanguage('es');
    const english = setLanguage('en');
    await spanish;
    expect(currentLanguage()).toBe('en');
    await english;
    const again = setLanguage('es');
    void setLanguage('pseudo');
    await again;
    expect(currentLanguage()).toBe('pseudo');
    expect(t('welcome.create')).toMatch(/^Créáté/);
  });

  it('grow by about 40 % in the pseudo-language and keep their parameters', () => {
    const stretched = pseudo(en);
    for (const key of keys) {
      expect(parameters(stretched[key] ?? ''), key).toEqual(parameters(en[key]));
      for (const [index, form] of forms(stretched[key] ?? '').entries()) {
        const before = forms(en[key])[index] ?? '';
        const plain = before.replace(/\{\w+\}/g, '').length;
        if (plain > 8) expect(form.length - before.length, key).toBeGreaterThanOrEqual(plain * 0.3);
      }
    }
  });
});
