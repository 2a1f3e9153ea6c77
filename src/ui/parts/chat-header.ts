/**
 * The head of a chat: the way back in the narrow layout, picture, name, where the other side is, and the way to
 * the details. Knows no engine; says `details-wanted`.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type ChatDetails } from '../../engine/api.ts';
import { placeCall } from '../calls/follow-calls.ts';
import { t } from '../i18n/index.ts';
import { goToList } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import { chatName } from './chat-name.ts';
import { icons } from './icons.ts';
import { stateLine } from './presence-words.ts';
import { SottoElement } from './sotto-element.ts';
import './sotto-avatar.ts';

export class ChatHeader extends SottoElement {
  static override properties = { chat: { attribute: false }, now: { type: Number } };

  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
      }

      header {
        display: flex;
        align-items: center;
        gap: var(--s2);
        min-block-size: var(--bar);
        padding: var(--s1) var(--s4);
        border-block-end: 1px solid var(--line);
      }

      .back {
        display: none;
        margin-inline-start: calc(var(--s3) * -1);
      }

      sotto-avatar {
        --avatar-size: 2.25rem;
      }

      .who {
        flex: 1;
        min-inline-size: 0;
        padding-inline-start: var(--s1);
      }

      h1 {
        font-size: var(--text-3);
        text-wrap: nowrap;
      }

      .state {
        font-size: var(--text-1);
        line-height: 1.35;
      }

      .state.now {
        color: var(--accent);
      }

      /* Large letters in a narrow window: the picture goes before a button does. */
      @container (max-width: 15rem) {
        sotto-avatar {
          display: none;
        }
      }

      .details {
        margin-inline-end: calc(var(--s2) * -1);
      }

      @media (max-width: 47.5rem) {
        header {
          padding-inline: var(--s3);
        }

        .back {
          display: inline-grid;
        }
      }
    `,
  ];

  declare chat: ChatDetails | undefined;
  /** ms since 1970; what is relative is told from it. */
  declare now: number;

  constructor() {
    super();
    this.chat = undefined;
    this.now = Date.now();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { chat } = this;
    if (!chat) return nothing;
    const state = stateLine(chat, this.now);
    const here = chat.typing || chat.presence?.online;
    return html`<header>
      <button class="icon-button back" type="button" aria-label=${t('back')} @click=${goToList}>
        ${icons.back}
      </button>
      <sotto-avatar .address=${chat.id}></sotto-avatar>
      <div class="who">
        <h1 class="clip" tabindex="-1"><bdi>${chatName(chat)}</bdi></h1>
        ${state ? html`<p class="state soft ${here ? 'now' : ''}">${state}</p>` : nothing}
      </div>
      ${
        chat.standing === 'accepted'
          ? html`<button
              class="icon-button"
              type="button"
              aria-label=${t('chat.call')}
              @click=${() => placeCall(chat.id)}
            >
              ${icons.call}
            </button>`
          : nothing
      }
      <button
        class="icon-button details"
        type="button"
        aria-label=${t('chat.details')}
        aria-haspopup="dialog"
        @click=${() => this.dispatchEvent(new CustomEvent('details-wanted'))}
      >
        ${icons.more}
      </button>
    </header>`;
  }
}

customElements.define('chat-header', ChatHeader);

declare global {
  interface HTMLElementTagNameMap {
    'chat-header': ChatHeader;
  }
}
