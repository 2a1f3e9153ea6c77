/** Finds emoji by the words of a person: names first, then what else they stand for. Pure. */
import { fold } from '../i18n/index.ts';
import { type Catalog, type Emoji } from './emoji-catalog.ts';

/** How well an emoji fits, 0 best; undefined when it does not. */
function rank(emoji: Emoji, query: string, wanted: readonly string[]): number | undefined {
  const { words, nameWords, shortcodes } = emoji;
  let worst = 0;
  for (const want of wanted) {
    const at = words.findIndex((word) => word.startsWith(want));
    if (at < 0) return undefined;
    const whole = words.indexOf(want);
    worst = Math.max(worst, at >= nameWords ? 5 : whole >= 0 && whole < nameWords ? 3 : 4);
  }
  const code = wanted.join('_');
  if (shortcodes.some((each) => fold(each) === code)) return 0;
  if (fold(emoji.name) === query) return 1;
  if (shortcodes.some((each) => fold(each).startsWith(code))) return 2;
  return worst;
}

/**
 * Emoji whose words begin with those of `text`, best first and otherwise in the usual order.
 * @param most how many are wanted
 */
export function findEmoji(catalog: Catalog, text: string, most = Infinity): readonly Emoji[] {
  const query = fold(text).trim();
  const wanted = query.split(/[^\p{L}\p{N}+]+/u).filter(Boolean);
  if (wanted.length === 0) return [];
  const found = catalog.flat().flatMap((emoji) => {
    const place = rank(emoji, query, wanted);
    return place === undefined ? [] : [{ emoji, place }];
  });
  found.sort((a, b) => a.place - b.place);
  return found.slice(0, most).map(({ emoji }) => emoji);
}

/** The emoji with exactly this shortcode. */
export function emojiByCode(catalog: Catalog, code: string): Emoji | undefined {
  const wanted = fold(code);
  return catalog.flat().find(({ shortcodes }) => shortcodes.some((each) => fold(each) === wanted));
}
