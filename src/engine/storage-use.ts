/**
 * How much room the chats take, by sort, and which attachments take it, for the page in Settings. Reads page by page,
 * so that a long history neither fills the memory nor holds up what else the engine has to do.
 */
import { type ConversationId } from '../lib/ids.ts';
import { type Rows } from '../storage/schema.ts';
import { type MediaSort, type StorageUse, type StoredMedia } from './api.ts';
import { chatSummary, openMessage } from './conversations.ts';
import { type Core } from './core.ts';
import { sortOf } from './download-rules.ts';
import { decodeCollected } from './records/collected.ts';

export { changeDownloadRules } from './download-rules.ts';

/** Rows read at a time, and messages opened at a time. */
const PAGE = 500;
const OPENED = 100;

type Sorts = Record<'messages' | MediaSort, number>;

/** All rows of a chat, in pages. */
async function* pagesOf<Table extends 'messages' | 'attachments'>(
  core: Core,
  table: Table,
  conversation: ConversationId,
  limit: number,
): AsyncGenerator<Rows[Table][]> {
  for (let above = -1; ;) {
    const page = await core.store.list(table, { equals: [conversation], above, limit });
    const last = page.at(-1);
    if (last) yield page;
    if (!last || page.length < limit) return;
    above = last.order;
  }
}

/** Adds the attachments of a chat to what it takes; their sorts stand in their messages only. */
async function addMedia(core: Core, conversation: ConversationId, sorts: Sorts): Promise<void> {
  for await (const page of pagesOf(core, 'attachments', conversation, OPENED)) {
    const here = page.filter(({ bytes }) => bytes > 0);
    const rows = await core.store.getMany(
      'messages',
      here.map(({ order }) => [conversation, order]),
    );
    for (const [index, { bytes }] of here.entries()) {
      const row = rows[index];
      const body = row && (await openMessage(core, row))?.body;
      sorts[body?.kind === 'media' ? sortOf(body.attachment.form) : 'files'] += bytes;
    }
  }
}

/** Bytes of what is kept to be sent again. */
async function keptBytes({ store, seal }: Core): Promise<number> {
  let bytes = 0;
  for (const row of await store.list('collection')) {
    const kept = await seal.open('collection', row).then(
      (plain) => decodeCollected(row.id, plain).size,
      () => undefined,
    );
    // One at a time: all of them may be hundreds of megabytes.
    const taken = kept ?? (await store.get('collectionBytes', [row.id]))?.sealed.length ?? 0;
    bytes += row.sealed.length + taken;
  }
  return bytes;
}

/** @param estimate what the browser says of all its storage for this origin */
export async function storageUse(
  core: Core,
  estimate: { used?: number; quota?: number; persisted?: boolean },
): Promise<StorageUse> {
  const chats: StorageUse['chats'][number][] = [];
  for (const id of core.state.conversations.keys()) {
    const line = chatSummary(core, id, false);
    if (!line) continue;
    const sorts: Sorts = { messages: 0, photos: 0, voice: 0, videos: 0, files: 0 };
    let messages = 0;
    for await (const page of pagesOf(core, 'messages', id, PAGE)) {
      messages += page.length;
      for (const { sealed } of page) sorts.messages += sealed.length;
    }
    // What was chosen and not sent is no media yet that could be deleted as such.
    sorts.messages += (await core.store.get('draftFiles', [id]))?.bytes ?? 0;
    await addMedia(core, id, sorts);
    const bytes = Object.values(sorts).reduce((sum, part) => sum + part, 0);
    chats.push({ id, name: line.name, standing: line.standing, messages, bytes, sorts });
  }
  return {
    ...estimate,
    kept: await keptBytes(core),
    chats: chats.sort((a, b) => b.bytes - a.bytes),
  };
}

/** The attachments that are here, of one chat or of all, largest first; none that is still being sent. */
export async function storedMedia(
  core: Core,
  { conversation: only }: { conversation?: ConversationId },
): Promise<StoredMedia[]> {
  const found: StoredMedia[] = [];
  for (const id of only === undefined ? core.state.conversations.keys() : [only])
    for await (const page of pagesOf(core, 'attachments', id, PAGE))
      for (const { conversation, order, stage, bytes } of page)
        if (stage === 'here' && bytes > 0) found.push({ conversation, order, bytes });
  return found.sort((a, b) => b.bytes - a.bytes);
}
