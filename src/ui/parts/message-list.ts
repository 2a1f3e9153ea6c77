/**
 * The messages of one chat: the log with its rows, days and separators, the menu, and the way back to the newest
 * message. Shows what it is given and says what a person does or sees: `message-action`, `need-messages`, `seen`,
 * `jump`. Does not know the engine; which rows exist and where is list-scroll's, what clicks and keys mean is
 * message-gestures'.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type MessageView } from '../../engine/api.ts';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { daySeparator } from './day-separator.ts';
import {
  estimateHeight,
  keyOf,
  listItems,
  type ListItems,
  rowsByDay,
  type Section,
} from './list-items.ts';
import { ListScroll, type Beginning, type VirtualItem } from './list-scroll.ts';
import {
  clickWish,
  contextMenuWish,
  keyWish,
  type MessageActionDetail,
  rowOf,
  type Wish,
} from './message-gestures.ts';
import { listStyles } from './message-list-styles.ts';
import { messageRow } from './message-row.ts';
import { type MessageWindow } from './message-window.ts';
import { place } from './place.ts';
import { SottoElement } from './sotto-element.ts';
import { unreadSeparator } from './unread-separator.ts';
import type { MenuPlace } from './message-menu.ts';

/** Messages left on a side before more are asked for. */
const NEAR = 40;
/** Px above the bottom from which the way down is shown. */
const AWAY = 160;

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
      // A message that does not fit is read from where it begins.
      const begun = this.#scroll.startOf(index) <= this.#scroll.offset + this.#scroll.height / 2;
      if (begun || this.#scroll.endOf(index) - 16 <= lowerEdge) return item.message.order;
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

  #fulfil(wish: Wish | undefined): void {
    if (!wish) return;
    switch (wish.kind) {
      case 'act':
        return this.#act(wish.action, wish.message);
      case 'menu':
        return void this.#openMenu(wish.message, wish.where);
      case 'focus':
        return void this.focusMessage(wish.message.order);
    }
  }

  #focusIn(event: FocusEvent): void {
    const found = rowOf(event, this.loaded.messages);
    if (found) this.activeOrder = found.message.order;
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

  #jumpButton(): TemplateResult {
    // Most chats are read at their end; the button is loaded when one leaves it.
    import('./jump-button.ts').catch(() => undefined);
    return html`<jump-button
      .count=${this.below}
      @click=${() => this.dispatchEvent(new CustomEvent('jump'))}
    ></jump-button>`;
  }

  protected override render(): TemplateResult {
    const { items, sections } = this.#items;
    const { messages } = this.loaded;
    return html`<div
        class="scroller"
        role="log"
        aria-label=${t('chat.messages')}
        aria-live="off"
        @click=${(event: MouseEvent) => this.#fulfil(clickWish(event, messages))}
        @contextmenu=${(event: MouseEvent) => this.#fulfil(contextMenuWish(event, messages))}
        @keydown=${(event: KeyboardEvent) => this.#fulfil(keyWish(event, messages))}
        @focusin=${this.#focusIn}
      >
        ${items.length === 0 && this.empty ? html`<div class="empty">${this.empty}</div>` : nothing}
        <div class="sizer" ${place({ size: items.length ? this.#scroll.total : 0 })}>
          ${repeat(
            rowsByDay(sections, this.#scroll.rendered()),
            ({ section }) => section.key,
            ({ section, rows }) => this.#day(section, rows),
          )}
        </div>
      </div>
      ${this.away || this.below ? this.#jumpButton() : nothing}
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
