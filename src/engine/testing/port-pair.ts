/** A port without a thread behind it. */
import { type PortLike } from '../../lib/port.ts';

/** Two ends of a port within one thread; messages cross in a microtask, copied. */
export function portPair(): [PortLike, PortLike] {
  const ends: PortLike[] = [];
  const make = (other: () => PortLike | undefined): PortLike => ({
    onmessage: null,
    postMessage(message) {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => other()?.onmessage?.({ data: copy } as MessageEvent));
    },
    close: () => undefined,
  });
  const left = make(() => ends[1]);
  const right = make(() => ends[0]);
  ends.push(left, right);
  return [left, right];
}
