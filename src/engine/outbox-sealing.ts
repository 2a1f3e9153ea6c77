/**
 * From what is written to what is ready to leave: encrypted on the peer's session and sealed, under the peer's lock,
 * in one transaction with the session. A row is never encrypted twice. docs/protocol.md, "Sessions", "Sealed envelope".
 */
import { Fault } from '../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../lib/ids.ts';
import { type DropRequests } from '../net/requests.ts';
import { type Content, decodeContent, encodeContent } from '../protocol/content.ts';
import { type AgreementCache, envelopeHash, sealEnvelope } from '../protocol/envelope.ts';
import { verifyBundle } from '../protocol/prekeys.ts';
import {
  type PeerSessions,
  encryptMessage,
  hasUsableSession,
  initiateSession,
  isUnacknowledged,
} from '../protocol/session.ts';
import { type WireBundle } from '../wire/frames.ts';
import { identityOf } from './account.ts';
import { type Changes, beginChanges } from './changes.ts';
import { type Core } from './core.ts';
import { loadQueue, reachable, waits } from './outbox-rows.ts';
import { ownProfile } from './profile.ts';
import { type Contact } from './records/contact.ts';
import { type OutboxItem } from './records/outbox-item.ts';
import { loadSessions } from './sessions.ts';

/** For so long a resend may be asked for. */
export const SENT_LOG_MS = 30 * 24 * 3600 * 1000;

export interface Sealing {
  /**
   * Seals what is written for a peer, as much as may lie ready; false when there is nothing, or the peer cannot be
   * reached. Fetches a bundle where a session is to begin.
   * @throws Fault of the bundle (`untrusted-identity`, `bad-bundle`), of the relay, or `offline`
   */
  sealWritten(peer: AccountId): Promise<boolean>;
  /**
   * Seals a row in the unit of work that queues it, which saves a commit between writing and sending. Left to the
   * loop where older rows wait, a session is to begin, or nothing can go out now. The caller holds the peer's lock.
   */
  sealAtOnce(changes: Changes, item: OutboxItem): Promise<void>;
}

/**
 * @param agreements static–static secrets, shared with the inbox
 * @param drop       the way to the relay, while there is one
 */
export function createSealing(
  core: Core,
  agreements: AgreementCache,
  drop: () => DropRequests | undefined,
): Sealing {
  const { state, clock, random, mutex } = core;

  async function fetchBundle({ id, token }: Contact): Promise<WireBundle> {
    const requests = drop();
    if (!requests || !token) throw new Fault('offline', 'on-reconnect');
    const { bundle } = await requests.request({
      type: 'bundle',
      mailbox: id,
      device: FIRST_DEVICE,
      token,
    });
    await verifyBundle(bundle, id);
    return bundle;
  }

  function contentOf(item: OutboxItem, contact: Contact, unacknowledged: boolean): Content {
    const content = decodeContent(item.bytes);
    const carries =
      content.kind === 'profile' || content.kind === 'hello' || !contact.heard || unacknowledged;
    return carries ? { ...content, profile: ownProfile(core) } : content;
  }

  function sealFor(
    recipientIdentityKey: OutboxItem['bytes'],
    type: 'prekey' | 'message',
    body: OutboxItem['bytes'],
  ): Promise<OutboxItem['bytes']> {
    return sealEnvelope({
      recipientIdentityKey,
      recipientDevice: FIRST_DEVICE,
      identity: identityOf(core),
      inner: {
        host: state.account?.host ?? core.host,
        relayKey: state.account?.relayKey ?? new Uint8Array(32),
        senderDevice: FIRST_DEVICE,
        type,
        class: 'normal',
        body,
      },
      random,
      agreements,
    });
  }

  /** Encrypts one after the other, as the ratchet needs it, and seals all at once. */
  async function sealAll(
    changes: Changes,
    contact: Contact & { readonly identityKey: OutboxItem['bytes'] },
    items: readonly OutboxItem[],
    before: PeerSessions,
  ): Promise<void> {
    const now = clock.now();
    let sessions = before;
    const sealed: Promise<{ item: OutboxItem; envelope: OutboxItem['bytes'] }>[] = [];
    for (const item of items) {
      const content = contentOf(item, contact, isUnacknowledged(sessions));
      const encrypted = await encryptMessage(sessions, encodeContent(content), {
        identity: identityOf(core),
        registrationId: state.account?.registrationId ?? 0,
        now,
      });
      sessions = encrypted.sessions;
      const envelope = sealFor(contact.identityKey, encrypted.type, encrypted.body);
      sealed.push(envelope.then((bytes) => ({ item, envelope: bytes })));
    }
    for (const { item, envelope } of await Promise.all(sealed)) {
      changes.putOutbox({ ...item, stage: 'sealed', bytes: envelope });
      changes.write({
        table: 'sentLog',
        put: {
          hash: envelopeHash(envelope),
          peer: contact.id,
          device: FIRST_DEVICE,
          ...(item.message && { message: item.message.id }),
          expires: now + SENT_LOG_MS,
          resends: item.resends ?? 0,
        },
      });
    }
    changes.putSessions(contact.id, FIRST_DEVICE, sessions);
  }

  /** One round under the peer's lock, with a bundle if one was fetched for it. */
  async function seal(
    contact: Contact,
    bundle: WireBundle | undefined,
  ): Promise<'needs-bundle' | 'sealed' | 'nothing'> {
    const { id: peer } = contact;
    const items = await loadQueue(core, peer, 'written');
    const now = clock.now();
    const changes = beginChanges(core);
    const [first] = items;
    if (!first) return 'nothing';
    let sessions = await loadSessions(core, peer);
    const current = changes.contact(peer) ?? contact;
    const identityKey = current.identityKey ?? bundle?.identityKey;
    if (bundle)
      sessions = await initiateSession(sessions, {
        identity: identityOf(core),
        registrationId: state.account?.registrationId ?? 0,
        bundle,
        peer,
        now,
        random,
      });
    else if (first.fresh || !hasUsableSession(sessions, now)) return 'needs-bundle';
    if (!identityKey) return 'needs-bundle';
    const target = { ...current, identityKey };
    if (!current.identityKey) changes.putContact(target);
    // A later item that asks for a session of its own waits for the next round.
    const next = items.findIndex(({ fresh }, i) => fresh && (i > 0 || !bundle));
    await sealAll(changes, target, next < 0 ? items : items.slice(0, next), sessions);
    await changes.commit('strict');
    return 'sealed';
  }

  return {
    async sealWritten(peer) {
      let bundle: WireBundle | undefined;
      // Whether a bundle is needed is decided under the lock, but fetched outside it: the inbox must not wait for
      // the network. Then everything is read again.
      for (;;) {
        const contact = reachable(core, peer);
        if (!contact) return false;
        const outcome = await mutex.hold([peer], () => seal(contact, bundle));
        if (outcome !== 'needs-bundle') return outcome === 'sealed';
        bundle = await fetchBundle(contact);
      }
    },
    async sealAtOnce(changes, item) {
      const { peer } = item;
      const contact = reachable(core, peer);
      if (!drop() || !contact?.identityKey || item.fresh || waits(core, peer)) return;
      const { identityKey } = contact;
      const sessions = await loadSessions(core, peer);
      if (!hasUsableSession(sessions, clock.now())) return;
      await sealAll(changes, { ...contact, identityKey }, [item], sessions);
    },
  };
}
