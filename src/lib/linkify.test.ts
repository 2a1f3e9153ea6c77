import { describe, expect, it } from 'vitest';
import { isOnlyEmoji, linkify } from './linkify.ts';

const links = (text: string): string[] =>
  linkify(text)
    .filter((piece) => piece.href !== undefined)
    .map((piece) => piece.text);

describe('links in a message', () => {
  it('finds an address in a sentence and leaves the full stop outside', () => {
    expect(linkify('See https://example.org/a?b=c#d. Bye')).toEqual([
      { text: 'See ' },
      { text: 'https://example.org/a?b=c#d', href: 'https://example.org/a?b=c#d' },
      { text: '. Bye' },
    ]);
  });

  it('keeps every character of the text, in order', () => {
    for (const text of [
      '',
      'plain',
      'http://a.example http://b.example',
      '(https://en.example/wiki/Sotto_(music))',
      'https://x.example/\nhttps://y.example/!',
      'http://',
      '://',
    ]) {
      expect(
        linkify(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }
  });

  it('keeps brackets that belong to the address and drops those around it', () => {
    expect(links('(https://en.example/wiki/Sotto_(music))')).toEqual([
      'https://en.example/wiki/Sotto_(music)',
    ]);
    expect(links('[https://a.example/x]')).toEqual(['https://a.example/x']);
  });

  it('makes a link of http and https only', () => {
    expect(
      links('javascript://x ftp://a.example file:///etc web+sotto://x data:text/html,x'),
    ).toEqual([]);
    expect(links('HTTP://A.example')).toEqual(['HTTP://A.example']);
  });

  it('shows the address as typed and points to the real host', () => {
    const [link] = linkify('https://аpple.example/');
    expect(link?.text).toBe('https://аpple.example/');
    expect(link?.href).toBe('https://xn--pple-43d.example/');
  });

  it('makes no link of an address that turns the writing direction or hides characters', () => {
    expect(links('https://example.org/\u202egnp.exe')).toEqual([]);
    expect(links('https://exa\u200bmple.org/')).toEqual([]);
  });

  it('makes no link of an address with a user name before the host', () => {
    expect(links('https://bank.example@evil.example/')).toEqual([]);
    expect(links('https://bank.example:443@evil.example/')).toEqual([]);
  });

  it('takes a long hostile text in linear time', () => {
    const text = 'https://'.repeat(8_000);
    expect(
      linkify(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
    const brackets = `https://a.example/${')'.repeat(60_000)}`;
    expect(
      linkify(brackets)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(brackets);
  });
});

describe('emoji alone', () => {
  it('knows emoji made of several characters', () => {
    for (const text of ['👋', '👨‍👩‍👧‍👦', '🇲🇽', '👍🏽 ❤️', '1️⃣']) expect(isOnlyEmoji(text)).toBe(true);
  });

  it('does not take digits, words or a crowd for emoji', () => {
    for (const text of ['1', '#', 'hi 👋', '', ' ', '😀'.repeat(7)])
      expect(isOnlyEmoji(text)).toBe(false);
  });
});
