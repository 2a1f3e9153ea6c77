/**
 * The messages of one chat: the log with its rows, days and separators, the keyboard on it, the menu, and the way
 * back to the newest message. Shows what it is given and says what a person does or sees: `message-action`,
 * `need-messages`, `seen`, `jump`. Does not know the engine; which rows exist and where is list-scroll's.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type MessageView } from '../../engine/api.ts';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { daySeparator } from './day-separator.ts';
import { estimateHeight, keyOf, listItems, type ListItems, type Section } from './list-items.ts';
import { ListScroll, type Beginning, type VirtualItem } from './list-scroll.ts';
import { listStyles } from './message-list-styles.ts';
import { messageRow, type MessageAction } from './message-row.ts';
import { indexOfOrder, type MessageWindow } from './message-window.ts';
import { place } from './place.ts';
import { SottoElement } from './sotto-element.ts';
import { unreadSeparator } from './unread-separator.ts';
import './jump-button.ts';
import type { MenuPlace } from './message-menu.ts';

export interface MessageActionDetail {
  readonly action: Exclude<MessageAction, 'menu'>;
  readonly message: MessageView;
}

/** Messages left on a side before more are asked for. */
const NEAR = 40;
/** Px above the bottom from which the way down is shown. */
const AWAY = 160;

const keys: Readonly<Record<string, MessageActionDetail['action']>> = {
  c: 'copy',
  i: 'details',
  delete: 'delete',
};

export class MessageList extends SottoElement {
  static override properties = {
    loaded: { attribute: false },
    peer: { type: String },
    firstUnread: { type: Number },
    unread: { type: Number },
    waiting: { attribute: false },
    empty: { attribute: false },
    away: { state: true },
    below: { state: true },
    activeOrder: { state: true },
  };

  static override styles = [shared, listStyles];

  declare loaded: MessageWindow;
  /** Name of the other side. */
  declare peer: string;
  /** Order of the first message that was unread when the chat was opened. */
  declare firstUnread: number | undefined;
  declare unread: number;
  /** Why the last own message waits, to be shown below it. */
  declare waiting: unknown;
  /** What stands in an empty chat. */
  declare empty: unknown;
  declare away: boolean;
  declare below: number;
  declare activeOrder: number | undefined;

  #items: ListItems = { items: [], sections: [] };
  #seen = -1;
  /** Order of a message that gets the focus as soon as it is rendered. */
  #aim: number | undefined;
  #asked: 'older' | 'newer' | undefined;
  readonly #scroll = new ListScroll({
    draw: (now) => this.#draw(now),
    estimate: (index, width) => {
      const item = this.#items.items[index];
      return item ? estimateHeight(item, width) : 40;
    },
    moved: () => this.#moved(),
  });

  constructor() {
    super();
    this.loaded = { messages: [], older: false, newer: false, latest: -1 };
    this.peer = '';
    this.firstUnread = undefined;
    this.unread = 0;
    this.waiting = undefined;
    this.empty = undefined;
    this.away = false;
    this.below = 0;
    this.activeOrder = undefined;
  }

  /** True while the newest message is in view and what arrives is followed. */
  get atEnd(): boolean {
    return this.#scroll.pinned && !this.loaded.newer;
  }

  /** Goes to the newest of the loaded messages and stays there. */
  toEnd(): void {
    this.#scroll.toEnd();
    this.below = 0;
  }

  /** Counts messages that came below the view. */
  countBelow(count: number): void {
    if (!this.atEnd) this.below += count;
  }

  /** Order of the newest message of the other side that is in view, −1 for none. */
  get seen(): number {
    const { visible } = this.#scroll;
    if (!visible) return -1;
    const lowerEdge = this.#scroll.offset + this.#scroll.height + 1;
    for (let index = visible.to; index >= visible.from; index--) {
      const item = this.#items.items[index];
      if (item?.kind !== 'message' || item.message.own) continue;
      const tall = this.#scroll.startOf(index) <= this.#scroll.offset;
      if (tall || this.#scroll.endOf(index) - 16 <= lowerEdge) return item.message.order;
    }
    return -1;
  }

  /** Puts the keyboard on a message. */
  async focusMessage(order: number): Promise<void> {
    const index = this.#indexOf(order);
    if (index < 0) return;
    this.activeOrder = order;
    this.#aim = order;
    this.#scroll.reveal(index);
    this.requestUpdate();
    await this.updateComplete;
    this.#row(order)?.focus({ preventScroll: true });
    this.#aim = undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scroll.detach();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  #draw(now: boolean): void {
    this.requestUpdate();
    // A measured size or a scroll position must reach the document before this frame is painted.
    if (now && this.hasUpdated && !this.#updating) this.performUpdate();
  }

  #updating = false;

  protected override performUpdate(): void {
    if (this.#updating) return;
    this.#updating = true;
    try {
      super.performUpdate();
    } finally {
      this.#updating = false;
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('loaded') || changed.has('firstUnread') || changed.has('unread')) {
      this.#asked = undefined;
      const { messages, older, newer } = this.loaded;
      // A divider that lies above what is loaded appears once its place is.
      const beyond = older && (this.firstUnread ?? Infinity) < (messages[0]?.order ?? -1);
      this.#items = listItems(messages, beyond ? undefined : this.firstUnread, this.unread);
      const { items } = this.#items;
      const beginning: Beginning = items.some(({ kind }) => kind === 'unread')
        ? { at: 'item', key: 'unread' }
        : { at: 'end' };
      this.#scroll.setItems(
        items.map(({ key, kind }) => ({ key, anchor: kind === 'message' })),
        beginning,
        !newer,
      );
    }
    const wanted = this.#aim ?? this.#focused;
    this.#scroll.keep(wanted === undefined ? -1 : this.#indexOf(wanted));
  }

  protected override updated(): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (!scroller || !this.isConnected) return;
    this.#scroll.attach(scroller);
    this.#scroll.commit();
    // Whether more is needed and what is seen may have changed without any scrolling.
    this.#moved();
  }

  /** Order of the message that has the focus. */
  get #focused(): number | undefined {
    const row = this.shadowRoot?.activeElement?.closest<HTMLElement>('.row');
    return row ? Number(row.dataset['order']) : undefined;
  }

  #indexOf(order: number): number {
    const key = keyOf(order);
    return this.#items.items.findIndex((item) => item.key === key);
  }

  #row(order: number): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`.row[data-order="${order}"]`);
  }

  #message(order: number): MessageView | undefined {
    return this.loaded.messages[indexOfOrder(this.loaded.messages, order)];
  }

  #moved(): void {
    const { visible } = this.#scroll;
    if (!visible) return;
    this.away = this.loaded.newer || this.#scroll.distanceFromEnd() > AWAY;
    if (this.atEnd && this.below) this.below = 0;
    const { older, newer } = this.loaded;
    if (older && visible.from < NEAR) this.#need('older');
    else if (newer && visible.to > this.#items.items.length - NEAR) this.#need('newer');
    const { seen } = this;
    if (seen > this.#seen) {
      this.#seen = seen;
      this.dispatchEvent(new CustomEvent('seen'));
    }
  }

  #need(side: 'older' | 'newer'): void {
    if (this.#asked === side) return;
    this.#asked = side;
    this.dispatchEvent(new CustomEvent('need-messages', { detail: { side } }));
  }

  /** Lets a page be asked for again, after it could not be had. */
  forgetAsked(): void {
    this.#asked = undefined;
  }

  #act(action: MessageActionDetail['action'], message: MessageView): void {
    this.dispatchEvent(
      new CustomEvent<MessageActionDetail>('message-action', { detail: { action, message } }),
    );
  }

  async #openMenu(message: MessageView, where: MenuPlace): Promise<void> {
    this.activeOrder = message.order;
    await import('./message-menu.ts');
    await this.renderRoot
      .querySelector('message-menu')
      ?.open(message, where, () => this.#row(message.order)?.focus({ preventScroll: true }));
  }

  /** The message an event is about, and its row. */
  #target(event: Event): { row: HTMLElement; message: MessageView } | undefined {
    const target = event.target instanceof Element ? event.target : undefined;
    const row = target?.closest<HTMLElement>('.row');
    const message = row ? this.#message(Number(row.dataset['order'])) : undefined;
    return row && message ? { row, message } : undefined;
  }

  #clicked(event: MouseEvent): void {
    const found = this.#target(event);
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null;
    if (!found || !button) return;
    const action = button.dataset['action'] as MessageAction;
    if (action === 'menu')
      void this.#openMenu(found.message, { below: button.getBoundingClientRect() });
    else this.#act(action, found.message);
  }

  #contextMenu(event: MouseEvent): void {
    const found = this.#target(event);
    if (!found || (event.target as Element).closest('a')) return;
    // A selection is there to be copied with the browser's own menu.
    if (getSelection()?.toString()) return;
    event.preventDefault();
    void this.#openMenu(found.message, { x: event.clientX, y: event.clientY });
  }

  #pressed(event: KeyboardEvent): void {
    const found = this.#target(event);
    if (!found || event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, message } = found;
    const inButton = event.target !== row;
    const { messages } = this.loaded;
    const at = indexOfOrder(messages, message.order);
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: messages.length - 1,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = messages[step];
      if (next) void this.focusMessage(next.order);
      return;
    }
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      const below = row.querySelector('.bubble')?.getBoundingClientRect();
      if (below) void this.#openMenu(message, { below });
      return;
    }
    const action = keys[event.key.toLowerCase()];
    if (inButton || event.shiftKey || !action) return;
    if (action === 'copy' && message.body.kind !== 'text') return;
    event.preventDefault();
    event.stopPropagation();
    this.#act(action, message);
  }

  #focusIn(event: FocusEvent): void {
    const found = this.#target(event);
    if (found) this.activeOrder = found.message.order;
  }

  /** Days in view, each with its rendered rows; a day is there as long as one of its rows is, for its heading. */
  #days(): readonly { section: Section; rows: readonly VirtualItem[] }[] {
    const { sections } = this.#items;
    const days: { section: Section; rows: VirtualItem[] }[] = [];
    let at = 0;
    for (const row of this.#scroll.rendered()) {
      while ((sections[at]?.to ?? Infinity) <= row.index) at++;
      const section = sections[at];
      if (!section) break;
      const day = days.at(-1);
      if (day?.section === section) day.rows.push(row);
      else days.push({ section, rows: [row] });
    }
    return days;
  }

  /** Order of the row that Tab reaches: the one that had the focus, else the lowest in view. */
  #reached(): number | undefined {
    const rendered = this.#scroll.rendered();
    const { items } = this.#items;
    let lowest: number | undefined;
    for (const { index } of rendered) {
      const item = items[index];
      if (item?.kind !== 'message') continue;
      if (item.message.order === this.activeOrder) return this.activeOrder;
      if (lowest === undefined || index <= (this.#scroll.visible?.to ?? 0))
        lowest = item.message.order;
    }
    return lowest;
  }

  /** Order of the message that the waiting line stands below. */
  #waitingOrder(): number | undefined {
    if (!this.waiting) return undefined;
    const message = this.loaded.messages.findLast(({ own }) => own);
    return message?.state === 'sending' || message?.state === 'sent' ? message.order : undefined;
  }

  #day(section: Section, rows: readonly VirtualItem[]): TemplateResult {
    const { items } = this.#items;
    const { messages, older, newer } = this.loaded;
    const first = rows[0];
    // On iOS the virtualizer may hold a correction back while a finger scrolls: everything is shifted alike.
    const held = first ? this.#scroll.startOf(first.index) - first.start : 0;
    const top = this.#scroll.startOf(section.from);
    const size = this.#scroll.endOf(section.to - 1) - top;
    const reached = this.#reached();
    const waitingOrder = this.#waitingOrder();
    const setSize = older || newer ? -1 : messages.length;
    return html`<div class="day" ${place({ top: top - held, size })}>
      ${daySeparator(section.time, section.from)}
      ${repeat(
        rows.filter(({ index }) => index > section.from),
        ({ key }) => key,
        ({ index, start }) => {
          const item = items[index];
          const shift = start - top + held;
          if (item?.kind === 'unread') return unreadSeparator(item.count, index, shift);
          if (item?.kind !== 'message') return nothing;
          const { order } = item.message;
          return messageRow({
            item,
            index,
            shift,
            setSize,
            active: order === reached,
            peer: this.peer,
            waiting: order === waitingOrder ? this.waiting : undefined,
          });
        },
      )}
    </div>`;
  }

  protected override render(): TemplateResult {
    const { items } = this.#items;
    return html`<div
        class="scroller"
        role="log"
        aria-label=${t('chat.messages')}
        aria-live="off"
        @click=${this.#clicked}
        @contextmenu=${this.#contextMenu}
        @keydown=${this.#pressed}
        @focusin=${this.#focusIn}
      >
        ${items.length === 0 && this.empty ? html`<div class="empty">${this.empty}</div>` : nothing}
        <div class="sizer" ${place({ size: items.length ? this.#scroll.total : 0 })}>
          ${repeat(
            this.#days(),
            ({ section }) => section.key,
            ({ section, rows }) => this.#day(section, rows),
          )}
        </div>
      </div>
      ${
        this.away || this.below
          ? html`<jump-button
              .count=${this.below}
              @click=${() => this.dispatchEvent(new CustomEvent('jump'))}
            ></jump-button>`
          : nothing
      }
      <message-menu
        @menu-choice=${({ detail }: CustomEvent<MessageActionDetail>) =>
          this.#act(detail.action, detail.message)}
      ></message-menu>`;
  }
}

customElements.define('message-list', MessageList);

declare global {
  interface HTMLElementTagNameMap {
    'message-list': MessageList;
  }
}
