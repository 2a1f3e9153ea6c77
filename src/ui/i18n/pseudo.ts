/**
 * A language for tests: English with accents and 40 % more letters, so that a screenshot shows what clips and
 * what was never translated. `?lang=pseudo`.
 */
import { type Text } from './text.ts';
import { type Texts } from './texts.ts';

const accents: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
  n: 'ñ',
  c: 'ç',
  y: 'ý',
};

function stretch(text: string): string {
  const accented = text
    .split(/(\{\w+\})/)
    .map((piece) =>
      piece.startsWith('{')
        ? piece
        : piece.replace(/[a-zA-Z]/g, (letter) => accents[letter] ?? letter),
    )
    .join('');
  const extra = Math.ceil(text.replace(/\{\w+\}/g, '').length * 0.4);
  return `${accented} ${'lorem ipsum dolor sit amet '.repeat(1 + Math.floor(extra / 27)).slice(0, Math.max(0, extra - 1))}`.trimEnd();
}

/** The pseudo-language of some texts. */
export function pseudo(texts: Texts): Texts {
  const made: Record<string, Text> = {};
  for (const [key, text] of Object.entries(texts as Record<string, Text>)) {
    made[key] =
      typeof text === 'string'
        ? stretch(text)
        : (Object.fromEntries(
            Object.entries(text).map(([form, each]) => [form, stretch(each)]),
          ) as Text);
  }
  return made;
}
