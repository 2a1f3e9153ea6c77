/**
 * What comes in, in five phases, each a function: prepare (known envelopes, unsealing, state of the senders), open
 * (pure: state in, state and content out), commit (one transaction with sessions, effects, used prekeys and seen
 * ids), announce, after (confirm to the relay). A crash between commit and confirm means that the relay sends again
 * and prepare answers "seen". docs/protocol.md, "Duplicates", "Healing".
 */
import { arrived } from '../crypto/part.ts';
import { type Fault, type FaultCode, isFault, toFault } from '../lib/fault.ts';
import {
  type AccountId,
  type EnvelopeHash,
  FIRST_DEVICE,
  type MessageId,
  conversationWith,
} from '../lib/ids.ts';
import { type Content, decodeContent } from '../protocol/content.ts';
import {
  type AgreementCache,
  type OpenedEnvelope,
  envelopeHash,
  openEnvelope,
} from '../protocol/envelope.ts';
import { parseKyberPrekey, parseOneTimePrekey, parseSignedPrekey } from '../protocol/prekeys.ts';
import {
  type PeerSessions,
  type PrekeyLookup,
  decryptMessage,
  peekPrekeyMessage,
} from '../protocol/session.ts';
import { type PrekeyKind } from '../storage/schema.ts';
import { type MailboxReply } from '../wire/frames.ts';
import { identityOf } from './account.ts';
import { type Changes, beginChanges } from './changes.ts';
import { type Core, OWN_LOCK } from './core.ts';
import type { MediaPlace } from './media-work.ts';
import type { ArrivedSignal } from './kinds/arrival.ts';
import { mayIntroduce, receiveContent } from './kinds/receive.ts';
import { createPatience } from './patience.ts';
import { enqueueReceipt } from './receipts.ts';
import { type Message } from './records/message.ts';
import { keepTokens, senderOf, senderOfUnread } from './senders.ts';
import { loadSessions } from './sessions.ts';

type Delivered = Extract<MailboxReply, { type: 'deliver' }>;

/** Envelopes taken into one transaction. */
const BATCH = 64;
/** A relay that sends nothing for so long has no backlog left, whether it says so or not. */
const QUIET_MS = 15_000;
const SEEN_MS = 45 * 24 * 3600 * 1000;

/** What the inbox tells the rest of the engine. */
export interface InboxEvents {
  /** The relay may forget these. */
  confirm(sequences: readonly number[]): void;
  /** Everything that waited at the relay has been dealt with. */
  drained(): void;
  /**
   * Committed: messages that the person may be told of, the peers whose outbox has something new, and attachments that
   * go up or come down from now on, and what was said of calls.
   */
  committed(
    shown: readonly Message[],
    peers: readonly AccountId[],
    usedPrekeys: number,
    carried: readonly MediaPlace[],
    signals: readonly ArrivedSignal[],
  ): void;
  /** A batch could not be stored; nothing of it was confirmed. */
  failed(fault: Fault): void;
}

export interface Inbox {
  /** A mailbox socket is up: its backlog comes now, and ends when the relay says so or sends nothing more. */
  beginBacklog(): void;
  deliver(frame: Delivered): void;
  /** The relay said that its backlog ends here. */
  endBacklog(): void;
  /** The socket is gone: what was not begun is forgotten, since the relay will send it again. */
  reset(): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** An envelope that unsealed. */
interface Prepared {
  readonly frame: Delivered;
  readonly hash: EnvelopeHash;
  readonly opened: OpenedEnvelope;
}

type Outcome =
  | { readonly kind: 'content'; readonly content: Content }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'failed'; readonly reason: FaultCode };

/** Own prekeys that the batch names, loaded before any is used. */
interface Prekeys extends PrekeyLookup {
  use(kind: PrekeyKind, id: number): void;
}

const isCall = ({ body }: Message): boolean => body.kind === 'call';

function ignoreFault(error: unknown): undefined {
  if (!isFault(error)) throw error;
}

export function createInbox(core: Core, agreements: AgreementCache, events: InboxEvents): Inbox {
  const { store, seal, clock, random, mutex } = core;
  const patience = createPatience(clock);
  let queue: (Delivered | 'end')[] = [];
  let running: Promise<void> | undefined;
  let generation = 0;
  /** Set while the backlog has not ended. */
  let cancelQuiet: (() => void) | undefined;
  /** Of calls in the backlog: the whole of it tells whether one that rang has been given up since. */
  let signalsHeld: ArrivedSignal[] = [];
  let callsHeld: Message[] = [];

  async function prepare(frames: readonly Delivered[]): Promise<Prepared[]> {
    const hashes = frames.map(({ envelope }) => envelopeHash(envelope));
    const seen = await store.getMany(
      'seen',
      hashes.map((hash) => [hash]),
    );
    const identity = identityOf(core);
    const inBatch = new Set<EnvelopeHash>();
    const prepared = await Promise.all(
      frames.map(async (frame, i): Promise<Prepared | undefined> => {
        const hash = hashes[i];
        if (hash === undefined || seen[i] || inBatch.has(hash)) return undefined;
        inBatch.add(hash);
        try {
          const opened = await openEnvelope(frame.envelope, {
            identity,
            device: FIRST_DEVICE,
            outerClass: frame.class,
            agreements,
          });
          return opened.sender === core.ownId ? undefined : { frame, hash, opened };
        } catch (error) {
          // Whoever holds no token of ours cannot get here, and whoever does and sends rubbish gets no stub.
          if (isFault(error)) return undefined;
          throw error;
        }
      }),
    );
    return prepared.filter((one) => one !== undefined);
  }

  async function loadPrekeys(batch: readonly Prepared[]): Promise<Prekeys> {
    const wanted = new Map<string, [PrekeyKind, number]>();
    const want = (kind: PrekeyKind, id: number | undefined): void => {
      if (id !== undefined) wanted.set(`${kind}/${id}`, [kind, id]);
    };
    for (const { opened } of batch) {
      if (opened.type !== 'prekey') continue;
      try {
        const head = peekPrekeyMessage(opened.body);
        want('signed', head.signedPrekeyId);
        want('one-time', head.oneTimePrekeyId);
        want('kyber', head.kyberPrekeyId);
        want('last-resort', head.kyberPrekeyId);
      } catch (error) {
        if (!isFault(error)) throw error;
      }
    }
    const rows = await store.getMany('prekeys', [...wanted.values()]);
    const plain = new Map<string, Uint8Array>();
    await Promise.all(
      rows.map(async (row) => {
        // One that is damaged counts as lost, as a session does.
        const bytes = row && (await seal.open('prekeys', row).catch(ignoreFault));
        if (bytes) plain.set(`${row.kind}/${row.id}`, bytes);
      }),
    );
    const find = <Pair>(
      kind: PrekeyKind,
      id: number,
      parse: (bytes: Uint8Array) => Pair,
    ): Pair | undefined => {
      const bytes = plain.get(`${kind}/${id}`);
      return bytes && parse(bytes);
    };
    return {
      signed: (id) => find('signed', id, parseSignedPrekey),
      oneTime: (id) => find('one-time', id, parseOneTimePrekey),
      kyber(id) {
        const oneTime = find('kyber', id, parseKyberPrekey);
        if (oneTime) return { pair: oneTime, oneTime: true };
        const last = find('last-resort', id, parseKyberPrekey);
        return last && { pair: last, oneTime: false };
      },
      use: (kind, id) => void plain.delete(`${kind}/${id}`),
    };
  }

  /** Decrypts one envelope on the sender's sessions; the outcome says what it was. */
  async function open(
    { opened }: Prepared,
    sessions: PeerSessions,
    prekeys: Prekeys,
    changes: Changes,
  ): Promise<{ outcome: Outcome; sessions: PeerSessions; used: number }> {
    const { type } = opened;
    if (type === 'plain') return { outcome: { kind: 'duplicate' }, sessions, used: 0 };
    let next = sessions;
    let used = 0;
    try {
      const decrypted = await decryptMessage(sessions, {
        type,
        body: opened.body,
        senderIdentityKey: opened.senderIdentityKey,
        identity: identityOf(core),
        registrationId: core.state.account?.registrationId ?? 0,
        prekeys,
        now: clock.now(),
        random,
        thrifty: patience.isOver(opened.sender),
        onEffort: (steps) => patience.spend(opened.sender, steps),
      });
      // The session moved on, whether or not what it carried makes sense.
      next = decrypted.sessions;
      if (decrypted.usedOneTimePrekey !== undefined) {
        changes.removePrekey('one-time', decrypted.usedOneTimePrekey);
        prekeys.use('one-time', decrypted.usedOneTimePrekey);
        used++;
      }
      if (decrypted.usedKyberPrekey !== undefined) {
        changes.removePrekey('kyber', decrypted.usedKyberPrekey);
        prekeys.use('kyber', decrypted.usedKyberPrekey);
      }
      return {
        outcome: { kind: 'content', content: decodeContent(decrypted.plaintext) },
        sessions: next,
        used,
      };
    } catch (error) {
      const { code, retry } = toFault(error);
      // What may go better another time (a part of the app that could not be loaded) is no fault of the envelope.
      if (retry !== 'never') throw error;
      // Nothing has changed, whatever went wrong; thrown on, one envelope would hold up all others for good.
      const outcome: Outcome =
        code === 'duplicate' ? { kind: 'duplicate' } : { kind: 'failed', reason: code };
      return { outcome, sessions: next, used };
    }
  }

  /** @param waited it lay at the relay before this connection */
  async function commit(batch: readonly Prepared[], waited: boolean): Promise<void> {
    const senders = [...new Set(batch.map(({ opened }) => opened.sender))];
    await mutex.hold([OWN_LOCK, ...senders], async () => {
      const changes = beginChanges(core);
      const prekeys = await loadPrekeys(batch);
      const sessions = new Map<AccountId, PeerSessions>();
      const touched = new Set<AccountId>();
      const delivered = new Map<AccountId, MessageId[]>();
      const shown: Message[] = [];
      const carried: MediaPlace[] = [];
      const signals: ArrivedSignal[] = [];
      let usedPrekeys = 0;

      for (const one of batch) {
        const id = one.opened.sender;
        const before = sessions.get(id) ?? (await loadSessions(core, id));
        const result = await open(one, before, prekeys, changes);
        usedPrekeys += result.used;
        if (result.sessions !== before) touched.add(id);
        sessions.set(id, result.sessions);
        const { outcome } = result;
        const standing = changes.contact(id)?.standing;
        if (outcome.kind === 'failed') {
          const contact = senderOfUnread(changes, one.opened, one.frame.token, outcome.reason);
          if (contact) {
            const { addStub } = await arrived(import('./healing.ts'));
            addStub(core, changes, contact, one.hash, outcome.reason);
          }
          continue;
        }
        // What a blocked person sends is opened, so that the session lives on, and dropped.
        if (outcome.kind === 'content' && standing === 'blocked')
          keepTokens(changes, id, outcome.content);
        if (outcome.kind === 'duplicate' || standing === 'blocked') continue;
        const contact = senderOf(changes, one.opened, one.frame.token, outcome.content);
        if (!contact) continue;
        if (contact.standing === 'request' && !mayIntroduce(outcome.content.kind)) continue;
        const ids = delivered.get(id) ?? [];
        delivered.set(id, ids);
        await receiveContent({
          core,
          changes,
          contact,
          conversation: conversationWith(id),
          content: outcome.content,
          envelope: one.hash,
          delivered: ids,
          shown,
          carried,
          signals,
          waited,
        });
      }

      for (const id of touched)
        changes.putSessions(id, FIRST_DEVICE, sessions.get(id) ?? (await loadSessions(core, id)));
      for (const [id, ids] of delivered)
        if (ids.length > 0 && changes.contact(id)?.standing === 'accepted')
          enqueueReceipt(core, changes, id, { delivered: ids, read: [] });
      const expires = clock.now() + SEEN_MS;
      for (const { hash } of batch) changes.write({ table: 'seen', put: { hash, expires } });
      if (!changes.empty) await changes.commit('strict');
      if (waited) {
        signalsHeld.push(...signals);
        callsHeld.push(...shown.filter(isCall));
        const others = shown.filter((message) => !isCall(message));
        events.committed(others, senders, usedPrekeys, carried, []);
      } else events.committed(shown, senders, usedPrekeys, carried, signals);
    });
  }

  function releaseCalls(): void {
    const [shown, signals] = [callsHeld, signalsHeld];
    callsHeld = [];
    signalsHeld = [];
    if (signals.length > 0) events.committed(shown, [], 0, [], signals);
  }

  async function work(): Promise<void> {
    while (queue.length > 0 && !core.stopped) {
      const mine = generation;
      const end = queue.indexOf('end');
      const take = Math.min(BATCH, end < 0 ? queue.length : end);
      const frames = queue.slice(0, take) as Delivered[];
      // What stands before the end of the backlog is part of it.
      const waited = end >= 0 || cancelQuiet !== undefined;
      if (frames.length > 0) {
        const batch = await prepare(frames);
        if (batch.length > 0) await commit(batch, waited);
      }
      // A reset meanwhile emptied the queue; what it holds now is from a newer socket, on which these numbers may
      // belong to other envelopes. The relay sends these again, and prepare will know them.
      if (mine !== generation) continue;
      events.confirm(frames.map(({ sequence }) => sequence));
      queue = queue.slice(take);
      if (queue[0] === 'end') {
        queue = queue.slice(1);
        releaseCalls();
        events.drained();
      }
    }
  }

  function start(): void {
    if (running) return;
    running = work()
      .catch((error: unknown) => {
        // Nothing was confirmed, so nothing is lost: the relay sends it all again at the next connection.
        queue = [];
        generation++;
        events.failed(toFault(error));
      })
      .finally(() => {
        running = undefined;
        if (queue.length > 0) start();
      });
  }

  function awaitQuiet(): void {
    cancelQuiet?.();
    cancelQuiet = clock.after(QUIET_MS, endBacklog);
  }

  function endBacklog(): void {
    if (!cancelQuiet) return;
    cancelQuiet();
    cancelQuiet = undefined;
    queue.push('end');
    start();
  }

  return {
    beginBacklog: awaitQuiet,
    deliver(frame) {
      if (cancelQuiet) awaitQuiet();
      queue.push(frame);
      start();
    },
    endBacklog,
    reset() {
      cancelQuiet?.();
      cancelQuiet = undefined;
      queue = [];
      generation++;
    },
    async settled() {
      while (running) await running;
    },
  };
}
