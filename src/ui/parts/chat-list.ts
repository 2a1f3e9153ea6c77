/**
 * <chat-list>: the left pane. New chat, Settings, the search box with its results, and all chats as links. Knows
 * the state of the app and where to go; nothing of messages.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type ChatSummary } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { fromState } from '../contexts/app-state.ts';
import { showDialog } from '../dialogs/dialog-base.ts';
import { fold, t } from '../i18n/index.ts';
import { go, openConversation } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import { chatLineStyles } from './chat-line-styles.ts';
import { chatLine } from './chat-line.ts';
import { chatListStyles } from './chat-list-styles.ts';
import { chatName, lastLine, lineName } from './chat-name.ts';
import { allowFiles, canAttach, takeFiles } from './file-drop.ts';
import { icons } from './icons.ts';
import { SottoElement } from './sotto-element.ts';

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

  static override styles = [shared, chatLineStyles, chatListStyles];

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
                @dragover=${canAttach(chat) ? allowFiles : nothing}
                @drop=${(event: DragEvent) => {
                  if (canAttach(chat) && takeFiles(event, event.dataTransfer?.files, chat.id))
                    openConversation(chat.id);
                }}
                >${chatLine(chat, this.#lastLine(chat))}</a
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
              ${chatLine(chat, this.#lastLine(chat))}
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
