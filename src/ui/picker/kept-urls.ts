/**
 * Pictures of the collection as URLs for a pane: opened as they are looked at, two at a time, and held as long as the
 * pane is shown. All of them at once would be hundreds of megabytes. Does not know what is looked at, or how it is kept.
 */

/** Opened at the same time. */
const AT_ONCE = 2;

export class KeptUrls {
  readonly #open: (id: string) => Promise<Blob>;
  readonly #changed: () => void;
  readonly #urls = new Map<string, string>();
  readonly #broken = new Set<string>();
  /** In the order in which they were wanted; what is being opened is no longer among them. */
  readonly #waiting = new Set<string>();
  readonly #opening = new Set<string>();
  #closed = false;

  /** @param changed called when another URL is there, or is known to come never */
  constructor(open: (id: string) => Promise<Blob>, changed: () => void) {
    this.#open = open;
    this.#changed = changed;
  }

  /** Where it can be shown from; undefined before it is open. */
  urlOf(id: string): string | undefined {
    return this.#urls.get(id);
  }

  /** True for what could not be opened. */
  isBroken(id: string): boolean {
    return this.#broken.has(id);
  }

  /** It is looked at. */
  want(id: string): void {
    if (this.#closed || this.#urls.has(id) || this.#broken.has(id) || this.#opening.has(id)) return;
    this.#waiting.add(id);
    this.#next();
  }

  /** It is not looked at any more: what was not begun is left. */
  unwant(id: string): void {
    this.#waiting.delete(id);
  }

  /** It is gone. */
  drop(id: string): void {
    this.#waiting.delete(id);
    this.#opening.delete(id);
    const url = this.#urls.get(id);
    if (url !== undefined) URL.revokeObjectURL(url);
    this.#urls.delete(id);
  }

  /** Frees everything; nothing is opened after that. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    for (const id of [...this.#urls.keys()]) this.drop(id);
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (this.#opening.size >= AT_ONCE) return;
      this.#waiting.delete(id);
      this.#opening.add(id);
      void this.#show(id);
    }
  }

  async #show(id: string): Promise<void> {
    try {
      const source = await this.#open(id);
      // Dropped, or the pane was left, meanwhile.
      if (!this.#closed && this.#opening.has(id)) this.#urls.set(id, URL.createObjectURL(source));
    } catch {
      this.#broken.add(id);
    }
    this.#opening.delete(id);
    if (this.#closed) return;
    this.#changed();
    this.#next();
  }
}
