/** Nothing is lost: what a person had comes back, in another browser, after any crash, and only once. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { type Bytes, concat } from '../../lib/bytes.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { type BackupResult, type BackupView, type MessageView } from '../api.ts';
import { type Person } from '../testing/person.ts';
import { type World, createWorld, introduce } from '../testing/world.ts';

const random = seededRandom('backups');

/** What a tab shows of a message, but for what belongs to one installation. */
function shown(messages: readonly MessageView[]): unknown[] {
  return messages.map(({ id, own, time, body, state }) => ({ id, own, time, body, state }));
}

async function chatsOf(person: Person): Promise<Record<string, unknown>> {
  const { chats } = await person.call('snapshot', null);
  const all: Record<string, unknown> = {};
  for (const { id, name, unread, draft, standing, last } of chats)
    all[`${standing}/${name}`] = {
      unread,
      draft,
      last: last && { body: last.body, own: last.own },
      messages: shown(await person.messages(id)),
    };
  return all;
}

async function confirmedKey(person: Person): Promise<string> {
  const digits = await person.call('recoveryKey', null);
  await person.call('confirmRecoveryKey', { digits });
  return digits;
}

async function exported(person: Person, name = 'one'): Promise<Blob> {
  await person.call('exportBackup', { kind: 'own', name });
  return person.call('exportedBackup', { name });
}

async function attach(person: Person, conversation: ConversationId, bytes: Bytes): Promise<void> {
  await person.call('attach', {
    conversation,
    source: new Blob([bytes]),
    hints: { form: 'file', name: 'a.bin', type: 'application/octet-stream' },
    caption: 'for you',
  });
}

/** Two people with a history: texts both ways, a file each way, notes, a draft, a setting. */
async function history(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const { withAna, withBen } = await introduce(world, ana, ben);
  for (let i = 0; i < 30; i++) {
    await ana.call('send', { conversation: withBen, text: `from Ana ${i}` });
    if (i % 3 === 0) await ben.call('send', { conversation: withAna, text: `from Ben ${i}` });
  }
  const files = [random(300_000), random(70_000)];
  await attach(ana, withBen, files[0]!);
  await attach(ben, withAna, files[1]!);
  const notes = (await ana.call('snapshot', null)).chats.find(
    ({ standing }) => standing === 'notes',
  )!.id;
  await ana.call('send', { conversation: notes, text: 'milk, bread' });
  await ana.call('setDraft', { conversation: withBen, text: 'I wanted to say' });
  await ana.call('changeSettings', { appearance: 'dark' });
  const isThere = async (person: Person, chat: ConversationId): Promise<boolean> =>
    (await person.messages(chat)).every(
      ({ own, body, state }) =>
        (!own || state === 'delivered' || state === 'read') &&
        (body.kind !== 'media' || body.attachment.stage === 'here'),
    );
  const fetchAll = async (person: Person, chat: ConversationId): Promise<void> => {
    for (const { body, order } of await person.messages(chat))
      if (body.kind === 'media' && body.attachment.stage === 'remote')
        await person.call('transfer', { conversation: chat, order });
  };
  await world.until(async () => {
    await fetchAll(ana, withBen);
    await fetchAll(ben, withAna);
    return (await isThere(ana, withBen)) && (await isThere(ben, withAna));
  }, 'all has arrived');
  return { world, ana, ben, withAna, withBen, files };
}

/** A browser without an account, into which a backup comes. */
async function freshBrowser(world: World, name = 'Ana'): Promise<Person> {
  return world.person(name, { withoutAccount: true });
}

const stageOf = ({ body }: MessageView): string | undefined =>
  body.kind === 'media' ? body.attachment.stage : undefined;

async function bytesOf(person: Person, conversation: ConversationId): Promise<Bytes[]> {
  const all: Bytes[] = [];
  for (const { body, order } of await person.messages(conversation)) {
    if (body.kind !== 'media') continue;
    const blob = await person.call('openAttachment', { conversation, order });
    all.push(new Uint8Array(await blob.arrayBuffer()));
  }
  return all;
}

async function expectToTalk(
  world: World,
  ana: Person,
  ben: Person,
  withAna: ConversationId,
  withBen: ConversationId,
): Promise<void> {
  await ben.call('send', { conversation: withAna, text: 'are you back?' });
  await ana.call('send', { conversation: withBen, text: 'I am back' });
  await world.until(
    async () =>
      (await ana.texts(withBen)).includes('are you back?') &&
      (await ben.texts(withAna)).includes('I am back'),
    'both read each other',
  );
  for (const [person, chat] of [
    [ana, withBen],
    [ben, withAna],
  ] as const)
    for (const { body } of await person.messages(chat)) expect(body.kind).not.toBe('undecryptable');
}

describe('a backup', () => {
  it('brings everything back into an empty browser, and the talk goes on', async () => {
    const { world, ana, ben, withAna, withBen, files } = await history(1);
    const before = await chatsOf(ana);
    const { account } = await ana.call('snapshot', null);
    if (account.standing === 'none') throw new Error('no account');
    const key = await confirmedKey(ana);
    const file = await exported(ana);
    expect(await ana.call('backup', null)).toMatchObject({
      key: 'confirmed',
      last: { messages: 44, media: 2, bytes: file.size },
    });
    await ana.stop();

    const again = await freshBrowser(world);
    expect(await again.call('readBackup', { source: file, digits: key })).toMatchObject({
      key,
      name: 'Ana',
      messages: 44,
      media: 2,
    });
    const result = await again.call('restoreBackup', { source: file, key, salvages: false });
    expect(result).toMatchObject({ messages: 44, media: 2, known: 0, missing: 0, damage: [] });
    const after = await again.call('snapshot', null);
    expect(after.account).toMatchObject({ id: account.id, name: 'Ana', standing: 'ready' });
    expect(after.settings.appearance).toBe('dark');
    expect(await chatsOf(again)).toEqual(before);
    expect(await bytesOf(again, withBen)).toEqual(await bytesOf(ana, withBen).catch(() => files));
    expect((await bytesOf(again, withBen)).map(({ length }) => length)).toEqual(
      files.map(({ length }) => length),
    );
    await expectToTalk(world, again, ben, withAna, withBen);
    // The same digits go on, and the account is whole after a restart.
    expect(await again.call('recoveryKey', null)).toBe(key);
    await again.restart();
    expect((await again.call('backup', null)).interrupted).toBeUndefined();
    expect((await again.texts(withBen)).at(-1)).toMatch(/back/);
  });

  it('of a browser that still lives moves the account, which says so there', async () => {
    const { world, ana, ben, withAna, withBen } = await history(2);
    const key = await confirmedKey(ana);
    const file = await exported(ana);
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: file, key, salvages: false });
    await world.until(
      async () => (await ana.call('snapshot', null)).account.standing === 'held-elsewhere',
      'the older browser gives way',
    );
    await expectToTalk(world, again, ben, withAna, withBen);
  });

  it('is gone on with after a crash at every commit, and is the same in the end', async () => {
    const { world, ana, ben, withBen } = await history(3);
    const before = await chatsOf(ana);
    const key = await confirmedKey(ana);
    const file = await exported(ana);
    await ana.stop();
    // Nothing new comes in between.
    await ben.stop();
    let crashed = 0;
    for (let nth = 1; ; nth++) {
      const again = await freshBrowser(world);
      let commits = 0;
      let wasHit = false;
      await again.restart({
        afterCommit() {
          if (++commits === nth) {
            wasHit = true;
            throw new Error('crash');
          }
        },
      });
      await again
        .call('restoreBackup', { source: file, key, salvages: false })
        .catch(() => undefined);
      if (!wasHit) {
        await again.stop();
        break;
      }
      crashed++;
      await again.restart();
      const { interrupted } = await again.call('backup', null);
      await again.call('restoreBackup', {
        source: file,
        salvages: false,
        ...(!interrupted && { key }),
      });
      expect(await chatsOf(again)).toEqual(before);
      expect((await bytesOf(again, withBen)).map(({ length }) => length)).toEqual([
        300_000, 70_000,
      ]);
      expect((await again.call('backup', null)).interrupted).toBeUndefined();
      await again.stop();
    }
    expect(crashed).toBeGreaterThan(10);
  });

  it('goes on in another tab when the one that lent the worker is closed', async () => {
    const { world, ana } = await history(4);
    const before = await chatsOf(ana);
    const key = await confirmedKey(ana);
    let closed = false;
    ana.media.onBackup = (done) => {
      if (closed || done < 100_000) return;
      closed = true;
      ana.media.closeTab();
    };
    const file = await exported(ana);
    expect(closed).toBe(true);
    await ana.stop();
    const again = await freshBrowser(world);
    closed = false;
    again.media.onBackup = (done) => {
      if (closed || done < 100_000) return;
      closed = true;
      again.media.closeTab();
    };
    await again.call('restoreBackup', { source: file, key, salvages: false });
    expect(closed).toBe(true);
    expect(await chatsOf(again)).toEqual(before);
  });

  it('is merged into an account that has messages, each once and in its place', async () => {
    const { world, ana, ben, withAna, withBen } = await history(5);
    const key = await confirmedKey(ana);
    const early = await exported(ana, 'early');
    const texts = await ana.texts(withBen);
    // What was deleted comes back where it was; what came since stays where it is.
    const messages = await ana.messages(withBen);
    for (const n of [3, 4, 5, 17, 28])
      await ana.call('deleteMessage', { conversation: withBen, order: messages[n]!.order });
    await ben.call('send', { conversation: withAna, text: 'since then' });
    await world.until(
      async () => (await ana.texts(withBen)).at(-1) === 'since then',
      'something came since',
    );
    const result = await ana.call('restoreBackup', { source: early, key, salvages: false });
    expect(result).toMatchObject({ messages: 5, known: 39 });
    expect(await ana.texts(withBen)).toEqual([...texts, 'since then']);
    const twice = await ana.call('restoreBackup', { source: early, key, salvages: false });
    expect(twice).toMatchObject({ messages: 0, known: 44 });
    await ana.restart();
    expect(await ana.texts(withBen)).toEqual([...texts, 'since then']);
    await expectToTalk(world, ana, ben, withAna, withBen);
  });

  it('of another account or another relay is refused, and changes nothing', async () => {
    const { world, ana, ben } = await history(6);
    const key = await confirmedKey(ana);
    const file = await exported(ana);
    const before = await chatsOf(ben);
    await expect(ben.call('restoreBackup', { source: file, key, salvages: false })).rejects.toThrow(
      'other-account',
    );
    expect(await chatsOf(ben)).toEqual(before);
    expect((await ben.call('backup', null)).interrupted).toBeUndefined();
    const elsewhere = createWorld(7);
    const stranger = await elsewhere.person('Ana', { withoutAccount: true, host: 'other.test' });
    await expect(
      stranger.call('restoreBackup', { source: file, key, salvages: false }),
    ).rejects.toThrow('backup-elsewhere');
    expect((await stranger.call('snapshot', null)).account.standing).toBe('none');
    await world.calm();
  });

  it('that is damaged says so, and gives the rest to whoever salvages', async () => {
    const { world, ana, withBen } = await history(8);
    const key = await confirmedKey(ana);
    const bytes = new Uint8Array(await (await exported(ana)).arrayBuffer());
    // The large attachment lies in the second chunk.
    bytes[96 + 262_160 + 1_000]! ^= 1;
    const file = new Blob([bytes]);
    await expect(ana.call('testBackup', { source: file })).rejects.toThrow('backup-damaged');
    await ana.stop();
    const again = await freshBrowser(world);
    await expect(
      again.call('restoreBackup', { source: file, key, salvages: false }),
    ).rejects.toThrow('backup-damaged');
    const result: BackupResult = await again.call('restoreBackup', {
      source: file,
      key,
      salvages: true,
    });
    expect(result.damage).toEqual([1]);
    expect(result.missing).toBeGreaterThan(0);
    expect(await again.texts(withBen)).toHaveLength(41);
    const stages = (await again.messages(withBen)).map(stageOf).filter((stage) => stage);
    // What Ana had sent is nowhere now; what Ben sent he may have.
    expect(stages.toSorted()).toEqual(
      result.missing === 2
        ? ['gone', 'remote']
        : stages.includes('gone')
          ? ['gone', 'here']
          : ['here', 'remote'],
    );
  });

  it('whose beginning is damaged brings the account and its people back all the same', async () => {
    const { world, ana, ben, withAna, withBen } = await history(14);
    const key = await confirmedKey(ana);
    const bytes = new Uint8Array(await (await exported(ana)).arrayBuffer());
    bytes[96 + 500]! ^= 1;
    const file = new Blob([bytes]);
    await ana.stop();
    const again = await freshBrowser(world);
    expect(await again.call('readBackup', { source: file, digits: key })).toMatchObject({
      name: 'Ana',
      messages: 44,
    });
    const result = await again.call('restoreBackup', { source: file, key, salvages: true });
    expect(result.damage).toEqual([0]);
    expect((await again.call('snapshot', null)).account).toMatchObject({ name: 'Ana' });
    await again.call('send', { conversation: withBen, text: 'I lost much' });
    await world.until(
      async () => (await ben.texts(withAna)).includes('I lost much'),
      'Ben hears of it',
    );
  });

  it('is proven by a restore into a database of its own', async () => {
    const { world, ana } = await history(9);
    await confirmedKey(ana);
    const file = await exported(ana);
    const before = await chatsOf(ana);
    const commits = ana.disk;
    expect(await ana.call('testBackup', { source: file })).toMatchObject({
      messages: 44,
      media: 2,
      damage: [],
    });
    const view: BackupView = await ana.call('backup', null);
    expect(view.proven).toMatchObject({ messages: 44, at: world.clock.now() });
    expect(await chatsOf(ana)).toEqual(before);
    expect(ana.disk).toBe(commits);
  });

  it('is cancelled at any moment: an export leaves no file, a restore can be gone on with or left', async () => {
    const { world, ana, withBen } = await history(10);
    const key = await confirmedKey(ana);
    const file = await exported(ana);
    ana.media.backups.clear();
    ana.media.onBackup = () => void ana.call('cancelBackup', null);
    await expect(ana.call('exportBackup', { kind: 'own', name: 'two' })).rejects.toThrow(
      'cancelled',
    );
    expect(ana.media.backups.size).toBe(0);
    expect((await ana.call('backup', null)).job).toBeUndefined();
    await ana.stop();
    const again = await freshBrowser(world);
    again.media.onBackup = (done) => {
      if (done > 100_000) void again.call('cancelBackup', null);
    };
    await expect(
      again.call('restoreBackup', { source: file, key, salvages: false }),
    ).rejects.toThrow('cancelled');
    expect((await again.call('backup', null)).interrupted).toMatchObject({ kind: 'restore' });
    again.media.onBackup = () => undefined;
    await again.call('restoreBackup', { source: file, salvages: false });
    expect(await again.texts(withBen)).toHaveLength(41);
  });

  it('opens with a slip in the digits, and with no other key', async () => {
    const { ana, ben } = await history(11);
    const key = await confirmedKey(ana);
    const file = await exported(ana);
    const slip = key.slice(0, 40) + String((Number(key[40]) + 3) % 10) + key.slice(41);
    expect((await ana.call('readBackup', { source: file, digits: slip })).key).toBe(key);
    const other = await ben.call('recoveryKey', null);
    await expect(ana.call('readBackup', { source: file, digits: other })).rejects.toThrow(
      'wrong-recovery-key',
    );
    await expect(
      ana.call('readBackup', { source: new Blob([concat(random(9_000))]), digits: key }),
    ).rejects.toThrow('not-a-backup');
  });

  it('has another key once another was confirmed, and older files keep theirs', async () => {
    const { ana } = await history(12);
    const old = await confirmedKey(ana);
    const before = await exported(ana, 'before');
    const fresh = await ana.call('newRecoveryKey', null);
    expect(fresh).not.toBe(old);
    expect(await ana.call('recoveryKey', null)).toBe(old);
    await expect(ana.call('confirmRecoveryKey', { digits: '0'.repeat(64) })).rejects.toThrow(
      'wrong-recovery-key',
    );
    await ana.call('confirmRecoveryKey', { digits: fresh });
    const after = await exported(ana, 'after');
    expect((await ana.call('readBackup', { source: before, digits: old })).messages).toBe(44);
    expect((await ana.call('readBackup', { source: after, digits: fresh })).messages).toBe(44);
    await expect(ana.call('readBackup', { source: after, digits: old })).rejects.toThrow(
      'wrong-recovery-key',
    );
  });

  it('is done one at a time', async () => {
    const { ana } = await history(13);
    await confirmedKey(ana);
    const first = ana.call('exportBackup', { kind: 'own', name: 'a' });
    await expect(ana.call('exportBackup', { kind: 'own', name: 'b' })).rejects.toThrow(
      'backup-running',
    );
    await first;
  });
});
