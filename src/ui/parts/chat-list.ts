/**
 * <chat-list>: the left pane. New chat, Settings, the search box with its results, and all chats as links. Knows
 * the state of the app and where to go; nothing of messages.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type ChatSummary } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { fromState } from '../contexts/app-state.ts';
import { showDialog } from '../dialogs/dialog-base.ts';
import { fold, formatListTime, t } from '../i18n/index.ts';
import { go, openConversation } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import { chatLineStyles } from './chat-line-styles.ts';
import { chatName, lastLine, lineName } from './chat-name.ts';
import { icons } from './icons.ts';
import { SottoElement } from './sotto-element.ts';
import './sotto-avatar.ts';

/** Opens the dialog of that name, which is loaded only now. */
export async function showNewChat(): Promise<void> {
  const { NewChatDialog } = await import('../dialogs/new-chat.ts');
  await showDialog(new NewChatDialog());
}

export class ChatList extends SottoElement {
  static override properties = {
    alone: { attribute: false },
    query: { state: true },
    active: { state: true },
  };

  static override styles = [
    shared,
    chatLineStyles,
    css`
      :host {
        min-block-size: 0;
        background: var(--panel);
      }

      nav {
        display: flex;
        flex-direction: column;
        block-size: 100%;
      }

      .top {
        display: flex;
        align-items: center;
        gap: var(--s1);
        block-size: var(--bar);
        flex: none;
        padding-inline: var(--s4) var(--s2);
      }

      .brand {
        flex: 1;
        font-size: var(--text-4);
        font-weight: 700;
        letter-spacing: -0.01em;
      }

      .search {
        position: relative;
        flex: none;
        padding: 0 var(--s3) var(--s2);
        color: var(--soft);
      }

      .search > svg {
        position: absolute;
        inset-block-start: 0.6rem;
        inset-inline-start: 1.5rem;
        pointer-events: none;
      }

      .search .input {
        min-block-size: 2.25rem;
        padding-block: var(--s1);
        padding-inline: 2.375rem 4rem;
        font-size: var(--text-2);
      }

      .search input::-webkit-search-cancel-button {
        display: none;
      }

      .search kbd,
      .search button {
        position: absolute;
        inset-inline-end: 1.25rem;
      }

      .search kbd {
        inset-block-start: 0.5rem;
        padding: 0 var(--s1);
        border: 1px solid var(--line);
        border-radius: var(--round-1);
        font: var(--weight) var(--text-1) / 1.2rem var(--font);
        pointer-events: none;
      }

      .search:focus-within kbd {
        display: none;
      }

      .search button {
        inset-block-start: 0.125rem;
        inset-inline-end: 0.875rem;
        inline-size: 2rem;
        block-size: 2rem;
      }

      .search .input:not(:focus-visible) {
        border-color: var(--line);
      }

      @media (hover: none), (max-width: 47.5rem) {
        .search kbd {
          display: none;
        }
      }

      .scroll {
        position: relative;
        flex: 1;
        min-block-size: 0;
        padding: var(--s1) var(--s2) var(--s3);
        overflow: hidden auto;
        overscroll-behavior: contain;
        scrollbar-width: thin;
        scrollbar-color: var(--line) transparent;
      }

      .nobody {
        display: grid;
        gap: var(--s1);
        margin: var(--s4) var(--s2);
        color: var(--soft);
        font-size: var(--text-2);
      }

      .nobody .button {
        justify-self: start;
        margin-block-start: var(--s3);
      }

      .nobody strong {
        color: var(--ink);
      }
    `,
  ];

  /** Nothing stands beside it (narrow layout): then its name is the heading of the page. */
  declare alone: boolean;
  declare private query: string;
  declare private active: number;
  readonly #chats = fromState(this, (state) => state.chats);
  readonly #drafts = fromState(this, (state) => state.drafts);
  readonly #current = fromState(this, (state) => state.current);

  constructor() {
    super();
    this.alone = false;
    this.query = '';
    this.active = 0;
  }

  /** Puts the keyboard into the search box. */
  focusSearch(): void {
    const box = this.renderRoot.querySelector('input');
    box?.focus();
    box?.select();
  }

  /** Puts the keyboard on `New chat`: the first thing to do in an empty list. */
  async focusNewChat(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.top button')?.focus();
  }

  /** Puts the keyboard on the line of a chat, or on the first. */
  async focusChat(id: ConversationId | undefined): Promise<void> {
    await this.updateComplete;
    const line = id ? this.renderRoot.querySelector(`a[data-id="${id}"]`) : undefined;
    const target = line ?? this.renderRoot.querySelector('a');
    if (target instanceof HTMLElement) target.focus();
  }

  #found(): ChatSummary[] {
    const wanted = fold(this.query.trim());
    return [...this.#chats.value.values()].filter((chat) => fold(chatName(chat)).includes(wanted));
  }

  #search(text: string): void {
    this.query = text;
    this.active = 0;
  }

  #choose(chat: ChatSummary | undefined): void {
    if (!chat) return;
    this.#search('');
    openConversation(chat.id);
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape' && this.query) {
      event.preventDefault();
      event.stopPropagation();
      this.#search('');
    } else if (event.key === 'ArrowDown' && !this.query.trim()) {
      event.preventDefault();
      void this.focusChat(undefined);
    }
    if (!this.query.trim()) return;
    const found = this.#found();
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#choose(found[this.active]);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.active = found.length ? (this.active + step + found.length) % found.length : 0;
      void this.updateComplete.then(() =>
        this.renderRoot
          .querySelector('[aria-selected="true"]')
          ?.scrollIntoView({ block: 'nearest' }),
      );
    }
  }

  #onListKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const lines = [...this.renderRoot.querySelectorAll<HTMLElement>('a')];
    const at = lines.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    if (at < 0) return;
    event.preventDefault();
    const next = lines[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) next.focus();
    else if (event.key === 'ArrowUp') this.focusSearch();
  }

  #open(event: MouseEvent, chat: ChatSummary): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    openConversation(chat.id);
  }

  #ticks(chat: ChatSummary): TemplateResult | typeof nothing {
    const { last } = chat;
    if (!last?.own || !last.state) return nothing;
    switch (last.state) {
      case 'sending':
        return html`<span class="ticks">${icons.clock}</span>`;
      case 'failed':
        return html`<span class="ticks failed">${icons.warning}</span>`;
      case 'sent':
        return html`<span class="ticks">${icons.tick}</span>`;
      case 'delivered':
        return html`<span class="ticks">${icons.ticks}</span>`;
      case 'read':
        return html`<span class="ticks read">${icons.ticks}</span>`;
    }
  }

  /** What a line shows; the same for links and results. */
  #line(chat: ChatSummary): TemplateResult {
    const line = this.#lastLine(chat);
    return html`<sotto-avatar .address=${chat.id}></sotto-avatar>
      <span class="name clip"><bdi>${chatName(chat)}</bdi></span>
      <time class="time">${formatListTime(chat.time)}</time>
      <span class="last clip ${line.kind}"
        >${line.kind === 'message' ? this.#ticks(chat) : nothing}${
          line.kind === 'draft' ? html`<span class="mark">${t('list.draft')}</span> ` : nothing
        }<bdi>${line.text}</bdi></span
      >
      <span class="marks"
        >${chat.muted ? html`<span class="muted">${icons.bellOff}</span>` : nothing}
        ${
          chat.unread > 0
            ? html`<span class="count digits ${chat.muted ? 'quiet' : ''}">${chat.unread}</span>`
            : nothing
        }</span
      >`;
  }

  #lastLine(chat: ChatSummary) {
    return lastLine(chat, this.#drafts.value.get(chat.id) ?? '', chat.id === this.#current.value);
  }

  #links(): TemplateResult {
    const chats = [...this.#chats.value.values()];
    return html`<ul>
        ${repeat(
          chats,
          ({ id }) => id,
          (chat) =>
            html`<li>
              <a
                class="line"
                href="./"
                data-id=${chat.id}
                aria-label=${lineName(chat, this.#lastLine(chat))}
                aria-current=${chat.id === this.#current.value ? 'page' : nothing}
                @click=${(event: MouseEvent) => this.#open(event, chat)}
                >${this.#line(chat)}</a
              >
            </li>`,
        )}
      </ul>
      ${
        chats.length <= 1
          ? html`<div class="nobody">
              <strong>${t('list.first-title')}</strong>
              <span>${t('list.first-text')}</span>
              ${
                this.alone
                  ? html`<button class="button primary" type="button" @click=${showNewChat}>
                      ${t('empty.get-link')}
                    </button>`
                  : nothing
              }
            </div>`
          : nothing
      }`;
  }

  #results(): TemplateResult {
    const found = this.#found();
    return html`<div id="results" role="listbox" aria-label=${t('search.results')}>
        ${found.map(
          (chat, index) =>
            html`<div
              class="line"
              id="result-${index}"
              role="option"
              tabindex="-1"
              aria-selected=${index === this.active ? 'true' : 'false'}
              aria-label=${lineName(chat, this.#lastLine(chat))}
              @click=${() => this.#choose(chat)}
              @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.#choose(chat)}
            >
              ${this.#line(chat)}
            </div>`,
        )}
      </div>
      ${
        found.length === 0
          ? html`<p class="nobody">${t('search.none', { text: this.query.trim() })}</p>`
          : nothing
      }`;
  }

  protected override render(): TemplateResult {
    const searching = this.query.trim() !== '';
    return html`<nav aria-label=${t('chats')}>
      <div class="top">
        ${
          this.alone
            ? html`<h1 class="brand">${t('sotto')}</h1>`
            : html`<span class="brand">${t('sotto')}</span>`
        }
        <button
          class="icon-button"
          type="button"
          aria-label=${t('new-chat')}
          title=${t('new-chat')}
          @click=${showNewChat}
        >
          ${icons.plus}
        </button>
        <button
          class="icon-button"
          type="button"
          aria-label=${t('settings')}
          title=${t('settings')}
          @click=${() => go({ page: 'settings' })}
        >
          ${icons.settings}
        </button>
      </div>
      <div class="search">
        ${icons.search}
        <input
          class="input"
          type="search"
          autocomplete="off"
          spellcheck="false"
          enterkeyhint="search"
          aria-label=${t('search')}
          placeholder=${t('search')}
          aria-controls=${searching ? 'results' : nothing}
          aria-activedescendant=${searching && this.#found().length ? `result-${this.active}` : nothing}
          .value=${this.query}
          @input=${(event: InputEvent) => this.#search((event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => this.#onSearchKey(event)}
        />
        ${
          this.query
            ? html`<button
                class="icon-button"
                type="button"
                aria-label=${t('search.clear')}
                @click=${() => {
                  this.#search('');
                  this.focusSearch();
                }}
              >
                ${icons.closeSmall}
              </button>`
            : html`<kbd aria-hidden="true">${t('search.ctrl')} K</kbd>`
        }
      </div>
      <span class="visually-hidden" role="status"
        >${searching ? t('search.found', { count: this.#found().length }) : ''}</span
      >
      <div class="scroll" @keydown=${(event: KeyboardEvent) => this.#onListKey(event)}>
        ${searching ? this.#results() : this.#links()}
      </div>
    </nav>`;
  }
}

customElements.define('chat-list', ChatList);

declare global {
  interface HTMLElementTagNameMap {
    'chat-list': ChatList;
  }
}
