/**
 * The archive's part for people (`messages.html`): one page that opens from the disk, shows everything without a script,
 * and searches with the one that it brings. What somebody wrote is text in it and nothing else: every sign that means
 * something in HTML is written out, and the page's own policy allows no other script, no style, no frame, no form and
 * no address but files beside it. Comes in pieces; see archive.ts.
 */
import { sha256 } from '../crypto/sha256.ts';
import { utf8 } from '../lib/bytes.ts';
import { linkify } from '../lib/linkify.ts';
import {
  type Archive,
  type ArchiveAttachment,
  type ArchiveBody,
  type ArchiveMessage,
  isoTime,
  sayable,
} from './archive.ts';
import { ARCHIVE_SCRIPT, ARCHIVE_STYLE } from './archive-look.ts';
import { shownAs } from './archive-path.ts';
import { archiveWords } from './archive-words.ts';

/** Messages that are laid out together, once they come near the window; see `.s5` in archive-look.ts. */
const PART = 50;
const PART_STEP = 10;

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser would make a line feed of it.
  '\r': '&#13;',
};

/** What nobody could see, drawn: control characters, and halves of characters. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/(?![\t\n\r])\p{Cc}/gu, (sign) =>
      sign < ' ' ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : '\u2426',
    );
}

/** Text as it may stand anywhere between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return visible(text).replaceAll(/[&<>"'\r]/g, (sign) => signs[sign] ?? '');
}

const name = (text: string): string => `<bdi>${escapeHtml(text)}</bdi>`;

/** Text with its links, which lead to http and https only and tell nobody where they were. */
function linked(text: string): string {
  return linkify(text)
    .map(({ text: piece, href }) =>
      href === undefined
        ? escapeHtml(piece)
        : `<a href="${escapeHtml(href)}" target="_blank" rel="noreferrer noopener">${escapeHtml(piece)}</a>`,
    )
    .join('');
}

/** An address beside the page; every name in it is a name and no more. */
function address(path: string): string {
  return escapeHtml(path.split('/').map(encodeURIComponent).join('/'));
}

const hashOf = (text: string): string =>
  `'sha256-${btoa(String.fromCharCode(...sha256(utf8(text))))}'`;

/** Files from the disk are of no origin; 'self' is for a browser that thinks otherwise, and for whoever serves them. */
const FILES = "'self' file:";

const policy = (): string =>
  [
    "default-src 'none'",
    `img-src ${FILES}`,
    `media-src ${FILES}`,
    `script-src ${hashOf(ARCHIVE_SCRIPT)}`,
    `style-src ${hashOf(ARCHIVE_STYLE)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

function playTime(duration: number): string {
  const seconds = Math.round(duration / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function sizeWords(size: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = size < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(size) / 3));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 0 && size / 1000 ** step < 10 ? 1 : 0,
  }).format(size / 1000 ** step);
}

/** The page of one archive. */
function createPage(archive: Archive) {
  const { own, people, locale, timeZone, media } = archive;
  const { lang, words } = archiveWords(locale);
  const names = new Map([own, ...people].map((person) => [person.id, person.name]));
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...options, ...(timeZone && { timeZone }) });
  const days = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const { hour12 } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions();
  const hours = format({ hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit' });
  const moments = format({ dateStyle: 'long', timeStyle: 'short' });
  const numbers = new Intl.NumberFormat(locale);
  let article = 0;

  const fill = (text: string, parameter: string, value: string): string =>
    escapeHtml(text).replace(`{${parameter}}`, () => value);
  const countWords = (count: number): string =>
    fill(count === 1 ? words.one : words.many, 'count', numbers.format(count));
  const nameOf = (id: string): string => names.get(id) ?? id;

  function caption(attachment: ArchiveAttachment): string {
    const { form, name: given, size, duration } = attachment;
    return [
      words.forms[form],
      ...(duration === undefined ? [] : [playTime(duration)]),
      ...(form === 'voice' || form === 'sticker' || !given ? [] : [given]),
      sizeWords(size, locale),
    ].join(' · ');
  }

  function pixels({ width, height }: ArchiveAttachment): string {
    const isSane = (side = 0): boolean => Number.isSafeInteger(side) && side > 0;
    return isSane(width) && isSane(height) ? ` width="${width}" height="${height}"` : '';
  }

  function figure(attachment: ArchiveAttachment): string {
    const { path, form } = attachment;
    const told = `<bdi>${escapeHtml(caption(attachment))}</bdi>`;
    if (path === undefined)
      return `<p class="odd">${told} (${escapeHtml(media ? words.missing : words.leftOut)})</p>`;
    const from = address(path);
    const label = escapeHtml(
      [words.forms[form], attachment.name].filter((word) => word !== '').join(' '),
    );
    const below = `<figcaption>${told}</figcaption></figure>`;
    switch (shownAs(attachment)) {
      case 'image':
        return `<figure><img${form === 'sticker' ? ' class="sticker"' : ''} loading="lazy" decoding="async" src="${from}" alt="${label}"${pixels(attachment)}>${below}`;
      case 'video':
        return `<figure><video controls preload="none" src="${from}" aria-label="${label}"${pixels(attachment)}></video>${below}`;
      case 'audio':
        return `<figure><audio controls preload="none" src="${from}" aria-label="${label}"></audio>${below}`;
      case 'file':
        return `<p><a href="${from}" download="${escapeHtml(path.split('/').at(-1) ?? '')}">${told}</a></p>`;
    }
  }

  const text = (said: string): string => `<p class="text" dir="auto">${linked(said)}</p>`;
  const odd = (said: string): string => `<p class="odd">${escapeHtml(said)}</p>`;

  function bodyOf(body: ArchiveBody): string {
    switch (body.kind) {
      case 'text':
        return text(body.text);
      case 'attachment':
        return figure(body.attachment) + (body.caption ? text(body.caption) : '');
      case 'call': {
        const lasted = body.duration === undefined ? '' : `, ${playTime(body.duration)}`;
        return odd(words.calls[body.outcome] + lasted);
      }
      case 'unreadable':
      case 'unknown':
      case 'deleted':
        return odd(words[body.kind]);
    }
  }

  function message(one: ArchiveMessage): string {
    const { quote, reactions, time, state, edited } = one;
    const told = [
      `<b>${name(nameOf(one.from))}</b>`,
      `<time datetime="${isoTime(time)}" title="${escapeHtml(moments.format(sayable(time)))}">${escapeHtml(hours.format(sayable(time)))}</time>`,
      ...(edited === undefined ? [] : [`<span>${escapeHtml(words.edited)}</span>`]),
      ...(state ? [`<span>${escapeHtml(words.states[state])}</span>`] : []),
    ].join(' ');
    const answered = quote
      ? `<blockquote dir="auto"><span>${escapeHtml(words.answers)} ${name(nameOf(quote.from))}</span><br>${escapeHtml(quote.text)}</blockquote>`
      : '';
    const reacted =
      reactions && reactions.length > 0
        ? `<p class="soft">${escapeHtml(words.reactions)}: ${reactions.map(({ emoji, from }) => `<span>${name(emoji)} ${name(nameOf(from))}</span>`).join(', ')}</p>`
        : '';
    return `<article id="m${++article}"${one.own ? ' class="own"' : ''}><p class="by">${told}</p>${answered}${bodyOf(one.body)}${reacted}</article>\n`;
  }

  function part(messages: readonly string[]): string {
    const step = Math.ceil(messages.length / PART_STEP);
    return `<div class="part s${step}">\n${messages.join('')}</div>\n`;
  }

  const chatName = ({ id, name: given }: Archive['chats'][number]): string =>
    id === own.id ? escapeHtml(words.notes) : name(given);

  function head(): string {
    const title = fill(words.title, 'name', escapeHtml(own.name));
    const chats = archive.chats.map(
      (chat, index) =>
        `<li><a href="#c${index + 1}">${chatName(chat)}</a> <span class="soft">${countWords(chat.count)}</span></li>\n`,
    );
    return `<!doctype html>
<html lang="${lang}" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy()).replaceAll('&#39;', "'")}">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${ARCHIVE_STYLE}</style>
</head>
<body id="top">
<header class="head">
<h1>${fill(words.title, 'name', name(own.name))}</h1>
<p class="soft">${fill(words.made, 'date', escapeHtml(moments.format(sayable(archive.made))))}</p>
<p class="warning">${escapeHtml(words.warning)}</p>
<nav aria-labelledby="chats"><h2 id="chats">${escapeHtml(words.chats)}</h2>
<ul>
${chats.join('')}</ul></nav>
</header>
<search id="find" hidden>
<label for="words">${escapeHtml(words.search)}</label>
<input id="words" type="search" autocomplete="off" spellcheck="false" placeholder="${escapeHtml(words.search)}">
<p id="said" class="soft" role="status" data-found="${escapeHtml(words.found)}" data-nothing="${escapeHtml(words.nothing)}"></p>
<ol id="hits" hidden></ol>
<button id="more" type="button" hidden>${escapeHtml(words.more)}</button>
</search>
<main>
`;
  }

  async function* chat(one: Archive['chats'][number], index: number): AsyncGenerator<string> {
    yield `<section class="chat" aria-labelledby="c${index + 1}">
<header><h2 id="c${index + 1}">${chatName(one)}</h2><a class="top" href="#top">${escapeHtml(words.top)}</a></header>
`;
    let day = '';
    let gathered: string[] = [];
    for await (const next of one.messages()) {
      const time = sayable(next.time);
      const its = days.format(time);
      if (its !== day || gathered.length === PART) {
        if (gathered.length > 0) yield part(gathered);
        gathered = [];
      }
      if (its !== day) yield `<h3 class="day">${escapeHtml(its)}</h3>\n`;
      day = its;
      gathered.push(message(next));
    }
    if (gathered.length > 0) yield part(gathered);
    if (day === '') yield odd(words.empty);
    yield '</section>\n';
  }

  return { head, chat };
}

/** `messages.html`, in pieces. */
export async function* archiveHtml(archive: Archive): AsyncGenerator<string> {
  const page = createPage(archive);
  yield page.head();
  for (const [index, chat] of archive.chats.entries()) yield* page.chat(chat, index);
  yield `</main>\n<script>${ARCHIVE_SCRIPT}</script>\n</body>\n</html>\n`;
}
