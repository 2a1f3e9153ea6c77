/**
 * Emoji as the app needs them, made of the published data while it is built: per language a list of groups, each of
 * [emoji, name, search words, shortcodes, light-skinned form]. Everything else stays out, so that a language is a
 * small file of our own origin.
 */
import { type Plugin } from 'vite';

const DATA = /\/emoji-picker-element-data\/(en|es)\/\w+\/data\.json$/;
/** Skin tones and hair by themselves. */
const COMPONENTS = 2;

interface Published {
  readonly emoji: string;
  readonly annotation: string;
  readonly tags: readonly string[];
  readonly shortcodes: readonly string[];
  readonly group: number;
  readonly skins?: readonly { readonly emoji: string; readonly tone: number | readonly number[] }[];
}

function compact(data: readonly Published[]): unknown[] {
  const groups = [...new Set(data.map(({ group }) => group))].filter(
    (group) => group !== COMPONENTS,
  );
  return groups.map((group) =>
    data
      .filter((each) => each.group === group)
      .map(({ emoji, annotation, tags, shortcodes, skins = [] }) => {
        const words = tags.filter((tag) => !annotation.split(' ').includes(tag));
        // The other tones follow from the light one.
        const light = skins.find(({ tone }) => tone === 1)?.emoji;
        const line = [emoji, annotation, words.join(' '), shortcodes.join(' ')];
        return light ? [...line, light] : line;
      }),
  );
}

/** Shortens the imported data. */
export function compactEmoji(): Plugin {
  return {
    name: 'sotto-emoji',
    enforce: 'pre',
    transform(code, id) {
      if (!DATA.test(id.replaceAll('\\', '/'))) return undefined;
      return { code: JSON.stringify(compact(JSON.parse(code) as Published[])), map: null };
    },
  };
}
