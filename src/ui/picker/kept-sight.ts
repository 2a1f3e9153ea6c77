/** Tells which kept pictures of a pane are looked at, so that no other is opened. They say their id in `data-kept`. */
import { type KeptUrls } from './kept-urls.ts';

const idOf = (piece: Element): string => piece.getAttribute('data-kept') ?? '';

export class KeptSight {
  readonly #observer: IntersectionObserver;

  constructor(pane: HTMLElement, kept: KeptUrls) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        // One that stands in two places is looked at when either is.
        for (const { target, isIntersecting } of entries)
          if (!isIntersecting) kept.unwant(idOf(target));
        for (const { target, isIntersecting } of entries)
          if (isIntersecting) kept.want(idOf(target));
      },
      // A row ahead of whoever scrolls.
      { root: pane, rootMargin: '100px' },
    );
  }

  /** Looks at what stands there now; what stood in its place before is forgotten. */
  look(within: ParentNode): void {
    this.#observer.disconnect();
    for (const piece of within.querySelectorAll('[data-kept]')) this.#observer.observe(piece);
  }

  close(): void {
    this.#observer.disconnect();
  }
}
