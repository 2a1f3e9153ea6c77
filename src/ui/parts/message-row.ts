/**
 * One message in the list: bubble, text, time, ticks, and below it what needs an answer (why it failed, why it
 * cannot be read, what it waits for). A template and no component: eighty of them are in the document, and the
 * list hears their events. Never reads layout.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { type MessageBody, type MessageView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { formatTime, t } from '../i18n/index.ts';
import { describeFault } from '../i18n/faults.ts';
import { icons } from './icons.ts';
import { type ListItem } from './list-items.ts';
import { isOnlyEmoji } from '../../lib/linkify.ts';
import { bodyText } from './body-words.ts';
import { mediaBox } from './media-box.ts';
import { linkedText, messageName } from './message-text.ts';
import { place } from './place.ts';
import { ticks } from './ticks.ts';

/** What a person can do with a message. */
export type MessageAction =
  'copy' | 'save-gif' | 'details' | 'delete' | 'retry' | 'resend' | 'menu';

export interface RowView {
  readonly item: ListItem & { readonly kind: 'message' };
  readonly index: number;
  /** Px from the top of its day. */
  readonly shift: number;
  /** Number of messages in the chat, −1 while unknown. */
  readonly setSize: number;
  /** Reached by Tab; the others by the arrow keys. */
  readonly active: boolean;
  readonly peer: string;
  /** Why the last own message waits. */
  readonly waiting?: unknown;
}

/** Cause and next step, for a message that stays where it is. */
function reason(code: FaultCode): string {
  const { cause, next } = describeFault(code);
  return `${cause} ${next}`;
}

function stub(body: MessageBody & { readonly kind: 'undecryptable' }): TemplateResult {
  const { cause } = describeFault(body.reason);
  return html`<p class="stub-title">${icons.lock}${t('list.undecryptable')}</p>
    <p class="stub-reason">
      ${cause} ${body.resend === 'possible' ? nothing : t(`chat.resend-${body.resend}`)}
    </p>
    ${
      body.resend === 'possible'
        ? html`<button class="button small" type="button" data-action="resend">
            ${t('chat.ask-to-resend')}
          </button>`
        : nothing
    }`;
}

let mediaPart: Promise<unknown> | undefined;

/** Its room is there before the part that fills it has been loaded. */
function media(
  message: MessageView,
  { attachment, caption }: MessageBody & { readonly kind: 'media' },
): TemplateResult {
  mediaPart ??= import('./media-attachment.ts').catch(() => (mediaPart = undefined));
  const { width, height } = mediaBox(attachment, Infinity);
  return html`<span class="media" ${place({ width, ratio: width / height })}
      ><media-attachment
        .attachment=${attachment}
        .conversation=${message.conversation}
        .order=${message.order}
        .own=${message.own}
      ></media-attachment></span
    >${caption ? html`<span class="text">${linkedText(caption)}</span>` : nothing}`;
}

function content(message: MessageView): unknown {
  const { body } = message;
  switch (body.kind) {
    case 'text':
      return html`<span class="text">${linkedText(body.text)}</span>`;
    case 'media':
      return media(message, body);
    case 'call':
      void import('../calls/call-line.ts');
      return html`<call-line .body=${body} .conversation=${message.conversation}></call-line>`;
    case 'undecryptable':
      return stub(body);
    case 'unknown':
      return html`<p class="stub-title">${icons.info}${bodyText(body)}</p>
        <p class="stub-reason">${t('chat.unknown-more')}</p>`;
  }
}

/** The row of a message. */
export function messageRow(view: RowView): TemplateResult {
  const { message, first, last, position } = view.item;
  const { body, own, state, time } = message;
  const large =
    body.kind === 'text'
      ? isOnlyEmoji(body.text)
      : body.kind === 'media' && body.attachment.form === 'sticker';
  return html`<article
    class="row ${own ? 'own' : 'other'} ${first ? 'first' : ''} ${last ? 'last' : ''} ${
      large ? 'large' : ''
    } ${body.kind === 'text' || body.kind === 'media' ? '' : 'stub'}"
    data-index=${view.index}
    data-order=${message.order}
    tabindex=${view.active ? 0 : -1}
    aria-label=${messageName(message, view.peer)}
    aria-posinset=${position}
    aria-setsize=${view.setSize}
    ${place({ shift: view.shift })}
  >
    <div class="bubble">
      <div class="body" dir="auto">
        ${content(message)}<span class="meta"
          ><time datetime=${new Date(time).toISOString()}>${formatTime(time)}</time>${
            own && state ? ticks(state) : nothing
          }</span
        >
      </div>
      <button
        class="icon-button actions"
        type="button"
        data-action="menu"
        tabindex=${view.active ? 0 : -1}
        aria-label=${t('chat.actions')}
        aria-haspopup="menu"
      >
        ${icons.more}
      </button>
    </div>
    ${
      own && state === 'failed'
        ? html`<p class="below failure">
            <span>${reason(message.failure ?? 'internal')}</span>
            <button class="button quiet small" type="button" data-action="retry">
              ${icons.retry}${t('chat.retry')}
            </button>
          </p>`
        : nothing
    }
    ${view.waiting ? html`<p class="below waiting">${view.waiting}</p>` : nothing}
  </article>`;
}
