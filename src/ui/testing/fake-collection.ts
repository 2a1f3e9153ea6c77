/** What the engine in memory keeps to be sent again, and what is used often: for as long as the page lives. */
import { type Collected, type Habits } from '../../engine/api.ts';
import { Fault } from '../../lib/fault.ts';
import { type Methods } from './fake-answers.ts';

type Kept = Pick<Methods, 'habits' | 'collection' | 'collect' | 'collected' | 'discard'>;

/** An empty collection. */
export function createFakeCollection(): Kept {
  let habits: Habits = { emoji: [], tone: 0, stickers: [] };
  const kept = new Map<string, { readonly view: Collected; readonly source: Blob }>();
  let serial = 1;
  return {
    habits: (change) => (habits = { ...habits, ...change }),
    collection: () => [...kept.values()].map(({ view }) => view).reverse(),
    collect({ source, ...picture }) {
      const view: Collected = { ...picture, id: String(serial++).padStart(32, '0') };
      kept.set(view.id, { view, source });
      return view;
    },
    collected({ id }) {
      const found = kept.get(id);
      if (!found) throw new Fault('blob-gone');
      return found.source;
    },
    discard({ id }) {
      kept.delete(id);
      return null;
    },
  };
}
