/**
 * The page in a readable archive, opened from the disk as whoever gets it does, with everything in it that somebody could
 * write to do harm.
 */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import fc from 'fast-check';
import { type Archive, type ArchiveMessage } from '../../src/backup/archive.ts';
import { archiveHtml, visible } from '../../src/backup/archive-html.ts';
import { axeFindings } from '../support/axe.ts';

/** A picture where they are wished, to be looked at. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
}

const own = { id: 'ana', name: 'Ana', address: 'ana@relay.test' };
const made = Date.UTC(2026, 4, 20, 9, 5);
const minute = 60_000;

const said = (text: string, more: Partial<ArchiveMessage> = {}): ArchiveMessage => ({
  id: 'id',
  from: 'ben',
  own: false,
  time: made,
  body: { kind: 'text', text },
  ...more,
});

function archiveOf(
  messages: readonly ArchiveMessage[],
  { chatName = 'Ben', ...more }: Partial<Archive> & { readonly chatName?: string } = {},
): Archive {
  const chat = (id: string, name: string, all: readonly ArchiveMessage[]) => ({
    id,
    name,
    count: all.length,
    async *messages() {
      yield* all;
    },
  });
  return {
    own,
    people: [{ id: 'ben', name: chatName, address: 'ben@relay.test' }],
    chats: [
      chat('ben', chatName, messages),
      chat('ana', '', [said('milk', { from: 'ana', own: true })]),
    ],
    made,
    locale: 'en-GB',
    timeZone: 'Europe/Madrid',
    media: true,
    ...more,
  };
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** A folder as an archive is when it was unpacked. @returns the address of its page */
async function unpacked(folder: string, archive: Archive, png?: Buffer): Promise<string> {
  await mkdir(join(folder, 'media'), { recursive: true });
  if (png) await writeFile(join(folder, 'media', '1-sea.png'), png);
  const path = join(folder, 'messages.html');
  await writeFile(path, await joined(archiveHtml(archive)));
  return pathToFileURL(path).href;
}

const inFolder = async (work: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-archive-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** What was asked for besides files, and what scripts tried to say. */
function watch(page: Page): { readonly asked: string[]; readonly ran: string[] } {
  const asked: string[] = [];
  const ran: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) asked.push(request.url());
  });
  page.on('dialog', (box) => {
    ran.push(box.message());
    void box.dismiss();
  });
  page.on('pageerror', (error) => ran.push(String(error)));
  return { asked, ran };
}

const sea = async (page: Page): Promise<Buffer> => {
  await page.goto('about:blank');
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 400;
    const context = canvas.getContext('2d')!;
    const light = context.createLinearGradient(0, 0, 0, 400);
    light.addColorStop(0, 'skyblue');
    light.addColorStop(1, 'steelblue');
    context.fillStyle = light;
    context.fillRect(0, 0, 640, 400);
    return canvas.toDataURL('image/png').split(',')[1]!;
  });
  return Buffer.from(base64, 'base64');
};

const talk: readonly ArchiveMessage[] = [
  said('Are we still going to the coast on Saturday?', { time: made - 1_441 * minute }),
  said('Yes! See https://weather.example/coast?day=saturday', {
    from: 'ana',
    own: true,
    state: 'read',
    time: made - 1_439 * minute,
    reactions: [{ from: 'ben', emoji: '🎉' }],
  }),
  said('<img src=x onerror="alert(1)">', { time: made - 9 * minute }),
  said(
    'First line\nand a second one, in a message that is long enough to need several lines on a small screen.',
    {
      quote: { from: 'ana', text: 'Yes! See https://weather.example/coast' },
      edited: made,
      time: made - 8 * minute,
    },
  ),
  {
    ...said('', { time: made - 5 * minute }),
    body: {
      kind: 'attachment',
      caption: 'From last year',
      attachment: {
        form: 'image',
        name: 'sea.png',
        type: 'image/png',
        size: 81_300,
        width: 640,
        height: 400,
        path: 'media/1-sea.png',
      },
    },
  },
  {
    ...said('', { from: 'ana', own: true, state: 'delivered' }),
    body: {
      kind: 'attachment',
      caption: '',
      attachment: {
        form: 'voice',
        name: '',
        type: 'audio/webm',
        size: 9_300,
        duration: 12_000,
        path: 'media/2-voice.weba',
      },
    },
  },
  {
    ...said('', { from: 'ana', own: true, state: 'delivered' }),
    body: {
      kind: 'attachment',
      caption: '',
      attachment: { form: 'file', name: 'route.pdf', type: 'application/pdf', size: 240_000 },
    },
  },
  { ...said(''), body: { kind: 'call', outcome: 'missed' } },
  said('שלום, מה שלומך?'),
];

test('the page opens from the disk, is found through, and asks nobody', async ({
  page,
  context,
}) => {
  const png = await sea(page);
  await inFolder(async (folder) => {
    const seen = watch(page);
    const address = await unpacked(folder, archiveOf(talk), png);
    await context.setOffline(true);
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Messages of Ana');
    const picture = page.getByRole('img', { name: 'Photo sea.png' });
    await picture.scrollIntoViewIfNeeded();
    await expect
      .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBe(640);
    await page.evaluate(() => window.scrollTo(0, 0));
    expect(await axeFindings(page)).toEqual([]);
    await shot(page, 'archive-page');
    const box = page.getByRole('searchbox', { name: 'Search messages' });
    await box.fill('COAST sáturday');
    await expect(page.getByRole('status')).toHaveText('Found: 2');
    const hits = page.locator('#hits').getByRole('link');
    await expect(hits.nth(1)).toContainText('Ben · Ana · ');
    expect(await axeFindings(page)).toEqual([]);
    await shot(page, 'archive-page-search');
    await hits.nth(1).click();
    await expect(page.locator('#m2')).toBeFocused();
    await expect(page.locator('#hits')).toBeHidden();
    await box.fill('no such words');
    await expect(page.getByRole('status')).toHaveText('Nothing found.');
    await page.getByRole('link', { name: 'Notes' }).click();
    await expect(page.getByRole('heading', { name: 'Notes' })).toBeInViewport();

    await page.setViewportSize({ width: 380, height: 700 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(await unpacked(folder, archiveOf(talk, { locale: 'es-ES' }), png));
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
    ).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await shot(page, 'archive-page-es-dark');
    await page.locator('#m5').scrollIntoViewIfNeeded();
    await shot(page, 'archive-page-es-dark-below');
    expect(seen).toEqual({ asked: [], ran: [] });
  });
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('everything is there to be read, and no control that does nothing', async ({ page }) => {
    await inFolder(async (folder) => {
      await page.goto(await unpacked(folder, archiveOf(talk)));
      await expect(page.getByRole('article')).toHaveCount(talk.length + 1);
      await expect(page.getByRole('article').first()).toContainText('Are we still going');
      await expect(page.getByRole('searchbox')).toHaveCount(0);
    });
  });
});

test('whatever somebody writes is read as it was written, and never runs', async ({ page }) => {
  const odd = [
    '<script>alert(1)</script>',
    '</script><script>alert(2)</script>',
    '<img src=x onerror=alert(3)>',
    '"><svg onload=alert(4)>',
    '<iframe srcdoc="<script>alert(5)</script>">',
    '<style>*{display:none}</style>',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<link rel=stylesheet href=https://evil.example/x.css>',
    '<form action=https://evil.example><button>',
    'javascript:alert(6)',
    '<!-- ',
    '--> ]]>',
    '&lt;b&gt;&#0;&amp;',
    '\u0000\u0007\u001b\u007f\u0085',
    '\u2028\u2029',
    '\u202Eevil\u2066',
    'a\r\nb\rc\n\nd\te',
    '\ud800',
    '  two  spaces  ',
    '\n\nfirst',
    '\ufeffmark',
  ];
  const any = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { numRuns: 300, seed: 7 });
  const texts = [...odd, ...any].filter((text) => text !== '');
  await inFolder(async (folder) => {
    const seen = watch(page);
    const messages = texts.map((text) => said(text, { quote: { from: text, text } }));
    await page.goto(await unpacked(folder, archiveOf(messages, { chatName: odd.join(' ') })));
    const shown = await page.evaluate(() =>
      Array.from(
        document.querySelectorAll('#c1 ~ article, .chat:first-of-type .text'),
        (one) => one.textContent,
      ),
    );
    expect(shown).toEqual(texts.map(visible));
    // What was written made no element.
    const names = await page.evaluate(() => [
      ...new Set(Array.from(document.querySelectorAll('main *'), ({ localName }) => localName)),
    ]);
    expect(names.sort()).toEqual(
      [
        'a',
        'article',
        'b',
        'bdi',
        'blockquote',
        'br',
        'div',
        'h2',
        'h3',
        'header',
        'p',
        'section',
        'span',
        'time',
      ].sort(),
    );
    expect(await page.evaluate(() => document.scripts.length)).toBe(1);
    expect(seen).toEqual({ asked: [], ran: [] });
    // Were something overlooked, the page's policy would still stop it.
    const violated = await page.evaluate(async () => {
      const heard = new Promise((resolve) =>
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
          resolve(effectiveDirective),
        ),
      );
      const image = document.createElement('img');
      image.src = 'https://evil.example/x.png';
      document.body.append(image);
      return heard;
    });
    expect(violated).toBe('img-src');
  });
});

test('a long chat opens and is searched', async ({ page }) => {
  await inFolder(async (folder) => {
    const many = Array.from({ length: 20_000 }, (_, n) =>
      said(`message ${n} of a long friendship`, { time: made - (20_000 - n) * 20 * minute }),
    );
    await page.goto(await unpacked(folder, archiveOf(many)));
    // Asked in the page: an expectation that does not hold yet describes the whole page, which takes seconds here.
    const shows = (words: string) =>
      page.waitForFunction(
        (wanted) => document.getElementById('said')?.textContent === wanted,
        words,
      );
    await page.locator('#words').fill('19876');
    await shows('Found: 1');
    await page.locator('#hits a').press('Enter');
    await page.waitForFunction(() => {
      const { top, bottom } = document.activeElement!.getBoundingClientRect();
      return document.activeElement!.id === 'm19877' && top > 0 && bottom < innerHeight;
    });
    await page.locator('#words').fill('friendship');
    await shows('Found: 20000');
    await page.locator('#more').press('Enter');
    await page.waitForFunction(() => {
      const links = [...document.querySelectorAll('#hits a')];
      return links.length === 200 && links[100] === document.activeElement;
    });
  });
});
