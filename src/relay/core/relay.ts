/**
 * The relay itself, without sockets or disks: mailboxes by account, opened when asked for and forgotten when idle,
 * the sweep of what has expired, and the two kinds of connection. Clock, randomness, storage and the end of a turn
 * are arguments; two hosts and a simulation give their own. Source: docs/relay.md.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { type Clock } from '../../lib/clock.ts';
import { type Fault } from '../../lib/fault.ts';
import { type AccountId, FIRST_DEVICE } from '../../lib/ids.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { type BlobFiles, type Blobs, openBlobs } from './blobs.ts';
import { type Connection, type Peer } from './connection.ts';
import { serveDropSocket } from './drop-connection.ts';
import { hourOf } from './hours.ts';
import { type RelayLimits, defaultLimits } from './limits.ts';
import {
  type Admission,
  type MailboxConnectionOptions,
  serveMailboxSocket,
} from './mailbox-connection.ts';
import { type Mailbox, type Surroundings, openMailbox } from './mailbox.ts';
import { createOverlay } from './overlay.ts';
import { hasSignedPrekeys } from './prekeys.ts';
import { createPresence } from './presence.ts';
import { createRates } from './rates.ts';
import { createSteps } from './steps.ts';
import { type Storage, SWEEP_ROWS } from './storage.ts';
import { type MailboxRow } from './tables.ts';
import { type PresentTurn, openTurn } from './turn.ts';
import { uploadGrants } from './upload-grant.ts';

const SWEEP_MS = 60_000;
/** The next sweep after one that left something. */
const SWEEP_AGAIN_MS = 1_000;

export interface RelayOptions {
  /** `name[:port]` by which clients know this relay. */
  readonly host: string;
  /** The relay's X25519 public key, 32 bytes. */
  readonly relayKey: Bytes;
  /** What only this relay knows, for its upload grants, 32 bytes. */
  readonly grantSecret: Bytes;
  readonly storage: Storage;
  readonly blobFiles: BlobFiles;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Runs a function once when the present turn is over; what was written until then is one commit. */
  soon(run: () => void): void;
  /** Something could not be written. Nothing is acknowledged from then on; the host must stop. */
  onFailed(fault: Fault): void;
  /** Asked for the TURN servers each time somebody asks the relay; left out where it has no calls. */
  readonly turn?: PresentTurn;
  readonly limits?: Partial<RelayLimits>;
}

export interface Relay {
  readonly blobs: Blobs;
  /** A socket opened on `/v1/mailbox`. */
  connectMailbox(peer: Peer): Connection;
  /** A socket opened on `/v1/drop`. */
  connectDrop(peer: Peer): Connection;
  /** Runs when all that was written so far is durable. */
  settled(run: () => void): void;
  /** Ends the timers. Sockets are the host's to close. */
  stop(): void;
}

/** Starts a relay over a storage. */
export function createRelay(options: RelayOptions): Relay {
  const { storage, clock } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const store = createOverlay(
    storage,
    (run) => options.soon(run),
    (fault) => options.onFailed(fault),
  );
  const presence = createPresence(clock, limits.lastSeen);
  const rates = createRates(() => clock.now());
  const around: Surroundings = {
    store,
    storage,
    clock,
    limits,
    rates,
    presence,
    inSteps: createSteps((run) => options.soon(run)),
  };
  const blobs = openBlobs({
    ...around,
    grants: uploadGrants(options.grantSecret, options.random),
    files: options.blobFiles,
  });
  const turn = openTurn({
    ...around,
    present: options.turn ?? (() => undefined),
    random: options.random,
  });
  const mailboxes = new Map<AccountId, Mailbox>();
  let forgetAbove = limits.idleMailboxes;
  let cancelSweep = clock.after(SWEEP_MS, sweep);

  function find(id: AccountId): Mailbox | undefined {
    const known = mailboxes.get(id);
    if (known) return known;
    const row = store.get('mailboxes', [id]);
    return row && open(row);
  }

  function open(row: MailboxRow, isNew = false): Mailbox {
    const mailbox = openMailbox(around, row, isNew);
    mailboxes.set(row.mailbox as AccountId, mailbox);
    if (mailboxes.size > forgetAbove) forgetIdle();
    return mailbox;
  }

  /** Forgets the older half of those that nobody uses; what is on disk brings them back. */
  function forgetIdle(): void {
    let left = mailboxes.size / 2;
    for (const [id, { idle }] of mailboxes) {
      if (left-- <= 0) break;
      if (idle) mailboxes.delete(id);
    }
    // Where most are connected there is little to forget: look again only after as many more.
    forgetAbove = Math.max(limits.idleMailboxes, 2 * mailboxes.size);
  }

  const admit: MailboxConnectionOptions['admit'] = (id, request, mayRegister): Admission => {
    const { installation, identityKey } = request;
    const row = (since: number): MailboxRow => ({
      mailbox: id,
      identity_key: identityKey,
      installation,
      since,
    });
    const known = find(id);
    if (!known) {
      if (!mayRegister()) return { refusal: 'rate-limited' };
      const made = row(hourOf(clock.now()));
      store.put('mailboxes', made);
      open(made, true);
      return { fresh: true };
    }
    if (request.type === 'claim') {
      known.claim(row(hourOf(clock.now())));
      return { fresh: true };
    }
    if (known.row.installation !== installation)
      return { refusal: 'not-holder', since: known.row.since };
    // Fresh also when the first upload of keys never arrived: without them nobody could write.
    return { fresh: !hasSignedPrekeys(store, id, FIRST_DEVICE) };
  };

  function erase(id: AccountId, done: () => void): void {
    mailboxes.get(id)?.erase(done);
    mailboxes.delete(id);
  }

  function sweep(): void {
    const envelopes = storage.expired('queue', clock.now(), SWEEP_ROWS);
    for (const [mailbox, , sequence] of envelopes)
      find(mailbox as AccountId)?.expireEnvelope(sequence as number);
    const tokens = storage.expired('tokens', clock.now(), SWEEP_ROWS);
    for (const [mailbox, hash] of tokens) find(mailbox as AccountId)?.expireToken(hash as string);
    const isMore = [blobs.sweep(), envelopes.length === SWEEP_ROWS, tokens.length === SWEEP_ROWS];
    cancelSweep = clock.after(isMore.includes(true) ? SWEEP_AGAIN_MS : SWEEP_MS, sweep);
  }

  const { host, relayKey, random } = options;
  return {
    blobs,
    connectMailbox: (peer) =>
      serveMailboxSocket(
        {
          host,
          relayKey,
          clock,
          random,
          presence,
          blobs,
          turn,
          admit,
          find,
          erase,
          after: (run) => store.after(run),
        },
        peer,
      ),
    connectDrop: (peer) => serveDropSocket({ host, relayKey, clock, presence, find }, peer),
    settled: (run) => store.after(run),
    stop() {
      cancelSweep();
      presence.stop();
    },
  };
}
