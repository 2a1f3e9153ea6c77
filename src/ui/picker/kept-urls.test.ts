import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeptUrls } from './kept-urls.ts';

/** Openings that are ended by hand. */
function openings() {
  const asked = new Map<string, { resolve: (blob: Blob) => void; reject: (why: Error) => void }>();
  const open = (id: string): Promise<Blob> =>
    new Promise((resolve, reject) => asked.set(id, { resolve, reject }));
  const settle = async (id: string, fails = false): Promise<void> => {
    if (fails) asked.get(id)?.reject(new Error('gone'));
    else asked.get(id)?.resolve(new Blob([id]));
    await Promise.resolve();
    await Promise.resolve();
  };
  return { asked, open, settle };
}

afterEach(() => vi.restoreAllMocks());

describe('kept pictures that are shown', () => {
  it('are opened two at a time, in the order in which they come into view', async () => {
    const { asked, open, settle } = openings();
    const changed = vi.fn();
    const kept = new KeptUrls(open, changed);
    for (const id of ['a', 'b', 'c', 'd', 'a']) kept.want(id);
    expect([...asked.keys()]).toEqual(['a', 'b']);
    expect(kept.urlOf('a')).toBeUndefined();
    await settle('a');
    expect(kept.urlOf('a')).toMatch(/^blob:/);
    expect(changed).toHaveBeenCalledTimes(1);
    expect([...asked.keys()]).toEqual(['a', 'b', 'c']);
    await settle('b', true);
    expect(kept.isBroken('b')).toBe(true);
    expect([...asked.keys()]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are not opened when they went out of view before their turn', async () => {
    const { asked, open, settle } = openings();
    const kept = new KeptUrls(open, () => undefined);
    for (const id of ['a', 'b', 'c', 'd']) kept.want(id);
    kept.unwant('c');
    await settle('a');
    await settle('b');
    expect([...asked.keys()]).toEqual(['a', 'b', 'd']);
  });

  it('let go of everything when the pane is left, also of what comes later', async () => {
    const { asked, open, settle } = openings();
    const [made, freed] = [vi.spyOn(URL, 'createObjectURL'), vi.spyOn(URL, 'revokeObjectURL')];
    const kept = new KeptUrls(open, () => undefined);
    for (const id of ['a', 'b', 'c']) kept.want(id);
    await settle('a');
    const url = kept.urlOf('a');
    kept.close();
    expect(freed).toHaveBeenCalledWith(url);
    await settle('b');
    kept.want('d');
    expect(made).toHaveBeenCalledTimes(1);
    expect([...asked.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('let go of one that is removed, while it is opened, too', async () => {
    const { open, settle } = openings();
    const freed = vi.spyOn(URL, 'revokeObjectURL');
    const kept = new KeptUrls(open, () => undefined);
    kept.want('a');
    await settle('a');
    kept.drop('a');
    expect(freed).toHaveBeenCalledTimes(1);
    expect(kept.urlOf('a')).toBeUndefined();
    kept.want('b');
    kept.drop('b');
    await settle('b');
    expect(kept.urlOf('b')).toBeUndefined();
  });
});
