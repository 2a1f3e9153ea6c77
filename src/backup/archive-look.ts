/**
 * How the archive's page looks, and the one script in it, which searches. Both stand in the page as they stand here, and
 * the page allows what has their SHA-256 and nothing else. The script only ever writes text.
 */

export const ARCHIVE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(oklch(0.985 0.006 85), oklch(0.205 0.012 240));
  --panel: light-dark(oklch(0.965 0.008 85), oklch(0.235 0.013 240));
  --line: light-dark(oklch(0.9 0.01 85), oklch(0.31 0.014 240));
  --edge: light-dark(oklch(0.645 0.012 85), oklch(0.53 0.014 240));
  --ink: light-dark(oklch(0.26 0.015 240), oklch(0.93 0.008 85));
  --soft: light-dark(oklch(0.47 0.018 240), oklch(0.72 0.014 240));
  --accent: light-dark(oklch(0.48 0.085 205), oklch(0.77 0.095 200));
  --own: light-dark(oklch(0.925 0.032 205), oklch(0.345 0.045 210));
  --other: light-dark(oklch(1 0 0), oklch(0.275 0.013 240));
  --amber: light-dark(oklch(0.955 0.04 80), oklch(0.31 0.04 75));
}
* { box-sizing: border-box; }
html { scroll-padding-block-start: 5rem; }
body {
  margin: 0 auto;
  max-inline-size: 48rem;
  padding: 1.5rem 1rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 0.9375rem/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, ol, ul, figure, blockquote { margin: 0; padding: 0; font-weight: inherit; }
h1 { font-size: 1.875rem; line-height: 1.2; }
h2 { font-size: 1.3125rem; }
h1, h2, th, b { font-weight: 600; }
ol, ul { list-style: none; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.soft, .by, .day, figcaption { color: var(--soft); font-size: 0.875rem; }
.head { display: grid; gap: 0.5rem; margin-block-end: 1.5rem; }
.warning { padding: 0.5rem 0.75rem; border-radius: 0.5rem; background: var(--amber); }
nav { margin-block-start: 0.75rem; }
nav ul { display: grid; margin-block-start: 0.5rem; border: 1px solid var(--line); border-radius: 0.75rem; }
nav li { display: flex; justify-content: space-between; gap: 1rem; padding: 0.5rem 0.75rem; }
nav li + li { border-block-start: 1px solid var(--line); }
nav li span { flex: none; }
#find {
  display: grid;
  gap: 0.5rem;
  position: sticky;
  inset-block-start: 0;
  z-index: 1;
  margin-inline: -1rem;
  padding: 0.75rem 1rem;
  border-block-end: 1px solid var(--line);
  background: var(--paper);
}
#find[hidden], #find [hidden] { display: none; }
#find label { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
#find input, #find button {
  min-block-size: 2.5rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--edge);
  border-radius: 0.5rem;
  background: var(--other);
  color: inherit;
  font: inherit;
}
#hits { display: grid; max-block-size: 50vh; overflow: auto; }
#hits a { display: block; padding: 0.5rem 0.25rem; color: inherit; text-decoration: none; }
#hits a:hover { background: var(--own); }
#hits li + li { border-block-start: 1px solid var(--line); }
.chat { margin-block-start: 2.5rem; }
.chat > header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1rem; padding-block-end: 0.5rem; border-block-end: 1px solid var(--line); }
.day { margin-block: 1.5rem 0.75rem; text-align: center; }
.part { content-visibility: auto; contain-intrinsic-size: auto 8rem; }
.s1 { contain-intrinsic-block-size: auto 25rem; }
.s2 { contain-intrinsic-block-size: auto 75rem; }
.s3 { contain-intrinsic-block-size: auto 125rem; }
.s4 { contain-intrinsic-block-size: auto 175rem; }
.s5 { contain-intrinsic-block-size: auto 225rem; }
article {
  display: grid;
  gap: 0.125rem;
  inline-size: fit-content;
  max-inline-size: min(100%, 36rem);
  margin-block-end: 0.5rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--other);
}
article.own { margin-inline-start: auto; background: var(--own); }
article:target, article:focus { outline: 2px solid var(--accent); outline-offset: 2px; }
.by { display: flex; flex-wrap: wrap; gap: 0 0.5rem; font-size: 0.75rem; }
.by b { color: var(--ink); }
.text { white-space: pre-wrap; unicode-bidi: isolate; }
.odd { color: var(--soft); font-style: italic; }
blockquote { padding-inline-start: 0.5rem; border-inline-start: 3px solid var(--accent); color: var(--soft); font-size: 0.875rem; }
figure { display: grid; gap: 0.25rem; justify-items: start; }
img, video { display: block; max-inline-size: 100%; max-block-size: 24rem; inline-size: auto; block-size: auto; border-radius: 0.5rem; }
video { inline-size: 24rem; }
audio { max-inline-size: 100%; }
img.sticker { max-inline-size: 9rem; max-block-size: 9rem; }
@media (forced-colors: active) { .warning { border: 1px solid; } }
@media print {
  body { max-inline-size: none; padding: 0; background: none; }
  #find, .top, video, audio { display: none; }
  .part { content-visibility: visible; }
  article { break-inside: avoid; }
  h2, .day { break-after: avoid; }
}
`;

export const ARCHIVE_SCRIPT = String.raw`
'use strict';
(() => {
  const MOST = 100;
  const find = document.getElementById('find');
  const box = document.getElementById('words');
  const said = document.getElementById('said');
  const hits = document.getElementById('hits');
  const more = document.getElementById('more');
  const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  let all;
  let found = [];
  let waiting;

  const bodyOf = (one) =>
    Array.from(one.children).slice(1).map(({ textContent }) => textContent).join(' ').replace(/\s+/g, ' ').trim();

  function line(one, word) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    const where = document.createElement('span');
    const text = document.createElement('bdi');
    link.href = '#' + one.id;
    where.className = 'soft';
    const chat = one.closest('.chat').querySelector('h2').textContent;
    const when = one.querySelector('time');
    where.textContent = [chat, one.querySelector('b').textContent, when.title].join(' · ');
    const whole = bodyOf(one);
    const at = Math.max(0, fold(whole).indexOf(word) - 40);
    text.textContent = (at > 0 ? '… ' : '') + whole.slice(at, at + 160);
    link.append(where, document.createElement('br'), text);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      hits.hidden = more.hidden = true;
      location.hash = link.hash;
      one.tabIndex = -1;
      one.focus({ preventScroll: true });
      one.scrollIntoView({ block: 'center' });
    });
    item.append(link);
    return item;
  }

  function show() {
    const word = fold(box.value).trim().split(/\s+/)[0];
    const from = hits.childElementCount;
    hits.append(...found.slice(from, from + MOST).map((one) => line(one, word)));
    hits.hidden = found.length === 0;
    more.hidden = hits.childElementCount >= found.length;
  }

  function search() {
    const words = fold(box.value).trim().split(/\s+/).filter(Boolean);
    all ??= Array.from(document.querySelectorAll('article'), (one) => [one, fold(one.textContent)]);
    found = words.length === 0 ? [] : all.filter(([, text]) => words.every((word) => text.includes(word))).map(([one]) => one);
    hits.replaceChildren();
    show();
    said.textContent = words.length === 0 ? '' : found.length === 0 ? said.dataset.nothing : said.dataset.found + ' ' + found.length;
  }

  box.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150);
  });
  box.addEventListener('focus', () => {
    if (hits.childElementCount > 0) show();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hits.hidden = more.hidden = true;
  });
  more.addEventListener('click', () => {
    const next = hits.childElementCount;
    show();
    hits.children[next]?.firstElementChild.focus();
  });
  find.hidden = false;
})();
`;
