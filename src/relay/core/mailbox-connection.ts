/**
 * The relay's side of a mailbox socket: hello, authentication or claim over a nonce of its own, then the owner's
 * requests. A nonce is good once and for 30 s. Source: docs/relay.md, Sockets and Authentication.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { type Clock } from '../../lib/clock.ts';
import { isFault } from '../../lib/fault.ts';
import { type AccountId } from '../../lib/ids.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { accountIdOf } from '../../wire/address.ts';
import { verifyAuthentication } from '../../wire/auth.ts';
import {
  MAX_LEDGER_ROWS,
  decodeMailboxRequest,
  encodeMailboxReply,
} from '../../wire/frame-codec.ts';
import {
  type LedgerRow,
  type MailboxReply,
  type MailboxRequest,
  type RefusalCode,
} from '../../wire/frames.ts';
import { NONCE_LIFETIME_MS } from '../../wire/limits.ts';
import { WIRE_VERSIONS } from '../../wire/version.ts';
import { type Connection, GREETING_MS, type Peer } from './connection.ts';
import { type Mailbox, type Owner } from './mailbox.ts';
import { type Presence } from './presence.ts';

type Authentication = Extract<MailboxRequest, { type: 'auth' | 'claim' }>;
type OwnerRequest = Exclude<MailboxRequest, { type: 'hello' | 'auth' | 'claim' }>;

/** Whether somebody may have the mailbox of his key, or why not. */
export type Admission =
  { readonly fresh: boolean } | { readonly refusal: RefusalCode; readonly since?: number };

export interface MailboxConnectionOptions {
  readonly host: string;
  readonly relayKey: Bytes;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly presence: Presence;
  /** Makes or hands over the mailbox of somebody who proved the key. */
  admit(id: AccountId, request: Authentication, mayRegister: () => boolean): Admission;
  find(id: AccountId): Mailbox | undefined;
  /** Runs when all that was written so far is durable. */
  after(run: () => void): void;
  erase(id: AccountId, done: () => void): void;
}

/** Serves one mailbox socket. */
export function serveMailboxSocket(options: MailboxConnectionOptions, peer: Peer): Connection {
  const { host, clock, presence } = options;
  let state: 'new' | 'greeted' | 'verifying' | 'owner' | 'closed' = 'new';
  let nonce: { readonly bytes: Bytes; readonly until: number } | undefined;
  let id: AccountId | undefined;
  let mailbox: Mailbox | undefined;

  const owner: Owner = {
    send,
    supersede() {
      send({ type: 'superseded' });
      close(1000);
    },
    get buffered() {
      return peer.buffered;
    },
  };
  const cancelGreeting = clock.after(GREETING_MS, () => close(1008));

  function send(frame: MailboxReply): void {
    if (state !== 'closed') peer.send(encodeMailboxReply(frame));
  }

  function refuse(n: number, code: RefusalCode, since?: number): void {
    send({ type: 'refused', n, code, ...(since === undefined ? {} : { since }) });
  }

  function close(code: 1000 | 1002 | 1008 | 1009): void {
    if (state === 'closed') return;
    ended();
    peer.close(code);
  }

  function ended(): void {
    state = 'closed';
    cancelGreeting();
    mailbox?.detach(owner);
    mailbox = undefined;
  }

  function greet(versions: readonly number[]): void {
    if (state !== 'new') return fail('malformed');
    const version = WIRE_VERSIONS.find((one) => versions.includes(one));
    if (version === undefined) return fail('unsupported-version');
    if (peer.host !== host) return fail('wrong-host');
    state = 'greeted';
    nonce = { bytes: options.random(32), until: clock.now() + NONCE_LIFETIME_MS };
    send({ type: 'hello', version, host, relayKey: options.relayKey, nonce: nonce.bytes });
  }

  /** A fault of the connection itself: refused under number 0, then closed. */
  function fail(code: RefusalCode): void {
    refuse(0, code);
    close(code === 'too-large' ? 1009 : 1002);
  }

  async function authenticate(request: Authentication): Promise<void> {
    const { n } = request;
    const facts = nonce;
    nonce = undefined;
    if (state !== 'greeted') return refuse(n, 'malformed');
    if (!facts || facts.until <= clock.now()) return refuse(n, 'bad-signature');
    state = 'verifying';
    const { identityKey, device, installation } = request;
    const account = await verified(request.type, identityKey, request.signature, {
      host,
      device,
      installation,
      nonce: facts.bytes,
    });
    // The socket may have gone while the signature was checked.
    if (!stillVerifying()) return;
    state = 'greeted';
    if (!account) return refuse(n, 'bad-signature');
    const admission = options.admit(account, request, () => peer.mayRegister());
    if ('refusal' in admission) return refuse(n, admission.refusal, admission.since);
    options.after(() => welcome(request, account, admission.fresh));
  }

  function stillVerifying(): boolean {
    return state === 'verifying';
  }

  function welcome({ n, installation }: Authentication, account: AccountId, fresh: boolean): void {
    if (state !== 'greeted') return;
    // Asked for again: while the row was written, the mailbox may have been claimed or erased.
    const opened = options.find(account);
    if (opened?.row.installation !== installation) return refuse(n, 'not-holder');
    cancelGreeting();
    state = 'owner';
    id = account;
    mailbox = opened;
    send({ type: 'welcome', n, fresh });
    opened.attach(owner);
  }

  function sendLedger(n: number, rows: readonly LedgerRow[]): void {
    for (let at = 0; at === 0 || at < rows.length; at += MAX_LEDGER_ROWS) {
      const more = at + MAX_LEDGER_ROWS < rows.length;
      const page = rows.slice(at, at + MAX_LEDGER_ROWS);
      send({ type: 'ledger', n, rows: page, ...(more ? { more } : {}) });
    }
  }

  function serve(own: Mailbox, account: AccountId, request: OwnerRequest): void {
    switch (request.type) {
      case 'confirm':
        return own.confirm(owner, request.sequences);
      case 'prekeys':
        return own.putPrekeys(request, () => send({ type: 'done', n: request.n }));
      case 'tokens':
        return own.changeTokens(request, () => send({ type: 'done', n: request.n }));
      case 'prekey-count':
        return own.countPrekeys((count) => send({ type: 'prekey-count', n: request.n, ...count }));
      case 'ledger':
        return own.ledger((rows) => sendLedger(request.n, rows));
      case 'erase':
        // From here on nothing of this socket may write a row again.
        mailbox = undefined;
        return options.erase(account, () => {
          send({ type: 'done', n: request.n });
          close(1000);
        });
    }
  }

  function take(request: MailboxRequest): void {
    if (request.type === 'hello') return greet(request.versions);
    if (request.type === 'auth' || request.type === 'claim') return void authenticate(request);
    const n = request.type === 'confirm' ? 0 : request.n;
    if (state !== 'owner' || !mailbox || !id) return refuse(n, 'not-authenticated');
    try {
      serve(mailbox, id, request);
    } catch (error) {
      if (isFault(error, 'too-large')) return refuse(n, 'too-large');
      if (isFault(error, 'rate-limited')) return refuse(n, 'rate-limited');
      throw error;
    }
  }

  return {
    receive(frame) {
      if (state === 'closed') return;
      let request: MailboxRequest;
      try {
        request = decodeMailboxRequest(frame);
      } catch (error) {
        return fail(refusalOfFault(error));
      }
      take(request);
    },
    pulse() {
      if (state === 'owner' && id) presence.pulse(id);
    },
    closed: ended,
    unanswered: 0,
  };
}

/** The account whose key signed, or undefined. */
async function verified(
  type: 'auth' | 'claim',
  identityKey: Bytes,
  signature: Bytes,
  facts: Parameters<typeof verifyAuthentication>[2],
): Promise<AccountId | undefined> {
  try {
    const account = accountIdOf(identityKey);
    return (await verifyAuthentication(type, identityKey, facts, signature)) ? account : undefined;
  } catch {
    // A key or signature that cannot even be computed with proves nothing.
    return undefined;
  }
}

/** What a frame that could not be read is answered. */
export function refusalOfFault(error: unknown): RefusalCode {
  if (isFault(error, 'too-large')) return 'too-large';
  if (isFault(error, 'wrong-socket')) return 'wrong-socket';
  if (isFault(error)) return 'malformed';
  throw error;
}
