/**
 * <chat-page>: one open chat. Asks the engine for its messages, keeps the loaded window true to the events, says
 * what arrived, and brings together what the parts show and ask for. Knows no layout of rows (message-list) and no
 * keys or bytes (the engine).
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { type ChatDetails, type EngineEvent } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState } from '../contexts/app-state.ts';
import { engine, type EngineArgument, type EngineMethod } from '../contexts/engine-client.ts';
import { showDialog } from '../dialogs/dialog-base.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { loadTexts, t } from '../i18n/index.ts';
import { arrivalWords, failureWords } from '../parts/announcements.ts';
import { chatName } from '../parts/chat-name.ts';
import { emptyChat } from '../parts/empty-chat.ts';
import { allowFiles, canAttach, takeFiles } from '../parts/file-drop.ts';
import { icons } from '../parts/icons.ts';
import { actOnMessage } from '../parts/message-actions.ts';
import type { MessageActionDetail } from '../parts/message-gestures.ts';
import '../parts/message-list.ts';
import { type MessageChange, type MessageWindow } from '../parts/message-window.ts';
import { OpenMessages } from '../parts/open-messages.ts';
import { waitingLine } from '../parts/presence-words.ts';
import { isAttended, ReadReports } from '../parts/read-reports.ts';
import type { RequestAnswer } from '../parts/request-bar.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { goToList } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import '../parts/chat-header.ts';
import '../parts/composer.ts';

/** Relative times are told anew this often, ms. */
const MINUTE = 60_000;

export class ChatPage extends SottoElement {
  static override properties = {
    conversation: { attribute: false },
    chat: { state: true },
    loaded: { state: true },
    firstUnread: { state: true },
    unread: { state: true },
    said: { state: true },
    fault: { state: true },
    busy: { state: true },
    now: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        background: var(--paper);
      }

      main {
        display: flex;
        flex-direction: column;
        block-size: 100%;
      }

      message-list,
      .blank {
        flex: 1;
      }

      .blank {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--s4);
        padding: var(--s6);
        text-align: center;
      }

      .fault {
        flex-wrap: wrap;
        align-items: center;
        margin: var(--s2) var(--s4);
      }

      .fault span {
        flex: 1 1 8rem;
        text-align: start;
      }

      .fault > svg {
        align-self: flex-start;
      }

      .fault > button {
        margin-inline-start: auto;
      }

      .blank .fault {
        max-inline-size: 34rem;
      }
    `,
  ];

  declare conversation: ConversationId;
  declare private chat: ChatDetails | undefined;
  declare private loaded: MessageWindow | undefined;
  declare private firstUnread: number | undefined;
  declare private unread: number;
  declare private said: string;
  declare private fault: FaultCode | undefined;
  declare private busy: boolean;
  declare private now: number;

  #messages: OpenMessages | undefined;
  readonly #read = new ReadReports(
    this,
    () => this.#list?.seen ?? -1,
    (order) => engine().call('markRead', { conversation: this.conversation, order }),
  );
  #minute: ReturnType<typeof setInterval> | undefined;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.#forget();
  }

  #forget(): void {
    this.chat = undefined;
    this.loaded = undefined;
    this.firstUnread = undefined;
    this.unread = 0;
    this.said = '';
    this.fault = undefined;
    this.busy = false;
    this.now = Date.now();
    this.#messages?.leave();
    this.#messages = undefined;
    this.#read.upTo = -1;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = engine().listen((event) => this.#hear(event));
    this.#minute = setInterval(() => (this.now = Date.now()), MINUTE);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#messages?.leave();
    this.#stop?.();
    clearInterval(this.#minute);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('conversation')) return;
    this.#forget();
    this.#messages = new OpenMessages(engine(), this.conversation);
    void this.#open();
  }

  async #open(): Promise<void> {
    const messages = this.#messages;
    if (!messages) return;
    this.fault = undefined;
    try {
      const opened = await messages.open();
      if (!opened) return;
      const again = this.loaded !== undefined;
      this.chat = opened.chat;
      this.loaded = messages.window;
      if (again) return;
      this.unread = opened.unread;
      this.firstUnread = opened.firstUnread;
      await this.updateComplete;
      this.#focusComposer();
    } catch (error) {
      if (messages === this.#messages) this.fault = faultCode(error);
    }
  }

  /** With a mouse and a keyboard one opens a chat to write; on glass the keyboard would hide what one came to read. */
  #focusComposer(): void {
    if (!matchMedia('(hover: hover) and (pointer: fine)').matches) return;
    if (document.querySelector('dialog[open]')) return;
    this.renderRoot.querySelector('message-composer')?.focus({ preventScroll: true });
  }

  get #list() {
    return this.renderRoot.querySelector('message-list');
  }

  #hear(event: EngineEvent): void {
    switch (event.type) {
      case 'messages':
        if (event.conversation === this.conversation) this.#change(event);
        return;
      case 'chat':
        if (event.chat.id === this.conversation) {
          this.chat = event.chat;
          this.now = Date.now();
        }
        return;
      case 'restarted':
        void this.#open();
        return;
      default:
        return;
    }
  }

  #change(change: MessageChange): void {
    const list = this.#list;
    const heard = this.#messages?.hear(change, list?.atEnd ?? false);
    if (!heard) return;
    const { before, arrived } = heard;
    this.loaded = this.#messages?.window;
    this.now = Date.now();
    if (arrived.length) {
      list?.countBelow(arrived.length);
      if (!isAttended()) this.#divide(arrived[0]?.order, arrived.length);
    }
    if (!isAttended()) return;
    const words = [arrivalWords(arrived, this.#name), failureWords(before, change)];
    this.#say(words.filter(Boolean).join('\n'));
  }

  /** What arrives while nobody looks is set apart, from the first such message on. */
  #divide(order: number | undefined, count: number): void {
    const going = this.firstUnread !== undefined && this.#read.upTo < this.firstUnread;
    this.firstUnread = going ? this.firstUnread : order;
    this.unread = going ? this.unread + count : count;
  }

  /** Tells a screen reader, once; the same words twice are two announcements. */
  #say(words: string): void {
    if (words) this.said = words === this.said ? `${words}\u00a0` : words;
  }

  get #name(): string {
    return this.chat ? chatName(this.chat) : '';
  }

  async #load(side: 'older' | 'newer'): Promise<void> {
    try {
      if (await this.#messages?.load(side)) this.loaded = this.#messages?.window;
      else this.#list?.forgetAsked();
    } catch {
      // The next scrolling asks again; the engine says by itself when it is in trouble.
      this.#list?.forgetAsked();
    }
  }

  /** Shows the newest messages, loading them where the window has left them behind. */
  async #toLatest(): Promise<void> {
    if (this.loaded?.newer) {
      try {
        await this.#messages?.openLatest();
      } catch (error) {
        this.fault = faultCode(error);
        return;
      }
      this.loaded = this.#messages?.window;
      await this.updateComplete;
      await this.#list?.updateComplete;
    }
    this.#list?.toEnd();
  }

  #sending(): void {
    this.firstUnread = undefined;
    this.unread = 0;
    void this.#toLatest();
  }

  async #do<Name extends EngineMethod>(
    method: Name,
    argument: EngineArgument<Name>,
  ): Promise<boolean> {
    this.fault = undefined;
    this.busy = true;
    try {
      await engine().call(method, argument);
      return true;
    } catch (error) {
      this.fault = faultCode(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #act(detail: MessageActionDetail): Promise<void> {
    return actOnMessage(detail, {
      peer: this.chat?.standing === 'notes' ? undefined : this.#name,
      messages: this.loaded?.messages ?? [],
      ask: (method, argument) => this.#do(method, argument),
      fail: (code) => (this.fault = code),
      say: (words) => this.#say(words),
      focus: async (order) => {
        if (order === undefined) this.#focusComposer();
        else await this.#list?.focusMessage(order);
      },
    });
  }

  async #answer(answer: RequestAnswer): Promise<void> {
    const { conversation } = this;
    if (answer === 'delete') {
      if (await this.#do('deleteRequest', { conversation })) goToList();
      return;
    }
    const method = { accept: 'acceptRequest', block: 'block', unblock: 'unblock' } as const;
    if (!(await this.#do(method[answer], { conversation })) || answer === 'block') return;
    await this.updateComplete;
    this.#focusComposer();
  }

  async #showDetails(): Promise<void> {
    if (!this.chat) return;
    const [{ ChatDetailsDialog }] = await Promise.all([
      import('../dialogs/chat-details.ts'),
      loadTexts('details'),
    ]);
    const dialog = new ChatDetailsDialog(this.chat);
    await showDialog(dialog);
    if (dialog.deleted && appState().current === this.conversation) goToList();
  }

  /** The chat as far as it is known: the list has its name before the engine has answered. */
  #known(): ChatDetails | undefined {
    if (this.chat) return this.chat;
    const summary = appState().chats.get(this.conversation);
    if (!summary) return undefined;
    const { id, standing, name, muted, typing } = summary;
    return { id, standing, name, muted, typing, address: id };
  }

  #footer(chat: ChatDetails): TemplateResult {
    if (chat.standing === 'request' || chat.standing === 'blocked') {
      import('../parts/request-bar.ts').catch(() => undefined);
      return html`<request-bar
        .standing=${chat.standing}
        .name=${chat.name}
        ?busy=${this.busy}
        @answer=${({ detail }: CustomEvent<RequestAnswer>) => void this.#answer(detail)}
      ></request-bar>`;
    }
    return html`<message-composer
      .conversation=${this.conversation}
      @message-sending=${this.#sending}
    ></message-composer>`;
  }

  #shown(chat: ChatDetails, loaded: MessageWindow): TemplateResult {
    const { waiting } = chat;
    return html`<message-list
      .loaded=${loaded}
      .peer=${chatName(chat)}
      .firstUnread=${this.firstUnread}
      .unread=${this.unread}
      .waiting=${waiting ? waitingLine(waiting, chat.name, this.now) : undefined}
      .empty=${emptyChat(chat)}
      @seen=${this.#read.look}
      @jump=${() => void this.#toLatest()}
      @need-messages=${({ detail }: CustomEvent<{ side: 'older' | 'newer' }>) =>
        void this.#load(detail.side)}
      @message-action=${({ detail }: CustomEvent<MessageActionDetail>) => void this.#act(detail)}
    ></message-list>`;
  }

  #trouble(fault: FaultCode): TemplateResult {
    return html`<p class="fault" role="alert">
      ${icons.warning}<span>${faultText(fault)}</span>
      ${
        this.loaded
          ? html`<button
              class="icon-button"
              type="button"
              aria-label=${t('dismiss')}
              @click=${() => (this.fault = undefined)}
            >
              ${icons.close}
            </button>`
          : html`<button class="button small" type="button" @click=${() => void this.#open()}>
              ${t('try-again')}
            </button>`
      }
    </p>`;
  }

  protected override render(): TemplateResult {
    const chat = this.#known();
    const { loaded, fault } = this;
    const trouble = fault ? this.#trouble(fault) : nothing;
    if (!chat) return html`<main class="blank"><h1>${t('chat.gone')}</h1></main>`;
    return html`<main
      aria-label=${chatName(chat)}
      @dragover=${canAttach(chat) ? allowFiles : nothing}
      @drop=${(event: DragEvent) => canAttach(chat) && takeFiles(event, event.dataTransfer?.files, this.conversation)}
    >
      <chat-header
        .chat=${chat}
        .now=${this.now}
        @details-wanted=${() => void this.#showDetails()}
      ></chat-header>
      ${keyed(
        this.conversation,
        loaded
          ? html`${this.#shown(chat, loaded)} ${trouble} ${this.#footer(chat)}`
          : html`<div class="blank">${trouble}</div>`,
      )}
      <p class="visually-hidden" role="status">${this.said}</p>
    </main>`;
  }
}

customElements.define('chat-page', ChatPage);

declare global {
  interface HTMLElementTagNameMap {
    'chat-page': ChatPage;
  }
}
