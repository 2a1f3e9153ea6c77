/** What else happens while a backup is written or brought back, and what a crash or an end leaves. */
import { describe, expect, it } from 'vitest';
import { portPair } from '../testing/port-pair.ts';
import { isOnline } from '../testing/world.ts';
import {
  attach,
  confirmedKey,
  exported,
  freshBrowser,
  notesOf,
  random,
  stages,
  two,
} from './testing/odd-backups.ts';

describe('a backup', () => {
  it('is gone on with behind damage that came to it since', async () => {
    const { world, ana, key } = await two(19);
    const notes = await notesOf(ana);
    for (let i = 0; i < 3; i++) await attach(ana, notes, random(300_000));
    await world.until(
      async () => (await stages(ana, notes)).every((stage) => stage === 'here'),
      'all is sealed',
    );
    const bytes = new Uint8Array(await (await exported(ana)).arrayBuffer());
    await ana.stop();
    const again = await freshBrowser(world);
    await again.restart({
      afterCommit(writes) {
        for (const write of writes)
          if (write.table === 'attachments' && 'put' in write && write.put.stage === 'here')
            throw new Error('crash');
      },
    });
    await again
      .call('restoreBackup', { source: new Blob([bytes]), key, salvages: false })
      .catch(() => undefined);
    await again.restart();
    expect((await stages(again, notes)).sort()).toEqual(['gone', 'gone', 'here']);
    // The chunk in which it ended.
    bytes[96 + 1_000]! ^= 1;
    const result = await again.call('restoreBackup', {
      source: new Blob([bytes]),
      salvages: true,
    });
    expect(result).toMatchObject({ media: 3, missing: 0, damage: [0] });
    expect(await stages(again, notes)).toEqual(['here', 'here', 'here']);
  });

  it.each([
    ['before its messages come', 'conversations', 1],
    ['while they come', 'messages', 10],
  ] as const)('does not bring back a chat that is deleted %s', async (_when, name, many) => {
    const { world, ana, ben, withBen, key } = await two(20);
    await ben.stop();
    // Of 60 KiB each, so that they take two segments.
    for (let i = 0; i < 24; i++)
      await ana.call('send', { conversation: withBen, text: `${i} `.padEnd(60_000, 'x') });
    const file = await exported(ana);
    await ana.call('deleteChat', { conversation: withBen });
    let deleted: Promise<unknown> | undefined;
    await ana.restart({
      afterCommit(writes) {
        const isImport = writes.some(
          (write) => write.table === 'records' && 'put' in write && write.put.name === 'import',
        );
        if (isImport && writes.filter(({ table }) => table === name).length >= many)
          deleted ??= ana.call('deleteChat', { conversation: withBen });
      },
    });
    await world.until(() => isOnline(ana), 'Ana is online');
    await ana.call('restoreBackup', { source: file, key, salvages: false });
    await deleted;
    expect(deleted).toBeDefined();
    const { chats } = await ana.call('snapshot', null);
    expect(chats.map(({ standing }) => standing)).toEqual(['notes']);
    expect(await ana.messages(withBen)).toEqual([]);
  });

  it('is not written into the folder here where it would leave no room for messages', async () => {
    const { world, ana } = await two(22);
    const notes = await notesOf(ana);
    await attach(ana, notes, random(300_000));
    await world.until(
      async () => (await stages(ana, notes)).every((stage) => stage === 'here'),
      'it is sealed',
    );
    ana.media.room = { used: 0, quota: 50 * 1024 * 1024 + 100_000 };
    await expect(ana.call('exportBackup', { kind: 'own', name: 'one' })).rejects.toThrow(
      'not-enough-room',
    );
    ana.media.room = { used: 0, quota: 50 * 1024 * 1024 + 400_000 };
    await exported(ana);
    await exported(ana, 'two');
  });

  it('is not proven by a file of somebody else, nor is its key taken from there', async () => {
    const { world, ana, ben } = await two(9);
    const theirs = await confirmedKey(ben);
    const file = await exported(ben);
    await expect(ana.call('testBackup', { source: file, key: theirs })).rejects.toThrow(
      'other-account',
    );
    expect((await ana.call('backup', null)).proven).toBeUndefined();
    const nobody = await freshBrowser(world, 'Eve');
    await nobody.call('testBackup', { source: file, key: theirs });
    expect((await nobody.call('backup', null)).key).toBe('none');
  });

  it('is not forgotten while it is being brought back', async () => {
    const { world, ana, key } = await two(10);
    const file = await exported(ana);
    await ana.stop();
    const again = await freshBrowser(world);
    let refused: Promise<unknown> | undefined;
    again.media.onBackup = () => {
      refused ??= again.call('forgetInterrupted', null).catch(({ code }: { code: string }) => code);
    };
    await again.call('restoreBackup', { source: file, key, salvages: false });
    expect(await refused).toBe('backup-running');
    expect((await again.call('backup', null)).interrupted).toBeUndefined();
  });

  it('that is cancelled while a tab is asked for a worker ends there', async () => {
    const { ana } = await two(11);
    const parts = ana.media.parts.bind(ana.media);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    ana.media.parts = () => ({
      ...parts(),
      async lendWorker(kind) {
        await gate;
        return parts().lendWorker(kind);
      },
    });
    const ending = ana
      .call('exportBackup', { kind: 'own', name: 'one' })
      .catch(({ code }: { code: string }) => code);
    await ana.call('cancelBackup', null);
    open();
    expect(await ending).toBe('cancelled');
    expect((await ana.call('backup', null)).job).toBeUndefined();
  });

  it('ends when it is cancelled though its worker has died', async () => {
    const { world, ana } = await two(14);
    const parts = ana.media.parts.bind(ana.media);
    ana.media.parts = () => ({
      ...parts(),
      lendWorker: async () => ({ port: portPair()[1], gone: new Promise<void>(() => undefined) }),
    });
    let ended: unknown;
    void ana
      .call('exportBackup', { kind: 'own', name: 'one' })
      .catch(({ code }: { code: string }) => (ended = code));
    await world.calm();
    void ana.call('cancelBackup', null);
    await world.until(() => ended !== undefined, 'it has ended', 60_000);
    expect(ended).toBe('cancelled');
  });

  it('does not bring back the stub of what was healed since', async () => {
    const { world, ana, ben, withAna, withBen, key } = await two(15);
    await ana.stop();
    const store = ana.disk.open();
    await store.commit([{ table: 'sessions', removeRange: {} }], 'strict');
    store.close();
    await ben.call('send', { conversation: withAna, text: 'lost at first' });
    await world.until(
      async () => (await ben.messages(withAna)).at(-1)?.state === 'sent',
      'it is at the relay',
    );
    await ben.stop();
    await ana.restart();
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.body.kind === 'undecryptable',
      'it cannot be read',
    );
    const file = await exported(ana);
    await ben.restart();
    await world.until(
      async () => (await ana.texts(withBen)).includes('lost at first'),
      'it was sent again',
    );
    await world.until(
      async () => (await ana.messages(withBen)).every(({ body }) => body.kind === 'text'),
      'all is healed',
    );
    const before = await ana.messages(withBen);
    const result = await ana.call('restoreBackup', { source: file, key, salvages: false });
    expect(result).toMatchObject({ messages: 0 });
    expect(await ana.messages(withBen)).toEqual(before);
  });

  it('is merged where there is just room for what is not here yet', async () => {
    const { world, ana, withBen, key } = await two(16);
    await attach(ana, withBen, random(300_000));
    await world.until(
      async () => (await stages(ana, withBen)).every((stage) => stage === 'here'),
      'it was sent',
    );
    const file = await exported(ana);
    ana.media.room = { used: 0, quota: 50 * 1024 * 1024 + 100_000 };
    await ana.call('restoreBackup', { source: file, key, salvages: false });
    await ana.stop();
    const again = await freshBrowser(world);
    again.media.room = { used: 0, quota: 50 * 1024 * 1024 + 100_000 };
    await expect(
      again.call('restoreBackup', { source: file, key, salvages: false }),
    ).rejects.toThrow('not-enough-room');
  });

  it('that is merged is gone on with after a crash at every commit, while messages come', async () => {
    let crashed = 0;
    for (let nth = 1; ; nth++) {
      const { world, ana, ben, withAna, withBen, key } = await two(17);
      await attach(ana, withBen, random(70_000));
      for (const text of ['one', 'two', 'three', 'four'])
        await ana.call('send', { conversation: withBen, text });
      await world.until(
        async () =>
          (await ana.messages(withBen)).every(({ own, state }) => !own || state === 'delivered'),
        'all is there',
      );
      const file = await exported(ana);
      const before = await ana.messages(withBen);
      for (const { order, body } of before)
        if (body.kind === 'media' || (body.kind === 'text' && /two|three|Ana/.test(body.text)))
          await ana.call('deleteMessage', { conversation: withBen, order });
      await ben.call('send', { conversation: withAna, text: 'meanwhile' });
      await world.until(
        async () => (await ana.texts(withBen)).includes('meanwhile'),
        'something came since',
      );
      await ben.stop();
      await world.calm();
      let isImporting = false;
      let wasHit = false;
      let commits = 0;
      await ana.restart({
        afterCommit() {
          if (isImporting && ++commits === nth) {
            wasHit = true;
            throw new Error('crash');
          }
        },
      });
      await world.until(() => isOnline(ana), 'Ana is online');
      await world.calm();
      isImporting = true;
      await ana
        .call('restoreBackup', { source: file, key, salvages: false })
        .catch(() => undefined);
      if (wasHit) {
        crashed++;
        await ben.restart();
        await ben.call('send', { conversation: withAna, text: 'after the crash' });
        await ana.restart();
        await world.until(
          async () => (await ana.texts(withBen)).includes('after the crash'),
          'something came after the crash',
        );
        await ana.call('restoreBackup', { source: file, key, salvages: false });
      }
      const after = await ana.messages(withBen);
      const ids = before.map(({ id }) => id);
      expect(after.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
      expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
      expect(after).toHaveLength(ids.length + (wasHit ? 2 : 1));
      expect(await stages(ana, withBen)).toEqual(['here']);
      await ana.stop();
      await ben.stop();
      if (!wasHit) break;
    }
    expect(crashed).toBeGreaterThan(6);
  });

  it('has places between others that are read, and told as read, each by itself', async () => {
    const { world, ana, ben, withAna, withBen, key } = await two(18);
    for (const text of ['one', 'two', 'three'])
      await ben.call('send', { conversation: withAna, text });
    await world.until(async () => (await ana.texts(withBen)).includes('three'), 'all is here');
    const file = await exported(ana);
    const messages = await ana.messages(withBen);
    const [one, two_] = messages.slice(-3);
    await ana.call('deleteMessage', { conversation: withBen, order: two_!.order });
    await ana.call('restoreBackup', { source: file, key, salvages: false });
    expect((await ana.texts(withBen)).slice(-3)).toEqual(['one', 'two', 'three']);
    await ana.call('markRead', { conversation: withBen, order: one!.order });
    const { chats } = await ana.call('snapshot', null);
    expect(chats.find(({ id }) => id === withBen)?.unread).toBe(2);
    await world.until(
      async () =>
        (await ben.messages(withAna)).some(
          ({ body, state }) => body.kind === 'text' && body.text === 'one' && state === 'read',
        ),
      'Ben hears that it was read',
    );
    await world.calm();
    const read = (await ben.messages(withAna)).flatMap(({ body, state }) =>
      body.kind === 'text' && state === 'read' ? [body.text] : [],
    );
    expect(read).not.toContain('two');
    expect(read).not.toContain('three');
  });

  it('leaves no file that nobody saved behind when the account is erased', async () => {
    const { ana } = await two(12);
    await exported(ana);
    expect(ana.media.backups.size).toBe(1);
    await ana.call('eraseAccount', { localOnly: true });
    expect(ana.media.backups.size).toBe(0);
  });
});
