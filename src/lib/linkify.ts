/**
 * Which parts of a text are links, and whether a text is only emoji. Pure: pieces out, no markup. A link is
 * shown as it was typed and points to exactly that address; what could pretend to be another address (control
 * characters of writing direction, a user name before the host) stays plain text. Nothing is ever fetched.
 */

/** A stretch of text; with `href` it is a link. */
export interface TextPiece {
  readonly text: string;
  readonly href?: string;
}

/** Longest address that becomes a link, in UTF-16 units. */
const MAX_LINK = 2048;

/** Characters that turn the direction of what follows or cannot be seen; an address never needs them. */
const DECEPTIVE = /\p{Default_Ignorable_Code_Point}/u;

const START = /\bhttps?:\/\/[^\s<>"“”«»]+/giu;

/** Takes away the punctuation that ends a sentence and the brackets that were opened before the link. */
function trimEnd(candidate: string): string {
  let text = candidate;
  for (;;) {
    const last = text.at(-1) ?? '';
    if (/[.,:;!?'’*_~…]/u.test(last)) text = text.slice(0, -1);
    else if (last === ')' && count(text, ')') > count(text, '(')) text = text.slice(0, -1);
    else if (last === ']' && count(text, ']') > count(text, '[')) text = text.slice(0, -1);
    else if (last === '}' && count(text, '}') > count(text, '{')) text = text.slice(0, -1);
    else return text;
  }
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

/** The address of a candidate, or undefined when it must stay text. */
function addressOf(candidate: string): string | undefined {
  if (DECEPTIVE.test(candidate)) return undefined;
  let url: URL;
  try {
    url = new URL(candidate);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  // https://bank.example@evil.example leads to evil.example.
  if (url.username || url.password) return undefined;
  return url.href;
}

/** The pieces of a text in order; joined they are the text again. */
export function linkify(text: string): readonly TextPiece[] {
  // The usual message has no link, and this is asked for every row.
  if (!text.includes('://')) return [{ text }];
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(START)) {
    if (match[0].length > MAX_LINK) continue;
    const link = trimEnd(match[0]);
    const href = addressOf(link);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: link, href });
    end = match.index + link.length;
  }
  if (end < text.length || pieces.length === 0) pieces.push({ text: text.slice(end) });
  return pieces;
}

const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s?){1,6}$/v;

/** True for one to six emoji and nothing else: they are drawn larger. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 100 && ONLY_EMOJI.test(text);
}
