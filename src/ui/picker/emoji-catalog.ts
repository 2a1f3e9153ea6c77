/**
 * All emoji in the language of the page: what they are called, by which words and shortcodes they are found, and how
 * they look in each skin tone. The data is a lazy file of our own origin; what the fonts of this device cannot draw is
 * left out. The ready-made picker elements were no choice: they write their styles and markup as strings, which
 * Trusted Types and `style-src 'self'` refuse, and keep what was used in a database of their own, in the clear.
 */
import { currentLanguage, fold } from '../i18n/index.ts';
import { createSupport } from './emoji-support.ts';

export interface Emoji {
  readonly emoji: string;
  readonly name: string;
  readonly shortcodes: readonly string[];
  /** Every word by which it is found, without accents and case; those of its name come first. */
  readonly words: readonly string[];
  /** How many of `words` are of its name. */
  readonly nameWords: number;
  /** In the lightest tone; absent where there are no tones. */
  readonly light?: string;
}

/** Groups in the order of the data: faces, people, animals, food, places, activities, things, signs, flags. */
export type Catalog = readonly (readonly Emoji[])[];

/** A line of the data. */
export type EmojiLine = readonly [
  emoji: string,
  name: string,
  words: string,
  shortcodes: string,
  light?: string,
];

/** The lightest of five modifiers; the others follow it. */
const LIGHT = 0x1f3fb;

/** Makes an emoji of its line. */
export function emojiOf([emoji, name, words, shortcodes, light]: EmojiLine): Emoji {
  const codes = shortcodes.split(' ').filter(Boolean);
  const split = (text: string): string[] =>
    fold(text)
      .split(/[^\p{L}\p{N}+]+/u)
      .filter(Boolean);
  const named = split(name);
  return {
    emoji,
    name,
    shortcodes: codes,
    words: [...named, ...split(`${words} ${codes.join(' ')}`)],
    nameWords: named.length,
    ...(light && { light }),
  };
}

/** The emoji in a tone: 0 as it is, 1–5 from light to dark. */
export function inTone({ emoji, light }: Emoji, tone: number): string {
  if (tone === 0 || !light) return emoji;
  return light.replaceAll(String.fromCodePoint(LIGHT), String.fromCodePoint(LIGHT + tone - 1));
}

async function load(language: 'en' | 'es'): Promise<Catalog> {
  const { default: groups } =
    language === 'es'
      ? await import('emoji-picker-element-data/es/cldr/data.json')
      : await import('emoji-picker-element-data/en/emojibase/data.json');
  const isSupported = createSupport();
  return groups.map((group) => group.filter(([emoji]) => isSupported(emoji)).map(emojiOf));
}

const loaded = new Map<string, Promise<Catalog>>();

/** The emoji of the page's language. Rejects when the file cannot be had; it is asked for again next time. */
export function loadCatalog(): Promise<Catalog> {
  const language = currentLanguage() === 'es' ? 'es' : 'en';
  let catalog = loaded.get(language);
  if (!catalog) {
    catalog = load(language);
    loaded.set(language, catalog);
    catalog.catch(() => loaded.delete(language));
  }
  return catalog;
}
