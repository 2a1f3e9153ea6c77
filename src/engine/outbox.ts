/**
 * What goes out, one loop per peer: encrypt and seal under the peer's lock in one transaction with the session,
 * then submit in order, then settle what the relay stored. A row is never encrypted twice; a retry sends the same
 * bytes. A refusal stops that peer's loop until something changes. docs/protocol.md, "Sealing".
 */
import { Fault, type FaultCode, isFault, toFault } from '../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../lib/ids.ts';
import { type DropRequests } from '../net/requests.ts';
import { type Content, decodeContent, encodeContent } from '../protocol/content.ts';
import { type AgreementCache, envelopeHash, sealEnvelope } from '../protocol/envelope.ts';
import { verifyBundle } from '../protocol/prekeys.ts';
import {
  encryptMessage,
  hasUsableSession,
  initiateSession,
  isUnacknowledged,
} from '../protocol/session.ts';
import { type WireBundle } from '../wire/frames.ts';
import { ENVELOPE_TTL_SECONDS } from '../wire/limits.ts';
import { identityOf } from './account.ts';
import { beginChanges } from './changes.ts';
import { changeMessage, openMessage, rises } from './conversations.ts';
import { type Core } from './core.ts';
import { failItems } from './failures.ts';
import { ownProfile } from './profile.ts';
import { type Contact } from './records/contact.ts';
import { type OutboxItem, decodeOutboxItem } from './records/outbox-item.ts';
import { loadSessions } from './sessions.ts';

/** Rows sealed ahead of the relay's answer, per peer. */
const SEALED_AHEAD = 32;
/** Submissions under way at once, per peer, after the first was taken. */
const WINDOW = 16;
const SENT_LOG_MS = 30 * 24 * 3600 * 1000;
const WAIT_MS = 30 * 24 * 3600 * 1000;
const RETRY_FIRST_MS = 5_000;
const RETRY_LONGEST_MS = 10 * 60_000;
/** Peers for whom only profiles, greetings and the like wait are served so many at a time, so far apart. */
const PACED_PEERS = 8;
const PACE_MS = 1_000;

/** Why a peer's loop stands still. */
export interface Refusal {
  readonly code: FaultCode;
  readonly since: number;
}

export interface Outbox {
  /** The drop socket is up and the mailbox drained: everything queued goes out. */
  start(drop: DropRequests): void;
  /** The sockets are gone. */
  stop(): void;
  /** Something was queued for a peer, or what refused it may have changed. */
  wake(peer: AccountId): void;
  /** The same for everybody, those first for whom a message waits, the rest paced. */
  wakeAll(): void;
  refusalOf(peer: AccountId): Refusal | undefined;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** Faults for which trying again, unchanged, is of no use. */
const lasting: readonly FaultCode[] = ['untrusted-identity', 'bad-bundle', 'too-large'];

/** Refusals of the relay after which a message of 30 days is given up; one that could not be tried is not. */
const givenUp: readonly FaultCode[] = [
  'not-accepted-now',
  'invite-expired',
  'invite-revoked',
  'mailbox-full',
  'rate-limited',
];

/**
 * @param agreements static–static secrets, shared with the inbox
 * @param onRefusal  the reason why a peer's messages wait has changed
 */
export function createOutbox(
  core: Core,
  agreements: AgreementCache,
  onRefusal: (peer: AccountId) => void,
): Outbox {
  const { state, store, seal, clock, random, mutex } = core;
  const loops = new Map<AccountId, Promise<void>>();
  const again = new Set<AccountId>();
  const refusals = new Map<AccountId, Refusal>();
  const retries = new Map<AccountId, { cancel: () => void; wait: number }>();
  let drop: DropRequests | undefined;
  let cancelPaced: () => void = () => undefined;

  function noteRefusal(peer: AccountId, code: FaultCode | undefined): void {
    const known = refusals.get(peer);
    if (known?.code === code) return;
    if (code) refusals.set(peer, { code, since: clock.now() });
    else refusals.delete(peer);
    onRefusal(peer);
  }

  function retryLater(peer: AccountId): void {
    const wait = Math.min(RETRY_LONGEST_MS, (retries.get(peer)?.wait ?? RETRY_FIRST_MS / 2) * 2);
    retries.get(peer)?.cancel();
    retries.set(peer, { wait, cancel: clock.after(wait, () => run(peer)) });
  }

  async function load(peer: AccountId, limit: number): Promise<OutboxItem[]> {
    const rows = await store.list('outbox', { index: 'byPeer', equals: [peer], limit });
    const items: OutboxItem[] = [];
    for (const row of rows) {
      try {
        items.push(decodeOutboxItem(row, await seal.open('outbox', row)));
      } catch (error) {
        // A damaged row says nothing and would stand in the way of all behind it.
        if (!isFault(error)) throw error;
        await store.commit([{ table: 'outbox', remove: [row.sequence] }], 'relaxed');
        core.trouble(error.code);
      }
    }
    return items;
  }

  function reachable(peer: AccountId): Contact | undefined {
    const contact = state.contacts.get(peer);
    return contact?.token && (contact.standing === 'accepted' || contact.standing === 'asked')
      ? contact
      : undefined;
  }

  async function fetchBundle(contact: Contact): Promise<WireBundle> {
    if (!drop || !contact.token) throw new Fault('offline', 'on-reconnect');
    const { bundle } = await drop.request({
      type: 'bundle',
      mailbox: contact.id,
      device: FIRST_DEVICE,
      token: contact.token,
    });
    await verifyBundle(bundle, contact.id);
    return bundle;
  }

  function contentOf(item: OutboxItem, contact: Contact, unacknowledged: boolean): Content {
    const content = decodeContent(item.bytes);
    const carries =
      content.kind === 'profile' || content.kind === 'hello' || !contact.heard || unacknowledged;
    return carries ? { ...content, profile: ownProfile(core) } : content;
  }

  /** Seals what is written, at most up to SEALED_AHEAD; false when that must wait. */
  async function sealWritten(peer: AccountId): Promise<boolean> {
    let bundle: WireBundle | undefined;
    const identity = identityOf(core);
    const registrationId = state.account?.registrationId ?? 0;

    // Whether a bundle is needed is decided under the lock, but fetched outside it: the inbox must not wait for
    // the network. Then everything is read again.
    for (;;) {
      const contact = reachable(peer);
      if (!contact) return false;
      const outcome = await mutex.hold(
        [peer],
        async (): Promise<'needs-bundle' | 'sealed' | 'nothing'> => {
          const items = (await load(peer, SEALED_AHEAD)).filter(({ stage }) => stage === 'written');
          const now = clock.now();
          const changes = beginChanges(core);
          const [first] = items;
          if (!first) return 'nothing';
          let sessions = await loadSessions(core, peer);
          let target = changes.contact(peer) ?? contact;
          if (bundle) {
            sessions = await initiateSession(sessions, {
              identity,
              registrationId,
              bundle,
              peer,
              now,
              random,
            });
            if (!target.identityKey) target = { ...target, identityKey: bundle.identityKey };
            if (target !== changes.contact(peer)) changes.putContact(target);
          } else if (first.fresh || !hasUsableSession(sessions, now) || !target.identityKey)
            return 'needs-bundle';

          // A later item that asks for a session of its own waits for the next round.
          const next = items.findIndex(({ fresh }, i) => fresh && (i > 0 || !bundle));
          const batch = next < 0 ? items : items.slice(0, next);
          const sealed: Promise<{ item: OutboxItem; envelope: OutboxItem['bytes'] }>[] = [];
          for (const item of batch) {
            const content = contentOf(item, target, isUnacknowledged(sessions));
            const encrypted = await encryptMessage(sessions, encodeContent(content), {
              identity,
              registrationId,
              now,
            });
            sessions = encrypted.sessions;
            const envelope = sealEnvelope({
              recipientIdentityKey: target.identityKey ?? new Uint8Array(0),
              recipientDevice: FIRST_DEVICE,
              identity,
              inner: {
                host: state.account?.host ?? core.host,
                relayKey: state.account?.relayKey ?? new Uint8Array(32),
                senderDevice: FIRST_DEVICE,
                type: encrypted.type,
                class: 'normal',
                body: encrypted.body,
              },
              random,
              agreements,
            });
            sealed.push(envelope.then((bytes) => ({ item, envelope: bytes })));
          }
          for (const { item, envelope } of await Promise.all(sealed)) {
            const hash = envelopeHash(envelope);
            changes.putOutbox({ ...item, stage: 'sealed', bytes: envelope });
            changes.write({
              table: 'sentLog',
              put: {
                hash,
                peer,
                device: FIRST_DEVICE,
                ...(item.message && { message: item.message.id }),
                expires: now + SENT_LOG_MS,
                resends: item.resends ?? 0,
              },
            });
          }
          changes.putSessions(peer, FIRST_DEVICE, sessions);
          await changes.commit('strict');
          return 'sealed';
        },
      );
      if (outcome !== 'needs-bundle') return outcome === 'sealed';
      bundle = await fetchBundle(contact);
    }
  }

  async function settle(
    peer: AccountId,
    stored: readonly { item: OutboxItem; until: number }[],
  ): Promise<void> {
    if (stored.length === 0) return;
    await mutex.hold([peer], async () => {
      const changes = beginChanges(core);
      for (const { item, until } of stored) {
        changes.removeOutbox(item.sequence);
        if (!item.message || item.kind !== 'message') continue;
        const { conversation, order } = item.message;
        const row = await store.get('messages', [conversation, order]);
        const message = row && (await openMessage(core, row));
        // Deleted here meanwhile: it was sent all the same.
        if (!message || !rises(message, 'sent')) continue;
        const { failure: _, ...rest } = message;
        const now = clock.now();
        changeMessage(core, changes, {
          ...rest,
          state: 'sent',
          storedAt: now,
          // A relay may say anything; what is shown as a date must be one.
          keptUntil: Math.min(until, now + 2 * WAIT_MS),
        });
      }
      await changes.commit('strict');
    });
  }

  /** Submits sealed rows in order; what was stored is settled even when a later one is refused. */
  async function transmit(peer: AccountId, items: readonly OutboxItem[]): Promise<void> {
    const stored: { item: OutboxItem; until: number }[] = [];
    let next = 0;
    let refused: Fault | undefined;

    async function submit(item: OutboxItem): Promise<void> {
      const token = reachable(peer)?.token;
      if (!drop || !token) throw new Fault('offline', 'on-reconnect');
      const { until } = await drop.request({
        type: 'submit',
        mailbox: peer,
        device: FIRST_DEVICE,
        token,
        class: 'normal',
        ttlSeconds: ENVELOPE_TTL_SECONDS,
        envelope: item.bytes,
      });
      stored.push({ item, until });
    }
    async function lane(): Promise<void> {
      while (!refused && next < items.length) {
        const item = items[next++];
        if (!item) return;
        // Deleted, or its receiver blocked, since it was read.
        if (!state.outbox.has(item.sequence)) continue;
        try {
          await submit(item);
        } catch (error) {
          refused ??= toFault(error);
        }
      }
    }
    // The first goes alone: a refusal of the token then stops the rest before they leave.
    const [first] = items;
    try {
      if (first && state.outbox.has(first.sequence)) await submit(first);
      next = 1;
      await Promise.all(Array.from({ length: WINDOW }, lane));
    } catch (error) {
      refused = toFault(error);
    }
    await settle(peer, stored);
    if (refused) throw refused;
  }

  async function failOld(peer: AccountId): Promise<void> {
    const old = [...state.outbox.values()].filter(
      (head) => head.peer === peer && head.created + WAIT_MS < clock.now(),
    );
    if (old.length === 0) return;
    await mutex.hold([peer], async () => {
      const changes = beginChanges(core);
      await failItems(core, changes, old, refusals.get(peer)?.code ?? 'not-accepted-now');
      await changes.commit('strict');
    });
  }

  async function drain(peer: AccountId): Promise<void> {
    while (drop && !core.stopped) {
      again.delete(peer);
      if (!reachable(peer)) return;
      const sealed = (await load(peer, SEALED_AHEAD)).filter(({ stage }) => stage === 'sealed');
      if (sealed.length > 0) {
        await transmit(peer, sealed);
        noteRefusal(peer, undefined);
        retries.get(peer)?.cancel();
        retries.delete(peer);
      } else if (!(await sealWritten(peer))) {
        if (!again.has(peer)) return;
      }
    }
  }

  async function onFault(peer: AccountId, fault: Fault): Promise<void> {
    if (fault.code === 'fenced' || fault.code === 'storage-closed') return;
    if (lasting.includes(fault.code)) {
      // A wrong key or a message too large will be no better later; only the first sealed row can be too large.
      await mutex.hold([peer], async () => {
        const rows = [...state.outbox.values()].filter((head) => head.peer === peer);
        const hopeless =
          fault.code === 'too-large'
            ? rows.slice(0, 1)
            : rows.filter(({ stage }) => stage === 'written');
        const changes = beginChanges(core);
        await failItems(core, changes, hopeless, fault.code);
        await changes.commit('strict');
      });
      // What may still go out does; what comes later tries anew.
      again.add(peer);
      return;
    }
    if (fault.code === 'storage-full') core.trouble(fault.code);
    // The next connection starts everybody; while this one stands, only a part of the app was out of reach.
    if (fault.code === 'offline') {
      if (drop) retryLater(peer);
      return;
    }
    noteRefusal(peer, fault.code);
    if (givenUp.includes(fault.code)) await failOld(peer);
    retryLater(peer);
  }

  function run(peer: AccountId): void {
    if (!drop || core.stopped) return;
    if (loops.has(peer)) {
      again.add(peer);
      return;
    }
    const loop = drain(peer)
      .catch((error: unknown) => onFault(peer, toFault(error)))
      .catch((error: unknown) => core.trouble(toFault(error).code))
      .finally(() => {
        loops.delete(peer);
        if (again.delete(peer)) run(peer);
      });
    loops.set(peer, loop);
  }

  function runPaced(peers: readonly AccountId[]): void {
    cancelPaced();
    for (const peer of peers.slice(0, PACED_PEERS)) run(peer);
    const later = peers.slice(PACED_PEERS);
    if (later.length > 0) cancelPaced = clock.after(PACE_MS, () => runPaced(later));
  }

  /** A thousand contacts to be greeted after a claim are no storm, and no message waits behind them. */
  function runAll(): void {
    const heads = [...state.outbox.values()];
    const waited = new Set(heads.flatMap(({ peer, kind }) => (kind === 'message' ? [peer] : [])));
    for (const peer of waited) run(peer);
    runPaced([...new Set(heads.map(({ peer }) => peer))].filter((peer) => !waited.has(peer)));
  }

  return {
    start(requests) {
      drop = requests;
      runAll();
    },
    stop() {
      drop = undefined;
      cancelPaced();
      for (const { cancel } of retries.values()) cancel();
      retries.clear();
    },
    wake: run,
    wakeAll: runAll,
    refusalOf: (peer) => refusals.get(peer),
    async settled() {
      while (loops.size > 0) await Promise.all(loops.values());
    },
  };
}
