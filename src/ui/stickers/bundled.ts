/** The stickers that come with Sotto: a mouse, drawn for it. Their names are words of the area `emoji`. */
import { type TextKey } from '../i18n/index.ts';

export interface Bundled {
  readonly name: string;
  readonly words: TextKey;
  /** Of the drawing, from our own origin. */
  readonly url: string;
}

const sticker = (name: string, url: URL): Bundled => ({
  name,
  words: `emoji.mouse-${name}` as TextKey,
  url: url.href,
});

export const bundled: readonly Bundled[] = [
  sticker('hello', new URL('hello.svg', import.meta.url)),
  sticker('yes', new URL('yes.svg', import.meta.url)),
  sticker('no', new URL('no.svg', import.meta.url)),
  sticker('laugh', new URL('laugh.svg', import.meta.url)),
  sticker('love', new URL('love.svg', import.meta.url)),
  sticker('thanks', new URL('thanks.svg', import.meta.url)),
  sticker('party', new URL('party.svg', import.meta.url)),
  sticker('coffee', new URL('coffee.svg', import.meta.url)),
  sticker('think', new URL('think.svg', import.meta.url)),
  sticker('secret', new URL('secret.svg', import.meta.url)),
  sticker('sad', new URL('sad.svg', import.meta.url)),
  sticker('sleep', new URL('sleep.svg', import.meta.url)),
];
