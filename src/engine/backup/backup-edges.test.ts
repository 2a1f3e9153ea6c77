/** Edges of backups: files that are odd or hostile, and what else happens while one is brought back. */
import { describe, expect, it } from 'vitest';
import { backupStream, makeBackupHeader, SALT_BYTES } from '../../backup/backup-header.ts';
import { createBackupReader, readLayout } from '../../backup/backup-reader.ts';
import {
  type BackupContact,
  decodeBackupContact,
  decodeChatMessages,
  decodeManifest,
  decodeRecords,
  encodeBackupContact,
  encodeBackupCollected,
  encodeBackupMessage,
  encodeChatMessages,
  encodeManifest,
  encodeRecords,
} from '../../backup/backup-records.ts';
import { type SegmentType, compressText } from '../../backup/backup-segments.ts';
import { createBackupWriter } from '../../backup/backup-writer.ts';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { type Bytes, concat } from '../../lib/bytes.ts';
import { writeMessage } from '../../lib/codec.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { type RecoveryKey } from '../../lib/recovery-digits.ts';
import { type Person } from '../testing/person.ts';
import { portPair } from '../testing/port-pair.ts';
import { type World, createWorld, introduce, isOnline } from '../testing/world.ts';

const random = seededRandom('backup-edges');

async function confirmedKey(person: Person): Promise<RecoveryKey> {
  const digits = await person.call('recoveryKey', null);
  await person.call('confirmRecoveryKey', { digits });
  return digits as RecoveryKey;
}

async function exported(person: Person, name = 'one'): Promise<Blob> {
  await person.call('exportBackup', { kind: 'own', name });
  return person.call('exportedBackup', { name });
}

const freshBrowser = (world: World, name = 'Ana'): Promise<Person> =>
  world.person(name, { withoutAccount: true });

async function notesOf(person: Person): Promise<ConversationId> {
  const { chats } = await person.call('snapshot', null);
  return chats.find(({ standing }) => standing === 'notes')!.id;
}

/** Two people who know each other and have said a little. */
async function two(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const { withAna, withBen } = await introduce(world, ana, ben);
  await ana.call('send', { conversation: withBen, text: 'hello Ben' });
  await ben.call('send', { conversation: withAna, text: 'hello Ana' });
  await world.until(
    async () => (await ana.texts(withBen)).length >= 2 && (await ben.texts(withAna)).length >= 2,
    'both have heard each other',
  );
  const key = await confirmedKey(ana);
  return { world, ana, ben, withAna, withBen, key };
}

/** The same file with other segments: what `change` gives for each text, undefined for one that is left out. */
async function rewritten(
  file: Blob,
  key: RecoveryKey,
  change: (type: SegmentType, body: Bytes) => Bytes | undefined,
): Promise<Blob> {
  const read = async (from: number, to: number): Promise<Bytes> =>
    new Uint8Array(await file.slice(from, to).arrayBuffer());
  const source = { size: file.size, read };
  const layout = await readLayout(source);
  const reader = await createBackupReader(source, layout, await backupStream(layout.header, key));
  const header = makeBackupHeader(key, random(SALT_BYTES), layout.header.chunkBytes);
  const parts: Bytes[] = [];
  const writer = await createBackupWriter(header, await backupStream(header, key), (bytes) => {
    parts.push(bytes.slice());
  });
  for (let one = await reader.next(); one; one = await reader.next()) {
    const { type, isCompressed } = one;
    if (type === undefined) continue;
    if (!isCompressed) {
      const pieces: Bytes[] = [];
      for (let piece = await one.piece(); piece; piece = await one.piece())
        pieces.push(piece.slice());
      await writer.segment(type, concat(...pieces));
      continue;
    }
    const body = change(type, await one.text());
    if (body) await writer.segment(type, await compressText(body), true);
  }
  await writer.finish();
  return new Blob([concat(...parts)]);
}

const withContacts =
  (change: (contact: BackupContact) => BackupContact) =>
  (type: SegmentType, body: Bytes): Bytes =>
    type === 'contacts'
      ? encodeRecords(
          decodeRecords(body).map((one) => encodeBackupContact(change(decodeBackupContact(one)))),
        )
      : body;

async function attach(person: Person, conversation: ConversationId, bytes: Bytes): Promise<void> {
  await person.call('attach', {
    conversation,
    source: new Blob([bytes]),
    hints: { form: 'file', name: 'a.bin', type: 'application/octet-stream' },
    caption: '',
  });
}

async function stages(person: Person, chat: ConversationId): Promise<string[]> {
  return (await person.messages(chat)).flatMap(({ body }) =>
    body.kind === 'media' ? [body.attachment.stage] : [],
  );
}

describe('a backup', () => {
  it('with a draft that is longer than any message comes back, draft and all', async () => {
    const { world, ana, withBen, key } = await two(1);
    const draft = 'ñ'.repeat(70_000);
    await ana.call('setDraft', { conversation: withBen, text: draft });
    const file = await exported(ana);
    await ana.stop();
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: file, key, salvages: false });
    const { chats } = await again.call('snapshot', null);
    expect(chats.find(({ id }) => id === withBen)?.draft).toBe(draft);
  });

  it('with a draft of megabytes comes back with as much of it as a record holds', async () => {
    const { world, ana, withBen, key } = await two(2);
    await ana.call('setDraft', { conversation: withBen, text: '👋'.repeat(600_000) });
    const file = await exported(ana);
    await ana.stop();
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: file, key, salvages: false });
    const { chats } = await again.call('snapshot', null);
    expect(chats.find(({ id }) => id === withBen)?.draft).toMatch(/^(👋){64000,}$/u);
  });

  it('of a chat of 3,700 messages, in segments of 3,500, comes back whole', async () => {
    const { world, ana, key } = await two(3);
    const notes = await notesOf(ana);
    const texts = Array.from({ length: 3_700 }, (_, n) => `note ${n}`);
    for (const text of texts) await ana.call('send', { conversation: notes, text });
    const file = await exported(ana);
    await ana.stop();
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: file, key, salvages: false });
    const back = await again.call('messages', { conversation: notes, limit: 2_000 });
    expect(back.messages.map(({ body }) => body.kind === 'text' && body.text)).toEqual(
      texts.slice(1_700),
    );
    const older = await again.call('messages', {
      conversation: notes,
      limit: 2_000,
      before: back.messages[0]!.order,
    });
    expect(older.messages.map(({ body }) => body.kind === 'text' && body.text)).toEqual(
      texts.slice(0, 1_700),
    );
  });

  it('of a later Sotto with messages of a kind that is not known yet comes back with the rest', async () => {
    const { world, ana, withBen, key } = await two(4);
    const file = await rewritten(await exported(ana), key, (type, body) => {
      if (type !== 'messages') return body;
      const { chat, messages } = decodeChatMessages(body);
      const records = messages.map((message, n) =>
        n === 0
          ? concat(
              encodeBackupMessage({ ...message, body: { kind: 'unknown', raw: random(3) } }).slice(
                0,
                -6,
              ),
              writeMessage().text(40, 'a poll').finish(),
            )
          : encodeBackupMessage(message),
      );
      return encodeChatMessages(chat, records);
    });
    await ana.stop();
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: file, key, salvages: false });
    const kinds = (await again.messages(withBen)).map(({ body }) => body.kind);
    expect(kinds).toContain('unknown');
    expect(kinds).toContain('text');
  });

  it('that gives somebody the identity key of another is refused', async () => {
    const { world, ana, key } = await two(5);
    const file = await rewritten(
      await exported(ana),
      key,
      withContacts((contact) => ({
        ...contact,
        identityKey: concat(Uint8Array.of(5), random(32)),
      })),
    );
    await ana.stop();
    const again = await freshBrowser(world);
    await expect(
      again.call('restoreBackup', { source: file, key, salvages: false }),
    ).rejects.toThrow('malformed');
  });

  it('that lost its list of people makes strangers of those who never got an answer', async () => {
    const world = createWorld(6);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    await world.until(() => isOnline(ana), 'Ana is online');
    const { link } = await ana.call('ownInvite', null);
    const withAna = await ben.call('startChat', { text: link });
    await ben.call('send', { conversation: withAna, text: 'do you know me?' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length > 1,
      'the request is here',
    );
    const key = await confirmedKey(ana);
    const file = await rewritten(await exported(ana), key, (type, body) =>
      type === 'contacts' ? undefined : body,
    );
    await ana.stop();
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: file, key, salvages: true });
    const { chats } = await again.call('snapshot', null);
    expect(chats.map(({ standing }) => standing).sort()).toEqual(['notes', 'request']);
  });

  it('brings the bytes of attachments to messages that are here without them', async () => {
    const { world, ana, withBen, key } = await two(7);
    await attach(ana, withBen, random(300_000));
    await world.until(
      async () => (await stages(ana, withBen)).every((stage) => stage === 'here'),
      'it was sent',
    );
    const whole = await exported(ana);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    // The large attachment lies in the second chunk.
    bytes[96 + 262_160 + 1_000]! ^= 1;
    await ana.stop();
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: new Blob([bytes]), key, salvages: true });
    expect(await stages(again, withBen)).toEqual(['gone']);
    const result = await again.call('restoreBackup', { source: whole, key, salvages: false });
    expect(result).toMatchObject({ messages: 0, media: 1, missing: 0 });
    expect(await stages(again, withBen)).toEqual(['here']);
  });

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

  it('whose places are so high that no later backup could be read is refused', async () => {
    const { world, ana, key } = await two(21);
    const high = await rewritten(await exported(ana), key, (type, body) =>
      type === 'manifest' ? encodeManifest({ ...decodeManifest(body), lastOrder: 2 ** 40 }) : body,
    );
    await ana.stop();
    const again = await freshBrowser(world);
    await expect(
      again.call('restoreBackup', { source: high, key, salvages: false }),
    ).rejects.toThrow('malformed');
    expect((await again.call('snapshot', null)).account.standing).toBe('none');
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

  it('of pictures that are no pictures brings the others', async () => {
    const { world, ana, key } = await two(8);
    const png = concat(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), random(50));
    await ana.call('collect', {
      kind: 'sticker',
      type: 'image/png',
      source: new Blob([png]),
      width: 20,
      height: 20,
    });
    const html = new TextEncoder().encode('<script>1</script>');
    const file = await rewritten(await exported(ana), key, (type, body) =>
      type === 'collected'
        ? encodeRecords([
            encodeBackupCollected({
              kind: 'sticker',
              type: 'text/html',
              width: 1,
              height: 1,
              added: 1,
              bytes: html,
            }),
            ...decodeRecords(body),
          ])
        : body,
    );
    await ana.stop();
    const again = await freshBrowser(world);
    await again.call('restoreBackup', { source: file, key, salvages: false });
    expect(await again.call('collection', null)).toMatchObject([{ type: 'image/png' }]);
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
