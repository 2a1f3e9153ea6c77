/**
 * Keeps a long list still: which items are rendered and where, and that what a person looks at does not move.
 * At the bottom the list stays at the bottom; elsewhere the first message that is fully visible keeps its place,
 * whatever comes, goes or grows around it. Owns the virtualizer (@tanstack/virtual-core, anchored at its end);
 * does not know messages, templates or the engine.
 *
 * The virtualizer alone anchors the item under the top edge. That item may be a day separator, which moves when
 * older messages of its day are loaded, or a message that is being deleted; so the anchor is chosen here, and
 * the offset that the virtualizer worked out is replaced before anything is rendered.
 */
import {
  Virtualizer,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  type Rect,
  type VirtualItem,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';

export type { VirtualItem };

/** What the list must know about an item. */
export interface ScrollItem {
  readonly key: string;
  /** True for what may serve as an anchor: messages, not separators. */
  readonly anchor: boolean;
}

export interface ListScrollHost {
  /** Renders again: at once when `now`, else with the next update. */
  draw(now: boolean): void;
  /** A guess at the height of an item, px. */
  estimate(index: number, width: number): number;
  /** The person or the list has scrolled, or the list was resized. */
  moved(): void;
}

/** Where to stand after the first items. */
export type Beginning = { readonly at: 'end' } | { readonly at: 'item'; readonly key: string };

/** Within this distance of the bottom the list stays at the bottom, px. */
const END_ZONE = 24;
/** Rows rendered beyond either edge. */
const OVERSCAN = 8;
/** Room above the first and below the last item, px. */
const MARGIN = 8;
/** Where an item that is scrolled to stands, px from the top: below the sticky day and within the upper third. */
const TOP_MARGIN = 72;

type ListVirtualizer = Virtualizer<HTMLElement, HTMLElement>;

export class ListScroll {
  /** True while the list stands at its bottom and follows what arrives. */
  pinned = true;
  readonly #host: ListScrollHost;
  readonly #virtualizer: ListVirtualizer;
  readonly #stop: () => void;
  #element: HTMLElement | null = null;
  #items: readonly ScrollItem[] = [];
  #index = new Map<string, number>();
  #keyOf: (index: number) => string | number = (index) => index;
  #kept = -1;
  #lastTop = 0;
  #beginning: Beginning | undefined;
  /** False while the chat goes on below what is loaded: the end of the list is not the end then. */
  #follows = true;
  /** What `commit` must do about the scroll position. */
  #pending: 'nothing' | 'end' | 'offset' = 'nothing';

  constructor(host: ListScrollHost) {
    this.#host = host;
    this.#virtualizer = new Virtualizer<HTMLElement, HTMLElement>(this.#options());
    this.#virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (
      item,
      _delta,
      { scrollOffset, scrollRect },
    ) => {
      const offset = scrollOffset ?? 0;
      // What begins above the top edge grows upwards, so that everything fully visible stays; a message higher
      // than the list grows downwards, for its top is what one reads.
      return item.start < offset && item.end <= offset + (scrollRect?.height ?? 0);
    };
    this.#stop = this.#virtualizer._didMount();
  }

  #options(): VirtualizerOptions<HTMLElement, HTMLElement> {
    return {
      count: this.#items.length,
      getScrollElement: () => this.#element,
      estimateSize: (index: number) =>
        this.#host.estimate(index, this.#virtualizer?.scrollRect?.width || globalThis.innerWidth),
      getItemKey: this.#keyOf,
      anchorTo: 'end',
      scrollEndThreshold: END_ZONE,
      scrollPaddingStart: TOP_MARGIN,
      paddingStart: MARGIN,
      paddingEnd: MARGIN,
      overscan: OVERSCAN,
      rangeExtractor: ({ startIndex, endIndex, overscan, count }: Range) => {
        const from = Math.max(0, startIndex - overscan);
        const to = Math.min(count - 1, endIndex + overscan);
        const indexes = Array.from({ length: to - from + 1 }, (_, index) => from + index);
        const kept = this.#kept;
        if (kept >= 0 && kept < from) indexes.unshift(kept);
        else if (kept > to && kept < count) indexes.push(kept);
        return indexes;
      },
      // Sizes come from the ResizeObserver alone, before the frame is painted; rows are never asked.
      measureElement: (element, entry, instance: ListVirtualizer) => {
        const box = entry?.borderBoxSize[0];
        if (box) return Math.round(box.blockSize);
        return instance.measurementsCache[instance.indexFromElement(element)]?.size ?? 0;
      },
      scrollToFn: elementScroll,
      observeElementOffset,
      observeElementRect: (instance: ListVirtualizer, tell: (rect: Rect) => void) =>
        observeElementRect(instance, (rect) => {
          const first = this.height === 0;
          tell(rect);
          if (!first && this.pinned) instance.scrollToEnd();
          if (!first) this.#host.moved();
        }),
      onChange: (_instance: ListVirtualizer, now: boolean) => this.#host.draw(now),
    };
  }

  /** Follows this element's scrolling from the next `commit` on. */
  attach(element: HTMLElement): void {
    if (this.#element === element) return;
    this.#element?.removeEventListener('scroll', this.#scrolled);
    this.#element = element;
    element.addEventListener('scroll', this.#scrolled, { passive: true });
  }

  /** Ends all observation. */
  detach(): void {
    this.#element?.removeEventListener('scroll', this.#scrolled);
    this.#element = null;
    this.#stop();
  }

  /**
   * Takes new items; call before rendering.
   * @param beginning where to stand when there were none before
   * @param follows   true when the last item is the last of the chat, so that its bottom is worth staying at
   */
  setItems(items: readonly ScrollItem[], beginning: Beginning, follows: boolean): void {
    const virtualizer = this.#virtualizer;
    if (!this.#follows) this.pinned = false;
    else if (this.height > 0 && this.distanceFromEnd() <= END_ZONE) this.pinned = true;
    this.#follows = follows;
    const anchors = this.pinned || this.#items.length === 0 ? [] : this.#anchors();
    if (this.#items.length === 0 && items.length > 0) this.#beginning = beginning;
    // What is under way aims at an index, and indexes change now.
    virtualizer.cancelScroll();
    this.#items = items;
    this.#keyOf = (index) => items[index]?.key ?? index;
    this.#index = new Map(items.map(({ key }, index) => [key, index]));
    virtualizer.setOptions(this.#options());
    const total = virtualizer.getTotalSize();
    if (this.#beginning) return;
    if (this.pinned) {
      this.#pending = 'end';
      virtualizer.scrollOffset = Math.max(0, total - this.height);
      return;
    }
    for (const { key, below } of anchors) {
      const index = this.#index.get(key);
      if (index === undefined) continue;
      const offset = Math.max(0, this.startOf(index) - below);
      this.#pending = 'offset';
      virtualizer.scrollOffset = offset;
      return;
    }
  }

  /** Places to hold on to, best first: the messages from the first fully visible one on, then those above. */
  #anchors(): { key: string; below: number }[] {
    // The virtualizer hears of a position with the next scroll event; the element knows it already.
    const offset = this.#element?.scrollTop ?? this.offset;
    const edge = this.#virtualizer.getVirtualItemForOffset(offset)?.index ?? 0;
    const visible: { key: string; below: number }[] = [];
    const above: { key: string; below: number }[] = [];
    for (let index = Math.max(0, edge - OVERSCAN); index < this.#items.length; index++) {
      const item = this.#items[index];
      const below = this.startOf(index) - offset;
      if (below > this.height) break;
      if (item?.anchor) (below >= 0 ? visible : above).push({ key: item.key, below });
    }
    return [...visible, ...above.reverse()];
  }

  /** Renders this item wherever it is (it has the focus); −1 for none. */
  keep(index: number): void {
    if (index === this.#kept) return;
    this.#kept = index;
    // The virtualizer remembers its answer until the function that gives it is another one.
    this.#virtualizer.setOptions(this.#options());
  }

  /** Puts the scroll position where it belongs; call after each render. */
  commit(): void {
    const virtualizer = this.#virtualizer;
    const wanted = virtualizer.scrollOffset;
    const pending = this.#pending;
    this.#pending = 'nothing';
    virtualizer._willUpdate();
    if (this.#element && this.height > 0 && this.#beginning) {
      const beginning = this.#beginning;
      this.#beginning = undefined;
      const index = beginning.at === 'item' ? this.#index.get(beginning.key) : undefined;
      this.pinned = index === undefined;
      if (index === undefined) virtualizer.scrollToEnd();
      else virtualizer.scrollToIndex(index, { align: 'start' });
      this.#host.draw(false);
    } else if (pending === 'end') {
      virtualizer.scrollToEnd();
    } else if (pending === 'offset' && this.#element && wanted !== null) {
      if (virtualizer.scrollOffset !== wanted) virtualizer.scrollOffset = wanted;
      this.#element.scrollTop = wanted;
    }
    if (this.#element) {
      for (const row of this.#element.querySelectorAll<HTMLElement>('[data-index]')) {
        virtualizer.measureElement(row);
      }
      virtualizer.measureElement(null);
    }
  }

  readonly #scrolled = (): void => {
    const top = this.#element?.scrollTop ?? 0;
    // Only going up lets go of the bottom: what grows below must not.
    if (this.distanceFromEnd(top) <= END_ZONE) this.pinned = this.#follows;
    else if (top < this.#lastTop) this.pinned = false;
    this.#lastTop = top;
    this.#host.moved();
  };

  /** Rendered items, in order. */
  rendered(): readonly VirtualItem[] {
    return this.#virtualizer.getVirtualItems();
  }

  /** Indexes at the top and bottom edge of the view; undefined before it is laid out. */
  get visible(): { readonly from: number; readonly to: number } | undefined {
    const { range } = this.#virtualizer;
    return range ? { from: range.startIndex, to: range.endIndex } : undefined;
  }

  /** Height of all items, px. */
  get total(): number {
    return this.#virtualizer.getTotalSize();
  }

  /** Height of the view, px. */
  get height(): number {
    return this.#virtualizer.scrollRect?.height ?? 0;
  }

  /** Where the view begins, px. */
  get offset(): number {
    return this.#virtualizer.scrollOffset ?? 0;
  }

  /** Px between the lower edge of the view and the end of the list. */
  distanceFromEnd(top = this.offset): number {
    return Math.max(0, this.total - this.height - top);
  }

  /** Where an item begins, px; of the index after the last one, where the list ends. */
  startOf(index: number): number {
    return this.#virtualizer.measurementsCache[index]?.start ?? this.total;
  }

  /** Where an item ends, px. */
  endOf(index: number): number {
    return this.#virtualizer.measurementsCache[index]?.end ?? this.total;
  }

  /** Goes to the bottom and stays there. */
  toEnd(): void {
    this.pinned = true;
    this.#virtualizer.scrollToEnd();
  }

  /** Scrolls as little as shows an item. */
  reveal(index: number): void {
    if (index < this.#items.length - 1) this.pinned = false;
    this.#virtualizer.scrollToIndex(index, { align: 'auto' });
  }
}
