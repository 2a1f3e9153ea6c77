/** One holder per key at a time. Several keys are taken in sorted order, so two batches never wait for each other. */

export interface KeyedMutex {
  /** Runs `work` while holding every key; keys are freed when it settles. */
  hold<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result>;
}

/** A mutex per key, made when first asked for and dropped when nobody waits. */
export function keyedMutex(): KeyedMutex {
  const tails = new Map<string, Promise<void>>();

  async function take(key: string): Promise<() => void> {
    const before = tails.get(key) ?? Promise.resolve();
    let free!: () => void;
    const mine = new Promise<void>((resolve) => (free = resolve));
    tails.set(key, mine);
    await before;
    return () => {
      if (tails.get(key) === mine) tails.delete(key);
      free();
    };
  }

  return {
    async hold(keys, work) {
      const held: (() => void)[] = [];
      try {
        for (const key of [...new Set(keys)].sort()) held.push(await take(key));
        return await work();
      } finally {
        for (const free of held.reverse()) free();
      }
    },
  };
}
