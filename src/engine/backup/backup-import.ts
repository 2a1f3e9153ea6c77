/**
 * Brings a backup back, segment by segment: each is written whole or not at all, together with how far it has come, so
 * that a crash at any moment is gone on from. What is here already is never changed, and nothing comes twice.
 * Knows no file and no worker: it is handed what was read.
 */
import {
  type BackupManifest,
  type BackupMessage,
  type BackupTotals,
  decodeBackupAccount,
  decodeBackupChat,
  decodeBackupCollected,
  decodeBackupContact,
  decodeChatMessages,
  decodeManifest,
  decodeRecords,
  decodeTotals,
} from '../../backup/backup-records.ts';
import { type SegmentType } from '../../backup/backup-segments.ts';
import { sha256 } from '../../crypto/sha256.ts';
import { publicKeyFor, serializePublicKey } from '../../crypto/x25519.ts';
import { type Bytes, equalBytes, toHex } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import {
  type AccountId,
  type ConversationId,
  type MessageId,
  conversationWith,
  installationIdFromBytes,
  peerOf,
} from '../../lib/ids.ts';
import { createRegistrationId } from '../../protocol/identity.ts';
import { createFirstPrekeyId } from '../../protocol/prekey-making.ts';
import { accountIdOf } from '../../wire/address.ts';
import type { ReadSegment } from '../../workers/backup-file/job.ts';
import { type Changes, beginChanges } from '../changes.ts';
import { COLLECTION_LOCK, collectedType, mostCollected, readCollection } from '../collection.ts';
import { isNotes, lastLine, newConversation } from '../conversations.ts';
import { type Core, OWN_LOCK } from '../core.ts';
import { encodeCollected } from '../records/collected.ts';
import { type Contact } from '../records/contact.ts';
import { decodeHabits, encodeHabits } from '../records/habits.ts';
import { type Message } from '../records/message.ts';
import { decodeSettings } from '../records/settings.ts';
import { createToken } from '../tokens.ts';
import { contactFrom, messageFrom } from './backup-mapping.ts';
import { type ImportRecord, encodeImport } from './import-record.ts';
import { type MediaOutlets, createMediaImport } from './media-import.ts';
import { placesBetween } from './chat-places.ts';

const ID_BYTES = 16;
const RECORD = 'import';
/** Without these nothing else can be taken. */
const first: ReadonlySet<SegmentType> = new Set(['manifest', 'account', 'contacts']);
/** No account comes near it; from far above it the next backup could not be read. */
const MOST_ORDER = 2 ** 32;

/** What the import needs of the rest of the engine. */
export interface ImportOutlets extends MediaOutlets {
  /** How far it has come. */
  tell(record: ImportRecord): void;
  /** All that is said is back: the account may meet its relay. */
  textsAreHere(): Promise<void>;
  /** Sees what was written of a segment of messages; for proofs. */
  wrote?(messages: readonly Message[]): Promise<void>;
}

export interface Import {
  /** Takes a segment that the worker has read. Throws Fault `other-account`, `storage-full` and what the worker throws. */
  take(segment: ReadSegment, place: NonNullable<ImportRecord['place']>): Promise<void>;
  /**
   * For a salvage, before anything is taken: takes what nothing else can do without, wherever it stands. True when there
   * is enough of it.
   */
  prepare(segment: ReadSegment): Promise<boolean>;
  /** What the file says of itself at its end. */
  readonly totals: BackupTotals | undefined;
  /** Everything was read: forgets how far it had come. */
  finish(): Promise<void>;
  readonly record: ImportRecord;
  /** Attachments that should have come and did not. */
  readonly missing: number;
}

/** Goes on from `begun`, or begins. */
export async function createImport(
  core: Core,
  outlets: ImportOutlets,
  begun: ImportRecord,
): Promise<Import> {
  const { store, seal, mutex, random, clock } = core;
  let record = begun;
  /** The account, once it is known to be this one; nothing else is taken before. */
  let account = core.ownId;
  let hasTexts = false;
  let totals: BackupTotals | undefined;
  /** The chat whose messages come, and where they go. */
  let chat:
    | {
        readonly id: ConversationId;
        readonly orderOf: (message: BackupMessage) => number | undefined;
      }
    | undefined;
  /** Chats that were brought back before their messages. */
  const listed = new Set<ConversationId>();
  /** Writes a unit of work with how far it brings the import. */
  async function commit(
    changes: Changes,
    next: ImportRecord,
    durability: 'strict' | 'relaxed' = 'relaxed',
  ): Promise<void> {
    const row = await seal.seal('records', { name: RECORD }, encodeImport(next));
    changes.write({ table: 'records', put: row });
    await changes.commit(durability);
    record = next;
    outlets.tell(record);
  }

  const media = await createMediaImport(core, outlets, { record: () => record, commit });

  async function takeManifest(
    manifest: BackupManifest,
    place: ImportRecord['place'],
  ): Promise<void> {
    if (core.ownId && core.ownId !== manifest.account) throw new Fault('other-account');
    if (core.host !== manifest.host) throw new Fault('backup-elsewhere');
    if (manifest.lastOrder > MOST_ORDER) throw new Fault('malformed');
    await mutex.hold([OWN_LOCK], async () => {
      // Every message that comes from now on gets a place above all in the backup.
      core.state.order = Math.max(core.state.order, Math.ceil(manifest.lastOrder));
      const changes = beginChanges(core);
      changes.nextOrder();
      await commit(
        changes,
        {
          ...record,
          ...(place && { place }),
          made: manifest.made,
          ofMessages: manifest.messages,
          ofMedia: manifest.media,
          ofBytes: manifest.mediaBytes,
        },
        'strict',
      );
    });
  }

  async function takeAccount(body: Bytes, place: ImportRecord['place']): Promise<void> {
    const given = decodeBackupAccount(body);
    const id = accountIdOf(given.identityPublic);
    if (core.ownId && core.ownId !== id) throw new Fault('other-account');
    // Said by the manifest, too, but that may be among what was lost.
    if (given.host !== core.host) throw new Fault('backup-elsewhere');
    const publicKey = serializePublicKey(await publicKeyFor(given.identityPrivate));
    if (!equalBytes(publicKey, given.identityPublic)) throw new Fault('malformed');
    await mutex.hold([OWN_LOCK], async () => {
      const changes = beginChanges(core);
      if (!core.state.account) {
        changes.putAccount({
          ...given,
          installation: installationIdFromBytes(random(ID_BYTES)),
          registrationId: createRegistrationId(random),
          registered: false,
          heldElsewhere: false,
          takeover: 'later',
          profileRevision: clock.now(),
          nextPrekeyId: createFirstPrekeyId(random),
          nextSignedPrekeyId: createFirstPrekeyId(random),
          nextKyberPrekeyId: createFirstPrekeyId(random),
        });
        for (const purpose of ['contacts', 'presence', 'invite'] as const)
          createToken(core, changes, purpose);
        changes.putConversation(newConversation(conversationWith(id), clock.now()));
      }
      await commit(changes, { ...record, ...(place && { place }) }, 'strict');
      account = id;
    });
  }

  async function takeContacts(body: Bytes, place: ImportRecord['place']): Promise<void> {
    const contacts = decodeRecords(body).map((one) => contactFrom(decodeBackupContact(one)));
    // An id is the hash of the key: nobody may be given that of another.
    for (const { id, identityKey } of contacts)
      if (identityKey && accountIdOf(identityKey) !== id) throw new Fault('malformed');
    await mutex.hold([OWN_LOCK], () =>
      mutex.hold(
        contacts.map(({ id }) => id),
        async () => {
          const changes = beginChanges(core);
          for (const contact of contacts) {
            if (contact.id === account) continue;
            const here = changes.contact(contact.id);
            changes.putContact(here ? withWhatItLacks(here, contact) : contact);
          }
          await commit(changes, { ...record, ...(place && { place }) });
        },
      ),
    );
  }

  async function takeChats(body: Bytes, place: ImportRecord['place']): Promise<void> {
    const chats = decodeRecords(body).map(decodeBackupChat);
    await mutex.hold(
      chats.map(({ id }) => peerOf(id)),
      async () => {
        const changes = beginChanges(core);
        for (const { id, draft, ...line } of chats) {
          const here = changes.conversation(id);
          // The Notes of an account that is just being made have nothing to keep.
          if (!here || (record.kind === 'restore' && !here.last))
            changes.putConversation({ ...here, id, ...line });
          listed.add(id);
          if (draft !== '' && !core.state.drafts.get(id)) changes.putDraft(id, draft);
        }
        await commit(changes, { ...record, ...(place && { place }) });
      },
    );
  }

  /** Where messages go in a chat, and which are there; those are given no place. */
  async function openChat(id: ConversationId): Promise<NonNullable<typeof chat>> {
    if (chat?.id === id) return chat;
    if (record.kept === id || (await store.count('messages', { equals: [id], limit: 1 })) === 0) {
      record = { ...record, kept: id };
      return (chat = { id, orderOf: ({ order }) => order });
    }
    return (chat = { id, orderOf: await placesBetween(core, id) });
  }

  async function takeMessages(body: Bytes, place: ImportRecord['place']): Promise<void> {
    const { chat: id, messages } = decodeChatMessages(body);
    if (messages.some(({ order }) => order > MOST_ORDER)) throw new Fault('malformed');
    const peer = peerOf(id);
    await mutex.hold([OWN_LOCK], () =>
      mutex.hold([peer], async () => {
        const changes = beginChanges(core);
        // It was here already: the person has deleted it since.
        const wasHere = chat?.id === id || record.kept === id || listed.has(id);
        const isDeleted = wasHere && !changes.conversation(id);
        if (isDeleted) {
          const passed = { ...record, known: record.known + messages.length };
          return commit(changes, { ...passed, ...(place && { place }) });
        }
        const { orderOf } = await openChat(id);
        // A segment that names its people may be among what was lost.
        if (!isNotes(core, id) && !changes.contact(peer))
          changes.putContact(nameless(peer, messages.some(isOwn) ? 'accepted' : 'request'));
        const line = changes.conversation(id) ?? newConversation(id, messages[0]?.sentAt ?? 0);
        let { last } = line;
        let known = 0;
        const written: Message[] = [];
        const dealtWith = await stubsDealtWith(messages);
        for (const one of messages) {
          if (one.sender !== account && one.sender !== peer) continue;
          const order = dealtWith.has(one.id) ? undefined : orderOf(one);
          if (order === undefined) {
            known++;
            continue;
          }
          // Where the manifest was lost, nobody said how high they go.
          core.state.order = Math.max(core.state.order, Math.ceil(order));
          const message = messageFrom(id, { ...one, order }, one.sender === account);
          changes.putMessage(message);
          written.push(message);
          if (
            one.body.kind === 'media' &&
            one.body.place === 'here' &&
            message.body.kind === 'media'
          )
            media.expect(message, message.body);
          if (!last || order > last.order) last = lastLine(core, message);
        }
        changes.putConversation({ ...line, ...(last && { last }) });
        // So that the places given out here are never given again.
        changes.nextOrder();
        await commit(changes, {
          ...record,
          ...(place && { place }),
          messages: record.messages + written.length,
          known: record.known + known,
        });
        await outlets.wrote?.(written);
      }),
    );
  }

  /** Stubs of envelopes that came here, too: what they stand for is here, was deleted, or has its own stub. */
  async function stubsDealtWith(messages: readonly BackupMessage[]): Promise<Set<MessageId>> {
    const stubs = messages.flatMap(({ id, body }) =>
      body.kind === 'stub' ? [{ id, envelope: body.envelope }] : [],
    );
    const seen = await store.getMany(
      'seen',
      stubs.map(({ envelope }) => [envelope]),
    );
    return new Set(stubs.filter((_, n) => seen[n]).map(({ id }) => id));
  }

  const isOwn = ({ sender }: BackupMessage): boolean => sender === account;

  /** Somebody of whom nothing is known but messages. Whom nobody answered is a stranger still. */
  function nameless(id: AccountId, standing: 'accepted' | 'request'): Contact {
    return {
      id,
      standing,
      name: id.slice(0, 8),
      host: core.state.account?.host ?? core.host,
      relayKey: new Uint8Array(0),
      tokenIsInvite: false,
      receipts: false,
      typing: false,
      revision: 0,
      heard: false,
      muted: false,
      freshSessions: [],
    };
  }

  async function takeCollected(body: Bytes, place: ImportRecord['place']): Promise<void> {
    const changes = beginChanges(core);
    await mutex.hold([COLLECTION_LOCK], async () => {
      const here = await readCollection(core);
      for (const bytes of decodeRecords(body)) {
        const { bytes: content, ...one } = decodeBackupCollected(bytes);
        // What could not have been kept here is not kept because a file says so.
        const type = collectedType(one.kind, content);
        if (!type) continue;
        const hash = sha256(content);
        const alike = here.filter(({ kind }) => kind === one.kind);
        if (alike.length >= mostCollected(one.kind)) continue;
        if (alike.some((known) => equalBytes(known.hash, hash))) continue;
        const id = toHex(random(ID_BYTES));
        const stored = { ...one, type, id, hash, size: content.length };
        here.push(stored);
        const put = await seal.seal('collection', { id }, encodeCollected(stored));
        changes.write({ table: 'collection', put });
        const putBytes = await seal.seal('collectionBytes', { id }, content);
        changes.write({ table: 'collectionBytes', put: putBytes });
      }
      await commit(changes, { ...record, ...(place && { place }) });
    });
  }

  /** A record of its own that a new account takes as it is, and another keeps as it has it. */
  async function takeOwn(
    name: 'settings' | 'habits',
    body: Bytes,
    place: ImportRecord['place'],
  ): Promise<void> {
    await mutex.hold([OWN_LOCK], async () => {
      const changes = beginChanges(core);
      if (record.kind === 'restore') {
        if (name === 'settings') changes.putSettings(decodeSettings(body));
        else {
          const habits = encodeHabits(decodeHabits(body));
          const put = await seal.seal('records', { name }, habits);
          changes.write({ table: 'records', put });
        }
      }
      await commit(changes, { ...record, ...(place && { place }) });
    });
  }

  async function texts(): Promise<void> {
    if (hasTexts) return;
    hasTexts = true;
    chat = undefined;
    await outlets.textsAreHere();
  }

  async function takeText(
    { type, body }: Extract<ReadSegment, { kind: 'text' }>,
    place: ImportRecord['place'],
  ): Promise<void> {
    // What stands behind the totals stands there once more, for salvage.
    if (totals) return undefined;
    if (type === 'manifest') return takeManifest(decodeManifest(body), place);
    if (type === 'account') return takeAccount(body, place);
    if (!account) throw new Fault('backup-damaged');
    switch (type) {
      case 'settings':
      case 'habits':
        return takeOwn(type, body, place);
      case 'contacts':
        return takeContacts(body, place);
      case 'chats':
        return takeChats(body, place);
      case 'messages':
        return takeMessages(body, place);
      case 'collected':
        return takeCollected(body, place);
      case 'totals':
        totals = decodeTotals(body);
        return undefined;
      default:
        return undefined;
    }
  }

  return {
    get totals() {
      return totals;
    },
    async prepare(segment) {
      if (segment.kind === 'text' && first.has(segment.type)) await takeText(segment, undefined);
      return account !== undefined && segment.kind === 'text' && !first.has(segment.type);
    },
    get record() {
      return record;
    },
    get missing() {
      // What an earlier run wrote is not known any more; into an empty browser everything comes.
      if (begun.place && begun.kind === 'restore')
        return Math.max(0, record.ofMedia - record.media);
      return media.missing;
    },
    async take(segment, place) {
      if (core.stopped) throw new Fault('stopped');
      if (segment.kind === 'text') {
        if (segment.type === 'totals') await texts();
        return takeText(segment, place);
      }
      if (segment.kind === 'medium') {
        await texts();
        await media.take(segment, place);
      }
    },
    async finish() {
      if (!account) throw new Fault('backup-damaged');
      await texts();
      const changes = beginChanges(core);
      changes.write({ table: 'records', remove: [RECORD] });
      await changes.commit('strict');
    },
  };
}

/** A contact that is here, with what only the backup knows of them. */
function withWhatItLacks(here: Contact, old: Contact): Contact {
  return {
    ...here,
    ...(!here.identityKey && old.identityKey && { identityKey: old.identityKey }),
    ...(!here.token && old.token && { token: old.token, tokenIsInvite: old.tokenIsInvite }),
  };
}
