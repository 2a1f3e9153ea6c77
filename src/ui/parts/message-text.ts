/**
 * A message in words: the one line that names it for a screen reader and announces it, and its text with links.
 * Does not know how a row is laid out.
 */
import { html, type TemplateResult } from 'lit';
import { type MessageView } from '../../engine/api.ts';
import { formatTime, t } from '../i18n/index.ts';
import { bodyText } from './body-words.ts';
import { linkify } from '../../lib/linkify.ts';
import { stateName } from './ticks.ts';

/** A name longer than this is cut: it is heard, and the text itself follows. UTF-16 units. */
const LONGEST_NAME = 1_000;

/** `<sender>: <body>, <time>[, <state>]` */
export function messageName(message: MessageView, peer: string): string {
  const text = bodyText(message.body);
  const body = text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
  const sender = message.own ? t('you') : peer;
  const state = message.own && message.state ? `, ${stateName(message.state)}` : '';
  return `${sender}: ${body}, ${formatTime(message.time)}${state}`;
}

/** Text with its links; they open elsewhere and say nothing about where they were clicked. */
export function linkedText(text: string): readonly (TemplateResult | string)[] {
  return linkify(text).map((piece) =>
    piece.href === undefined
      ? piece.text
      : html`<a
          href=${piece.href}
          title=${piece.href}
          dir="ltr"
          target="_blank"
          rel="noopener noreferrer"
          >${piece.text}</a
        >`,
  );
}
