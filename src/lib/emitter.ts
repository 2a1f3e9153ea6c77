/** Typed events inside one thread. */

export interface Emitter<Event> {
  /** Tells every listener, in order of arrival; one that throws does not keep the others from hearing. */
  emit(event: Event): void;
  /** Adds a listener; the result removes it. */
  listen(listener: (event: Event) => void): () => void;
}

/** @param onError hears what a listener threw */
export function createEmitter<Event>(
  onError: (error: unknown) => void = () => undefined,
): Emitter<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    emit(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
