/**
 * Tells how far the open chat was read: as far as its messages were in view while somebody looked, a moment later
 * and only onwards. Does not know the chat, nor who is told.
 */
import { type ReactiveController, type ReactiveControllerHost } from 'lit';

/** What was read is reported at most this often, ms. */
const PAUSE = 150;

/** True while the page is in front of somebody. */
export function isAttended(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

export class ReadReports implements ReactiveController {
  /** Order of the newest message that was reported, −1 for none. */
  upTo = -1;
  readonly #seen: () => number;
  readonly #tell: (order: number) => Promise<unknown>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param seen order of the newest message in view, −1 for none
   * @param tell reports it; rejects when that failed
   */
  constructor(
    host: ReactiveControllerHost,
    seen: () => number,
    tell: (order: number) => Promise<unknown>,
  ) {
    this.#seen = seen;
    this.#tell = tell;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('focus', this.look);
    document.addEventListener('visibilitychange', this.look);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    removeEventListener('focus', this.look);
    document.removeEventListener('visibilitychange', this.look);
  }

  /** Something else came into view, or somebody looks again. */
  readonly look = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const order = this.#seen();
      if (!isAttended() || order <= this.upTo) return;
      this.upTo = order;
      // Not noted: it is said again with the next look.
      this.#tell(order).catch(() => (this.upTo = -1));
    }, PAUSE);
  };
}
