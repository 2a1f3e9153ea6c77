import { describe, expect, it } from 'vitest';
import { describeStore } from './conformance.ts';
import { createMemoryDisk } from './memory-store.ts';
import { recordRow } from './rows.ts';

describeStore('memory', () => {
  const disk = createMemoryDisk();
  return { open: async () => disk.open(), fillDisk: () => disk.failNext('storage-full') };
});

describe('the disk in memory', () => {
  const crash = new Error('crash');
  const crashOnce = (): never => {
    throw crash;
  };

  it('has nothing of a commit that crashed before it', async () => {
    const disk = createMemoryDisk();
    const store = disk.open({ beforeCommit: crashOnce });
    await expect(
      store.commit([{ table: 'records', put: recordRow('a', '1') }], 'strict'),
    ).rejects.toBe(crash);
    expect(await disk.open().count('records')).toBe(0);
  });

  it('has all of a commit that crashed after it, though the writer never knew', async () => {
    const disk = createMemoryDisk();
    const store = disk.open({ afterCommit: crashOnce });
    await expect(
      store.commit([{ table: 'records', put: recordRow('a', '1') }], 'strict'),
    ).rejects.toBe(crash);
    expect(await disk.open().count('records')).toBe(1);
  });

  it('is dead to a store that crashed, as to a process that ended', async () => {
    const disk = createMemoryDisk();
    const store = disk.open({ beforeCommit: crashOnce });
    await expect(store.commit([], 'strict')).rejects.toBe(crash);
    await expect(store.commit([], 'strict')).rejects.toMatchObject({ code: 'storage-closed' });
    await expect(store.get('records', ['a'])).rejects.toMatchObject({ code: 'storage-closed' });
  });

  it('shows the crash points what is being written', async () => {
    const told: string[] = [];
    const store = createMemoryDisk().open({
      beforeCommit: (writes, durability) => told.push(`before ${writes.length} ${durability}`),
      afterCommit: (writes, durability) => told.push(`after ${writes.length} ${durability}`),
    });
    await store.commit([{ table: 'records', put: recordRow('a', '1') }], 'relaxed');
    expect(told).toEqual(['before 1 relaxed', 'after 1 relaxed']);
  });

  it('loses in a power cut what came after the last strict commit, and nothing before', async () => {
    const disk = createMemoryDisk();
    const store = disk.open();
    await store.commit([{ table: 'records', put: recordRow('a', '1') }], 'relaxed');
    await store.commit([{ table: 'records', put: recordRow('b', '1') }], 'strict');
    await store.commit([{ table: 'records', put: recordRow('b', '2') }], 'relaxed');
    await store.commit([{ table: 'records', remove: ['a'] }], 'relaxed');
    await store.commit([{ table: 'records', put: recordRow('c', '1') }], 'relaxed');
    disk.losePower();
    await expect(store.count('records')).rejects.toMatchObject({ code: 'storage-closed' });
    expect(await disk.open().list('records')).toEqual([recordRow('a', '1'), recordRow('b', '1')]);
  });

  it('counts the commits that went through', async () => {
    const disk = createMemoryDisk();
    const store = disk.open();
    const before = disk.commits;
    await store.commit([], 'strict');
    disk.failNext('storage-failed');
    await expect(store.commit([], 'strict')).rejects.toMatchObject({ code: 'storage-failed' });
    await store.commit([], 'strict');
    expect(disk.commits - before).toBe(2);
  });
});
