/** An archive can be read by people and machines, and nothing that somebody wrote can do anything in it. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Archive,
  type ArchiveAttachment,
  type ArchiveBody,
  type ArchiveMessage,
  archiveJson,
} from './archive.ts';
import { archivePath } from './archive-path.ts';
import { archiveHtml } from './archive-html.ts';
import { ARCHIVE_SCRIPT, ARCHIVE_STYLE } from './archive-look.ts';

const own = { id: 'ana', name: 'Ana', address: 'ana@relay.test' };
const ben = { id: 'ben', name: 'Ben', address: 'ben@relay.test' };
const MADE = Date.UTC(2026, 4, 20, 9, 5);
const DAY = 86_400_000;

let nth = 0;
const message = (body: ArchiveBody, more: Partial<ArchiveMessage> = {}): ArchiveMessage => ({
  id: `id-${nth++}`,
  from: 'ben',
  own: false,
  time: MADE,
  body,
  ...more,
});
const said = (text: string, more: Partial<ArchiveMessage> = {}): ArchiveMessage =>
  message({ kind: 'text', text }, more);

async function* inTurn(messages: readonly ArchiveMessage[]): AsyncGenerator<ArchiveMessage> {
  yield* messages;
}

function archiveOf(
  messages: readonly ArchiveMessage[],
  more: Partial<Archive> & { readonly chatName?: string } = {},
): Archive {
  const { chatName = ben.name, ...rest } = more;
  return {
    own,
    people: [{ ...ben, name: chatName }],
    chats: [
      { id: 'ben', name: chatName, count: messages.length, messages: () => inTurn(messages) },
    ],
    made: MADE,
    locale: 'en-GB',
    timeZone: 'UTC',
    media: true,
    ...rest,
  };
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

const html = (archive: Archive): Promise<string> => joined(archiveHtml(archive));
/** As far as these tests look into it. */
interface Parsed {
  readonly people: readonly { readonly name: string }[];
  readonly chats: readonly {
    readonly name?: string;
    readonly messages: readonly { readonly text?: string }[];
  }[];
}
const parsed = async (archive: Archive): Promise<Parsed> =>
  JSON.parse(await joined(archiveJson(archive))) as Parsed;

const photo: ArchiveAttachment = {
  form: 'image',
  name: 'sea.png',
  type: 'image/png',
  size: 1_234_567,
  width: 640,
  height: 480,
};
const attached = (attachment: Partial<ArchiveAttachment>, caption = ''): ArchiveBody => ({
  kind: 'attachment',
  attachment: { ...photo, ...attachment },
  caption,
});

/** What stands between the tags of the page's main part. */
const mainOf = (page: string): string =>
  page.slice(page.indexOf('<main>') + 6, page.indexOf('</main>'));

describe('the page', () => {
  it('allows its own script and its own style, and nothing else', async () => {
    const page = await html(archiveOf([said('hello')]));
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1];
    const hash = (text: string): string => createHash('sha256').update(text).digest('base64');
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "img-src 'self' file:",
      "media-src 'self' file:",
      `script-src 'sha256-${hash(ARCHIVE_SCRIPT)}'`,
      `style-src 'sha256-${hash(ARCHIVE_STYLE)}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(page.split('<script>')).toHaveLength(2);
    expect(page).toContain(`<script>${ARCHIVE_SCRIPT}</script>`);
    expect(page).toContain(`<style>${ARCHIVE_STYLE}</style>`);
    expect(page).toContain('<meta name="referrer" content="no-referrer">');
    // Nobody is asked where a link leads before somebody follows it.
    const unasked = page.indexOf('<meta http-equiv="x-dns-prefetch-control" content="off">');
    expect(unasked).toBeGreaterThan(0);
    expect(unasked).toBeLessThan(page.indexOf('<a '));
    // The policy stands before anything that it could forbid.
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<title>'));
  });

  it('tells of each message who, when, what and what became of it', async () => {
    const page = await html(
      archiveOf([
        said('first', { time: MADE - DAY }),
        said('second', { from: 'ana', own: true, state: 'read', edited: MADE }),
        said('third', {
          quote: { from: 'ana', text: 'second' },
          reactions: [{ from: 'ana', emoji: '👍' }],
        }),
        message({ kind: 'call', outcome: 'talked', duration: 65_000 }),
        message({ kind: 'unreadable' }),
        message({ kind: 'deleted' }),
      ]),
    );
    const main = mainOf(page);
    // Some versions of the calendar's words put a comma.
    const days = main.match(/(?<=<h3 class="day">)[^<]*/g)?.map((day) => day.replace(',', ''));
    expect(days).toEqual(['Tuesday 19 May 2026', 'Wednesday 20 May 2026']);
    expect(main).toMatch(
      /<b><bdi>Ana<\/bdi><\/b> <time datetime="2026-05-20T09:05:00.000Z" title="20 May 2026[^"]+">09:05<\/time> <span>Edited<\/span> <span>Read<\/span>/,
    );
    expect(main).toContain('In answer to <bdi>Ana</bdi></span><br>second</blockquote>');
    expect(main).toContain('<span><bdi>👍</bdi> <bdi>Ana</bdi></span>');
    expect(main).toContain('Voice call, 1:05');
    expect(main).toContain('Message could not be decrypted');
    expect(main).toContain('Message deleted');
    expect(page).toContain('<a href="#c1"><bdi>Ben</bdi></a> <span class="soft">6 messages</span>');
  });

  it('speaks the language of the app', async () => {
    const page = await html(
      archiveOf([said('hola'), message(attached({}))], { locale: 'es-ES', media: false }),
    );
    expect(page).toContain('<html lang="es" dir="ltr">');
    expect(page).toContain('<title>Mensajes de Ana</title>');
    expect(page).toContain('Buscar mensajes');
    expect(page).toContain('miércoles, 20 de mayo de 2026');
    expect(page).toContain('no se incluyó en este archivo');
  });

  it('shows pictures, plays sound and films, leads to files, and names what is not there', async () => {
    const page = await html(
      archiveOf([
        message(attached({ path: 'media/1-sea.png' }, 'the sea')),
        message(
          attached({ form: 'voice', type: 'audio/webm;codecs=opus', path: 'media/2-v.weba' }),
        ),
        message(attached({ form: 'video', type: 'video/mp4', path: 'media/3-film.mp4' })),
        message(attached({ form: 'file', type: 'application/pdf', path: 'media/4-a b#?.pdf' })),
        message(attached({ name: 'lost.png' })),
      ]),
    );
    expect(page).toContain(
      '<img loading="lazy" decoding="async" src="media/1-sea.png" alt="Photo sea.png" width="640" height="480">',
    );
    expect(page).toContain('<p class="text" dir="auto">the sea</p>');
    expect(page).toContain('<audio controls preload="none" src="media/2-v.weba"');
    expect(page).toContain('<video controls preload="none" src="media/3-film.mp4"');
    expect(page).toContain('<a href="media/4-a%20b%23%3F.pdf" download="4-a b#?.pdf">');
    expect(page).toContain(
      '<bdi>Photo · lost.png · 1.2 MB</bdi> (was not there when this archive was made)',
    );
  });

  it('lets a long chat be laid out part by part', async () => {
    const page = await html(archiveOf(Array.from({ length: 120 }, (_, n) => said(`${n}`))));
    expect(page.match(/<div class="part s\d">/g)).toEqual([
      '<div class="part s5">',
      '<div class="part s5">',
      '<div class="part s2">',
    ]);
  });

  it('never holds a long chat whole', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<ArchiveMessage> {
      for (;;) {
        asked++;
        yield said('word '.repeat(100));
      }
    }
    const archive = archiveOf([], {
      chats: [{ id: 'ben', name: 'Ben', count: Infinity, messages: endless }],
    });
    for (const pieces of [archiveHtml(archive), archiveJson(archive)]) {
      asked = 0;
      let longest = 0;
      for await (const piece of pieces) {
        longest = Math.max(longest, piece.length);
        if (asked >= 5_000) break;
      }
      expect(asked).toBeGreaterThanOrEqual(5_000);
      expect(longest).toBeLessThan(100_000);
    }
  });
});

/** What people have been known to write. */
const hostile = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '</main></body>',
  '</p></article>',
  '&lt;b&gt; &amp; &#60;',
  '<meta http-equiv=refresh content=0>',
  '<base href=//evil.example>',
  'javascript:alert(1)',
  'see javascript://evil.example/%0aalert(1)',
  'data:text/html,<b>',
  'https://good.example/?"onclick="alert(1)',
  "https://good.example/'><script>",
  'https://bank.example@evil.example',
  '\u2028\u2029',
  'a\u0000b\u0001\u001b[2J\u007f\u0085',
  '\u202Etxt.exe\u202C',
  '\u2066\u2067',
  '\ud800 and \udfff',
  '{date} {name} {count} $& $1',
  'line\r\nline\rline\n\n\ttab',
  '`${alert(1)}`',
  'x'.repeat(70_000),
];

/** Tags of a page, with their attributes, but for those of links that lead out. */
function tagsOf(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
}

describe('what somebody wrote', () => {
  it('is text in the page, wherever it stands', async () => {
    for (const words of hostile) {
      const page = await html(
        archiveOf(
          [
            said(words, {
              quote: { from: words, text: words },
              reactions: [{ from: words, emoji: words }],
            }),
            message(
              attached({ name: words, path: archivePath({ ...photo, name: words }, 1) }, words),
            ),
            message(
              attached({
                name: words,
                form: 'file',
                type: words,
                path: archivePath({ ...photo, form: 'file', name: words }, 2),
              }),
            ),
            message(attached({ name: words, type: words })),
          ],
          { chatName: words, own: { ...own, name: words } },
        ),
      );
      const { length } = page.split('<script>');
      expect(length, words).toBe(2);
      for (const tag of tagsOf(mainOf(page))) {
        // Only what the page is made of: names of our own, attributes in double quotes.
        expect(tag).toMatch(
          /^<\/?(?:section|header|h2|h3|a|bdi|div|article|p|b|time|span|blockquote|br|figure|figcaption|img)(?: (?:class|id|href|src|alt|dir|title|datetime|aria-labelledby|target|rel|download|loading|decoding|width|height)="[^"<>]*")*>$/,
        );
        const href = /^<a [^>]*?href="([^"]*)"/.exec(tag)?.[1];
        if (href !== undefined) expect(href).toMatch(/^(?:#|media\/|https?:\/\/)/);
        const src = / src="([^"]*)"/.exec(tag)?.[1];
        if (src !== undefined) expect(src).toMatch(/^media\/[^/:]+$/);
      }
      // Between tags no sign that could begin one.
      expect(mainOf(page).replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>"']/);
      expect(page).not.toMatch(/(?![\t\n])\p{Cc}/u);
    }
  });

  it('comes back from the JSON as it was, which no script and no page can be ended by', async () => {
    for (const words of hostile) {
      const archive = archiveOf([said(words), message(attached({ name: words }, words))], {
        chatName: words,
      });
      const text = await joined(archiveJson(archive));
      expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      const { people, chats } = JSON.parse(text) as Parsed;
      expect(people[0]?.name).toBe(words);
      expect(chats[0]?.name).toBe(words);
      expect(chats[0]?.messages[0]?.text).toBe(words);
      expect(chats[0]?.messages[1]).toMatchObject({ caption: words, attachment: { name: words } });
    }
  });

  it('may be anything at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (words) => {
        const archive = archiveOf([said(words)], { chatName: words });
        expect((await parsed(archive)).chats[0]?.messages[0]?.text).toBe(words);
        const main = mainOf(await html(archive));
        expect(main.replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('may claim any time', async () => {
    const times = [-1, 0, 8.64e15, 8.64e15 + 1, Number.MAX_SAFE_INTEGER, Infinity, NaN];
    const archive = archiveOf(times.map((time) => said('when?', { time, edited: time })));
    expect((await parsed(archive)).chats[0]?.messages).toHaveLength(times.length);
    expect(await html(archive)).toContain('9999-12-31T23:59:59.999Z');
  });
});

const anyId = (): unknown => expect.any(String);

describe('the part for machines', () => {
  it('tells everything with times that everybody reads', async () => {
    const archive = archiveOf([
      said('hi', {
        from: 'ana',
        own: true,
        state: 'read',
        sent: MADE,
        delivered: MADE,
        read: MADE,
      }),
      said('oh', { arrived: MADE + 1_500 }),
      message(attached({ path: 'media/1-sea.png' }, 'look')),
      message(attached({})),
    ]);
    const at = '2026-05-20T09:05:00.000Z';
    const { size, width, height, name, type, form } = photo;
    expect(await parsed(archive)).toEqual({
      format: 'sotto-archive',
      version: 1,
      made: at,
      own,
      people: [ben],
      chats: [
        {
          with: 'ben',
          name: 'Ben',
          messages: [
            {
              id: anyId(),
              from: 'ana',
              time: at,
              kind: 'text',
              text: 'hi',
              state: 'read',
              sent: at,
              delivered: at,
              read: at,
            },
            {
              id: anyId(),
              from: 'ben',
              time: at,
              kind: 'text',
              text: 'oh',
              arrived: '2026-05-20T09:05:01.500Z',
            },
            {
              id: anyId(),
              from: 'ben',
              time: at,
              kind: 'attachment',
              caption: 'look',
              attachment: { form, name, type, size, width, height, path: 'media/1-sea.png' },
            },
            {
              id: anyId(),
              from: 'ben',
              time: at,
              kind: 'attachment',
              attachment: { form, name, type, size, width, height, absent: 'missing' },
            },
          ],
        },
      ],
    });
  });

  it('names Notes by what they are', async () => {
    const notes = { id: own.id, name: '', count: 0, messages: () => inTurn([]) };
    const archive = archiveOf([], { chats: [notes], people: [] });
    expect((await parsed(archive)).chats).toEqual([{ with: 'ana', notes: true, messages: [] }]);
    expect(await html(archive)).toContain('<h2 id="c1">Notes</h2>');
  });
});
