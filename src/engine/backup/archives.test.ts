/** Whoever leaves takes everything along in a form that opens anywhere, and nothing of it is left here in clear. */
import { describe, expect, it } from 'vitest';
import { readZip } from '../../backup/testing/read-zip.ts';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { type Bytes, equalBytes, toHex, utf8 } from '../../lib/bytes.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { type ArchiveWish, type BackupView } from '../api.ts';
import { type Person } from '../testing/person.ts';
import { createWorld, introduce } from '../testing/world.ts';

const random = seededRandom('archives');
const photo = random(300_000);

async function attach(
  person: Person,
  conversation: ConversationId,
  bytes: Bytes,
  name = 'sea.png',
): Promise<void> {
  await person.call('attach', {
    conversation,
    source: new Blob([bytes]),
    hints: { form: 'image', name, type: 'image/png', width: 4, height: 3 },
    caption: 'the sea',
  });
}

/** Ana has talked with Ben, who sent a photo, and has noted something with a photo of her own. */
async function history(seed: number) {
  const world = createWorld(seed);
  const ana = await world.person('Ana');
  const ben = await world.person('Ben');
  const { withAna, withBen } = await introduce(world, ana, ben);
  await ana.call('send', { conversation: withBen, text: 'do you see <b>the sea</b>?' });
  await attach(ben, withAna, photo);
  const { chats } = await ana.call('snapshot', null);
  const notes = chats.find(({ standing }) => standing === 'notes')!.id;
  await ana.call('send', { conversation: notes, text: 'milk, bread' });
  await attach(ana, notes, photo.slice(0, 70_000), 'list.png');
  const stages = async (chat: ConversationId): Promise<string[]> =>
    (await ana.messages(chat)).flatMap(({ body }) =>
      body.kind === 'media' ? [body.attachment.stage] : [],
    );
  await world.until(async () => {
    for (const { body, order } of await ana.messages(withBen))
      if (body.kind === 'media' && body.attachment.stage === 'remote')
        await ana.call('transfer', { conversation: withBen, order });
    return [...(await stages(withBen)), ...(await stages(notes))].join() === 'here,here';
  }, 'all photos are here');
  await world.until(
    async () => (await ana.messages(withBen)).some(({ state }) => state === 'delivered'),
    'the question was delivered',
  );
  return { world, ana, ben, withAna, withBen, notes };
}

const wish = (more: Partial<ArchiveWish> = {}): ArchiveWish => ({
  target: { kind: 'own', name: 'one' },
  media: true,
  locale: 'en-GB',
  ...more,
});

async function exported(person: Person, more: Partial<ArchiveWish> = {}) {
  const result = await person.call('exportArchive', wish(more));
  const blob = await person.call('exportedBackup', { name: 'one' });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  expect(bytes.length).toBe(result.bytes);
  return { result, bytes, files: readZip(bytes) };
}

interface Told {
  readonly own: { readonly name: string };
  readonly people: readonly { readonly name: string }[];
  readonly chats: readonly {
    readonly name?: string;
    readonly notes?: boolean;
    readonly messages: readonly {
      readonly text?: string;
      readonly state?: string;
      readonly attachment?: { readonly path?: string; readonly absent?: string };
    }[];
  }[];
}
const textIn = (files: Map<string, Bytes>, name: string): string =>
  new TextDecoder().decode(files.get(name));
const toldIn = (files: Map<string, Bytes>): Told =>
  JSON.parse(textIn(files, 'messages.json')) as Told;

const includes = (where: Bytes, what: Bytes): boolean =>
  Buffer.from(where.buffer, where.byteOffset, where.length).includes(Buffer.from(what));

describe('a readable archive', () => {
  it('of all chats has every message and every photo, for people and machines', async () => {
    const { ana } = await history(1);
    const { result, files } = await exported(ana);
    expect(result).toMatchObject({ messages: 5, media: 2, known: 0, missing: 0, damage: [] });
    expect([...files.keys()].sort()).toEqual([
      'media/1-list.png',
      'media/2-sea.png',
      'messages.html',
      'messages.json',
    ]);
    expect(equalBytes(files.get('media/2-sea.png')!, photo)).toBe(true);
    expect(equalBytes(files.get('media/1-list.png')!, photo.slice(0, 70_000))).toBe(true);
    const told = toldIn(files);
    expect([told.own.name, ...told.people.map(({ name }) => name)]).toEqual(['Ana', 'Ben']);
    expect(told.chats.map(({ name, notes }) => name ?? notes)).toEqual([true, 'Ben']);
    const [, withBen] = told.chats;
    expect(withBen?.messages.map(({ text, attachment }) => text ?? attachment?.path)).toEqual([
      'hello',
      'do you see <b>the sea</b>?',
      'media/2-sea.png',
    ]);
    expect(withBen?.messages[1]?.state).toMatch(/delivered|read/);
    const page = textIn(files, 'messages.html');
    expect(page).toContain('do you see &lt;b&gt;the sea&lt;/b&gt;?');
    expect(page).toContain('src="media/2-sea.png"');
  });

  it('of one chat has nothing of the others', async () => {
    const { ana, withBen } = await history(2);
    const { result, files, bytes } = await exported(ana, { conversation: withBen });
    expect(result).toMatchObject({ messages: 3, media: 1 });
    expect(toldIn(files).chats.map(({ name }) => name)).toEqual(['Ben']);
    expect(includes(bytes, utf8('milk'))).toBe(false);
    await expect(
      ana.call('exportArchive', wish({ conversation: 'nobody' as ConversationId })),
    ).rejects.toMatchObject({ code: 'no-such-chat' });
  });

  it('may leave photos out, and says so', async () => {
    const { ana } = await history(3);
    const { result, files } = await exported(ana, { media: false, locale: 'es' });
    expect(result).toMatchObject({ messages: 5, media: 0, missing: 0 });
    expect([...files.keys()]).toEqual(['messages.json', 'messages.html']);
    expect(textIn(files, 'messages.html')).toContain('no se incluyó en este archivo');
    expect(textIn(files, 'messages.json')).toContain('"absent":"left-out"');
  });

  it('names photos that are damaged or gone, and has all else', async () => {
    const { ana } = await history(4);
    const [first, second] = [...ana.media.files.dump().keys()];
    const damaged = ana.media.files.dump().get(first!)!.slice();
    damaged[damaged.length - 5]! ^= 1;
    ana.media.files.put(first!, damaged);
    ana.media.files.remove(second!);
    const { result, files } = await exported(ana);
    expect(result).toMatchObject({ messages: 5, media: 0, missing: 2 });
    expect([...files.keys()]).toEqual(['messages.json', 'messages.html']);
    expect(textIn(files, 'messages.json').match(/"absent":"missing"/g)).toHaveLength(2);
    expect(textIn(files, 'messages.html')).toContain('was not there when this archive was made');
  });

  it('has no key, no token and no digit of the recovery key', async () => {
    const { ana } = await history(5);
    const digits = await ana.call('recoveryKey', null);
    const { link } = await ana.call('ownInvite', null);
    const { files } = await exported(ana);
    const text = textIn(files, 'messages.json') + textIn(files, 'messages.html');
    expect(text).not.toContain(digits);
    expect(text).not.toContain(link.slice(link.indexOf('#') + 1));
    // Nothing that looks like key material: no long run of letters and digits but in the page's own policy.
    const own = text.replaceAll(/'sha256-[A-Za-z0-9+/]+='/g, '');
    expect(own.match(/[A-Za-z0-9+/_]{33,}/g)).toBeNull();
  });

  it('lies sealed until it is saved, and is gone then', async () => {
    const { ana } = await history(6);
    await ana.call('exportArchive', wish());
    const lying = ana.media.backups.get('one')!;
    for (const words of ['milk', 'the sea', 'messages.html', 'Ben'])
      expect(includes(lying, utf8(words)), words).toBe(false);
    expect(includes(lying, photo.slice(0, 64))).toBe(false);
    await ana.call('discardExported', { name: 'one' });
    expect(ana.media.backups.size).toBe(0);
    await expect(ana.call('exportedBackup', { name: 'one' })).rejects.toMatchObject({
      code: 'blob-gone',
    });
  });

  it('that a crash left cannot be read by anybody, and is swept away', async () => {
    const { ana } = await history(7);
    await ana.call('exportArchive', wish());
    await ana.restart();
    const lying = ana.media.backups.get('one');
    expect(lying && includes(lying, utf8('milk'))).not.toBe(true);
    await expect(ana.call('exportedBackup', { name: 'one' })).rejects.toMatchObject({
      code: 'blob-gone',
    });
    expect(ana.media.backups.size).toBe(0);
  });

  it('that is cancelled leaves nothing, wherever it is, and the next one is whole', async () => {
    const { ana } = await history(8);
    const { bytes } = await exported(ana);
    await ana.call('discardExported', { name: 'one' });
    for (const share of [0, 0.2, 0.6, 0.99]) {
      let cancelled = false;
      ana.media.onBackup = (done) => {
        if (cancelled || done < share * bytes.length) return;
        cancelled = true;
        void ana.call('cancelBackup', null);
      };
      await expect(ana.call('exportArchive', wish())).rejects.toMatchObject({ code: 'cancelled' });
      expect(cancelled).toBe(true);
      expect(ana.media.backups.size).toBe(0);
      expect((await ana.call('backup', null)).job).toBeUndefined();
    }
    ana.media.onBackup = () => undefined;
    expect((await exported(ana)).result).toMatchObject({ messages: 5, media: 2 });
  });

  it('tells every tab how far it is, and is the only work of its kind', async () => {
    const { ana } = await history(9);
    const first = ana.call('exportArchive', wish());
    await expect(ana.call('exportArchive', wish())).rejects.toMatchObject({
      code: 'backup-running',
    });
    await first;
    const jobs = ana.events.flatMap((event): NonNullable<BackupView['job']>[] =>
      event.type === 'backup' && event.backup.job ? [event.backup.job] : [],
    );
    expect(jobs[0]).toMatchObject({ kind: 'archive' });
    expect((await ana.call('backup', null)).last).toBeUndefined();
  });

  it('is begun again by another tab when its own is closed in the middle', async () => {
    const { ana } = await history(10);
    let closed = false;
    ana.media.onBackup = (done) => {
      if (closed || done < 100_000) return;
      closed = true;
      ana.media.closeTab();
    };
    const { result, files } = await exported(ana);
    expect(closed).toBe(true);
    expect(result).toMatchObject({ messages: 5, media: 2 });
    expect(files.size).toBe(4);
  });

  it('does not begin where there is no room for it', async () => {
    const { ana } = await history(11);
    ana.media.room = { used: 95_000_000, quota: 100_000_000 };
    await expect(ana.call('exportArchive', wish())).rejects.toMatchObject({
      code: 'not-enough-room',
    });
    expect(ana.media.backups.size).toBe(0);
  });

  it('that would be held in memory whole is not begun with more than 512 MB of files', async () => {
    const { ana, withBen, notes } = await history(13);
    await ana.stop();
    const store = ana.disk.open();
    const row = { conversation: notes, order: 1_000_000, stage: 'here', file: '' } as const;
    const put = (bytes: number): Promise<void> =>
      store.commit([{ table: 'attachments', put: { ...row, bytes } }], 'strict');
    await put(512 * 1024 * 1024);
    store.close();
    await ana.restart();
    ana.media.room = { used: 0, quota: 600 * 1024 * 1024 };
    let written = 0;
    ana.media.onBackup = () => written++;
    await expect(ana.call('exportArchive', wish())).rejects.toMatchObject({
      code: 'archive-too-large',
    });
    expect(written).toBe(0);
    expect(ana.media.backups.size).toBe(0);
    // What it says may be done instead.
    expect((await exported(ana, { media: false })).result).toMatchObject({ messages: 5, media: 0 });
    expect((await exported(ana, { conversation: withBen })).result).toMatchObject({ media: 1 });
    const handle = { kind: 'file', name: 'all.zip' } as FileSystemFileHandle;
    const chosen = wish({ target: { kind: 'chosen', handle } });
    expect(await ana.call('exportArchive', chosen)).toMatchObject({ messages: 5, media: 2 });
  });

  it('has what was said in a chat of many pages, in its order', async () => {
    const world = createWorld(12);
    const ana = await world.person('Ana');
    const { chats } = await ana.call('snapshot', null);
    const conversation = chats[0]!.id;
    const texts = Array.from({ length: 1_203 }, (_, n) => `note ${n} ${toHex(random(4))}`);
    for (const text of texts) await ana.call('send', { conversation, text });
    const { files } = await exported(ana);
    expect(toldIn(files).chats[0]?.messages.map(({ text }) => text)).toEqual(texts);
  });
});
