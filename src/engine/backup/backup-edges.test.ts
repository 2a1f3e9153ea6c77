/** Edges of backups: files that are odd, hostile, or of a later Sotto. */
import { describe, expect, it } from 'vitest';
import {
  decodeChatMessages,
  decodeManifest,
  decodeRecords,
  encodeBackupCollected,
  encodeBackupMessage,
  encodeChatMessages,
  encodeManifest,
  encodeRecords,
} from '../../backup/backup-records.ts';
import { concat } from '../../lib/bytes.ts';
import { writeMessage } from '../../lib/codec.ts';
import { createWorld, isOnline } from '../testing/world.ts';
import {
  attach,
  confirmedKey,
  exported,
  freshBrowser,
  notesOf,
  random,
  rewritten,
  stages,
  two,
  withContacts,
} from './testing/odd-backups.ts';

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
});
