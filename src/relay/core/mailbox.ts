/**
 * One mailbox: the row of its account, its tokens, prekeys and queue, and the one socket of its owner. Requests of
 * strangers come in through `handle`, those of the owner through the rest. Handlers are synchronous; what must
 * wait for durability is answered from `store.after`. Knows no socket and no other mailbox.
 */
import { type Clock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../../lib/ids.ts';
import {
  type DropReply,
  type DropRequest,
  type LedgerRow,
  type MailboxReply,
  type MailboxRequest,
  type RefusalCode,
} from '../../wire/frames.ts';
import { ENVELOPE_TTL_SECONDS, MAX_ENVELOPE_BYTES } from '../../wire/limits.ts';
import { expiryOf } from './hours.ts';
import { type RelayLimits } from './limits.ts';
import { type Overlay } from './overlay.ts';
import { countPrekeys, putPrekeys, takeBundle, wipePrekeys } from './prekeys.ts';
import { type Presence, type PresenceState } from './presence.ts';
import { openQueue } from './queue.ts';
import { type Rates } from './rates.ts';
import { type Step } from './steps.ts';
import { type Storage } from './storage.ts';
import { type MailboxRow, tableNames, tables } from './tables.ts';
import { loadTokens } from './tokens.ts';

/** What every mailbox of a relay shares. */
export interface Surroundings {
  readonly store: Overlay;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly rates: Rates;
  readonly presence: Presence;
  /** Does long work one step a turn. */
  readonly inSteps: (step: Step) => void;
}

/** Rows of the ledger that are read in one turn: few enough that nobody else waits for them. */
const LEDGER_PAGE = 128;

/** The authenticated socket of the owner. */
export interface Owner {
  send(frame: MailboxReply): void;
  /** Another socket took over: say so and close. */
  supersede(): void;
  /** Bytes that the socket has not sent yet. */
  readonly buffered: number;
}

type Of<Type extends DropRequest['type']> = Extract<DropRequest, { type: Type }>;

export interface Mailbox {
  readonly row: MailboxRow;
  /** A stranger's request; answered at once or when durable. `ephemeral` is never answered. */
  handle(
    request: Of<'submit'> | Of<'bundle'> | Of<'ephemeral'>,
    answer: (reply: DropReply) => void,
  ): void;
  /** Follows the owner's presence; the result stops it, or says why not. */
  follow(token: Uint8Array, tell: (state: PresenceState) => void): (() => void) | RefusalCode;

  /** Makes `owner` the one socket and starts delivering. */
  attach(owner: Owner): void;
  detach(owner: Owner): void;
  confirm(owner: Owner, sequences: readonly number[]): void;
  /** @throws Fault `too-large` */
  putPrekeys(upload: Extract<MailboxRequest, { type: 'prekeys' }>, done: () => void): void;
  /** @throws Fault `too-large` */
  changeTokens(change: Extract<MailboxRequest, { type: 'tokens' }>, done: () => void): void;
  /** Told once all that the owner did before is durable. */
  countPrekeys(told: (count: { oneTime: number; kyber: number }) => void): void;
  /**
   * Tells page by page what the database holds, everything that the owner did before included.
   * @param told takes a page and whether more follow; false when nobody listens any more
   * @throws Fault `rate-limited`
   */
  ledger(told: (rows: LedgerRow[], more: boolean) => boolean): void;
  /** Another installation takes the mailbox: prekeys and tokens go, envelopes stay. */
  claim(row: MailboxRow): void;
  /** Removes every row. */
  erase(done: () => void): void;
  expireEnvelope(sequence: number): void;
  expireToken(hash: string): void;
  /** True when nobody is connected and nothing is under way, so that memory may forget it. */
  readonly idle: boolean;
}

/**
 * Opens a mailbox over its row.
 * @param isNew the row was just put: nothing waits, though an erasure before it may not be durable yet
 */
export function openMailbox(around: Surroundings, first: MailboxRow, isNew = false): Mailbox {
  const { store, storage, clock, limits, rates, presence } = around;
  const id = first.mailbox as AccountId;
  const device = FIRST_DEVICE;
  const tokens = loadTokens(store, id);
  const now = (): number => clock.now();
  const size = isNew ? { count: 0, bytes: 0, last: 0 } : storage.queueSize(id, device);
  const queue = openQueue(store, size, limits, now, id, device);
  let row = first;
  let owner: Owner | undefined;
  let deliverTo: ((frame: MailboxReply) => void) | undefined;

  function submit(request: Of<'submit'>, answer: (reply: DropReply) => void): void {
    const { n, envelope } = request;
    const refuse = (code: RefusalCode): void => answer({ type: 'refused', n, code });
    // First of all, so that a stranger hears the same of an account that exists and of one that does not.
    const found = tokens.check(request.token, ['contacts', 'invite'], now());
    if ('refusal' in found) return refuse(found.refusal);
    if (envelope.length > MAX_ENVELOPE_BYTES) return refuse('too-large');
    if (envelope.length === 0) return refuse('malformed');
    const { hash, purpose } = found.row;
    const rate = purpose === 'invite' ? limits.introductions : limits.submits;
    if (store.pendingBytes > limits.pendingBytes) return refuse('rate-limited');
    if (!rates.take(`submit/${id}/${hash}`, rate)) return refuse('rate-limited');
    if (!tokens.covers(found.row, envelope.length)) return refuse('not-accepted-now');
    const most = request.class === 'urgent' ? limits.urgentSeconds : ENVELOPE_TTL_SECONDS;
    const expires = expiryOf(now(), Math.min(Math.max(1, request.ttlSeconds), most));
    const arrival = { class: request.class, token: hash, expires, envelope };
    const added = queue.add(arrival, now(), () => answer({ type: 'stored', n, until: expires }));
    if (!added) return refuse('mailbox-full');
    tokens.charge(found.row, envelope.length);
  }

  function passOn(request: Of<'ephemeral'>): void {
    const { envelope, token } = request;
    if (!owner || owner.buffered > limits.ephemeralBuffer) return;
    if (envelope.length === 0 || envelope.length > MAX_ENVELOPE_BYTES) return;
    const found = tokens.check(token, ['contacts'], now());
    if ('refusal' in found || found.row.state !== 'live') return;
    if (!rates.take(`ephemeral/${id}/${found.row.hash}`, limits.submits)) return;
    owner.send({ type: 'ephemeral', envelope });
  }

  function bundle(request: Of<'bundle'>, answer: (reply: DropReply) => void): void {
    const { n } = request;
    const refuse = (code: RefusalCode): void => answer({ type: 'refused', n, code });
    const found = tokens.check(request.token, ['contacts', 'invite'], now());
    if ('refusal' in found) return refuse(found.refusal);
    const withOneTime = rates.take(`bundle/${id}/${found.row.hash}`, limits.bundles);
    const taken = takeBundle(store, id, device, row.identity_key, withOneTime);
    if (!taken) return refuse('not-accepted-now');
    store.after(() => answer({ type: 'bundle', n, bundle: taken }));
  }

  return {
    get row() {
      return row;
    },

    handle(request, answer) {
      switch (request.type) {
        case 'submit':
          return submit(request, answer);
        case 'bundle':
          return bundle(request, answer);
        case 'ephemeral':
          return passOn(request);
      }
    },

    follow(token, tell) {
      const found = tokens.check(token, ['presence'], now());
      if ('refusal' in found) return found.refusal;
      return presence.follow(id, found.row, tell);
    },

    attach(next) {
      const before = owner;
      owner = next;
      deliverTo = (frame) => next.send(frame);
      if (before !== next) before?.supersede();
      queue.attach(deliverTo);
    },

    detach(from) {
      if (owner !== from) return;
      if (deliverTo) queue.detach(deliverTo);
      owner = deliverTo = undefined;
      presence.leave(id);
    },

    confirm(from, sequences) {
      if (owner === from && deliverTo) queue.confirm(deliverTo, sequences);
    },

    putPrekeys(upload, done) {
      putPrekeys(store, id, upload);
      store.after(done);
    },

    changeTokens({ put, retire, revoke }, done) {
      const cut = tokens.change(put, retire, revoke, now());
      if (cut.length > 0) presence.cut(id, cut);
      store.after(done);
    },

    countPrekeys(told) {
      const count = countPrekeys(store, id, device);
      store.after(() => told(count));
    },

    ledger(told) {
      if (!rates.take(`ledger/${id}`, limits.ledgers)) throw new Fault('rate-limited');
      store.after(() => {
        const pages = storage.ledger(id, LEDGER_PAGE);
        let page: IteratorResult<LedgerRow[], void> | undefined;
        around.inSteps(() => {
          page ??= pages.next();
          const next = pages.next();
          const more = told(page.value ?? [], !next.done) && !next.done;
          if (!more) pages.return();
          page = next;
          return more;
        });
      });
    },

    claim(next) {
      row = next;
      store.put('mailboxes', next);
      tokens.wipe();
      wipePrekeys(store, id, device);
      presence.forget(id);
      owner?.supersede();
      if (deliverTo) queue.detach(deliverTo);
      owner = deliverTo = undefined;
    },

    erase(done) {
      presence.forget(id);
      if (deliverTo) queue.detach(deliverTo);
      owner = deliverTo = undefined;
      for (const table of tableNames) {
        const prefixes = { 1: [], 2: [id], 3: [id, device] };
        const { length } = tables[table].key;
        if (length === 1) store.remove(table, [id]);
        else store.wipe(table, prefixes[length as 2 | 3]);
      }
      store.after(done);
    },

    expireEnvelope: (sequence) => queue.expire(sequence),
    expireToken: (hash) => tokens.drop(hash, now()),

    get idle() {
      return !owner && queue.unsettled === 0;
    },
  };
}
