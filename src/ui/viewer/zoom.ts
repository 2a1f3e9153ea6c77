/**
 * A picture that is looked at closely: larger by wheel, keys, two fingers or a double click, moved by dragging. Sets
 * `transform` through the CSSOM, as the content security policy demands. Knows no dialog.
 */

export interface Zoom {
  /** 1 is the whole picture. */
  readonly factor: number;
  /** The picture on screen, or none. */
  attach(picture: HTMLElement | undefined): void;
  by(factor: number): void;
  /** Moves what is seen, px. */
  move(x: number, y: number): void;
  /** Closer, or back to the whole. */
  toggle(): void;
  reset(): void;
}

const MOST = 8;
const CLOSE = 2.5;

/** @param onChange whether more than the whole is seen */
export function createZoom(onChange: (zoomed: boolean) => void): Zoom {
  let picture: HTMLElement | undefined;
  let factor = 1;
  let x = 0;
  let y = 0;
  let off = new AbortController();
  const fingers = new Map<number, { x: number; y: number }>();

  function apply(): void {
    if (!picture) return;
    // No further than the edges of the picture.
    const mostX = (picture.offsetWidth * (factor - 1)) / 2;
    const mostY = (picture.offsetHeight * (factor - 1)) / 2;
    x = Math.max(-mostX, Math.min(mostX, x));
    y = Math.max(-mostY, Math.min(mostY, y));
    picture.style.transform = factor === 1 ? '' : `translate(${x}px, ${y}px) scale(${factor})`;
    onChange(factor > 1);
  }

  function to(next: number): void {
    const before = factor;
    factor = Math.max(1, Math.min(MOST, next));
    x *= factor / before;
    y *= factor / before;
    apply();
  }

  const spread = (): number => {
    const [one, two] = [...fingers.values()];
    return one && two ? Math.hypot(one.x - two.x, one.y - two.y) : 0;
  };

  function dragged(event: PointerEvent): void {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const wide = spread();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2 && wide > 0) return to((factor * spread()) / wide);
    x += event.clientX - before.x;
    y += event.clientY - before.y;
    apply();
  }

  return {
    get factor() {
      return factor;
    },
    attach(next) {
      if (next === picture) return;
      off.abort();
      off = new AbortController();
      const { signal } = off;
      fingers.clear();
      picture = next;
      factor = 1;
      x = y = 0;
      if (!next) return;
      next.addEventListener('dblclick', () => to(factor > 1 ? 1 : CLOSE), { signal });
      next.addEventListener(
        'wheel',
        (event) => {
          event.preventDefault();
          to(factor * Math.exp(-event.deltaY / 400));
        },
        { signal, passive: false },
      );
      next.addEventListener(
        'pointerdown',
        (event) => {
          next.setPointerCapture(event.pointerId);
          fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        },
        { signal },
      );
      next.addEventListener('pointermove', dragged, { signal });
      for (const end of ['pointerup', 'pointercancel'] as const)
        next.addEventListener(end, ({ pointerId }) => fingers.delete(pointerId), { signal });
    },
    by: (times) => to(factor * times),
    move(dx, dy) {
      x += dx;
      y += dy;
      apply();
    },
    toggle: () => to(factor > 1 ? 1 : CLOSE),
    reset() {
      x = y = 0;
      to(1);
    },
  };
}
