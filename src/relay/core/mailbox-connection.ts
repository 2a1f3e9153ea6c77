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
import { decodeMailboxRequest, encodeMailboxReply } from '../../wire/frame-codec.ts';
import { type MailboxReply, type MailboxRequest, type RefusalCode } from '../../wire/frames.ts';
import { NONCE_LIFETIME_MS } from '../../wire/limits.ts';
import { type Blobs } from './blobs.ts';
import { type Connection, type Peer } from './connection.ts';
import { COSTLY, openFrameSocket } from './frame-socket.ts';
import { type Mailbox, type Owner } from './mailbox.ts';
import { type Presence } from './presence.ts';
import { type Turn } from './turn.ts';

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
  readonly blobs: Pick<Blobs, 'grant'>;
  readonly turn: Turn;
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
  let state: 'stranger' | 'verifying' | 'owner' = 'stranger';
  let nonce: { readonly bytes: Bytes; readonly until: number } | undefined;
  let id: AccountId | undefined;
  let mailbox: Mailbox | undefined;
  const socket = openFrameSocket<MailboxRequest, MailboxReply>(
    {
      ...options,
      decode: decodeMailboxRequest,
      encode: encodeMailboxReply,
      take,
      costOf,
      onEnd() {
        mailbox?.detach(owner);
        mailbox = undefined;
      },
    },
    peer,
  );
  const { send } = socket;

  const owner: Owner = {
    send,
    supersede() {
      send({ type: 'superseded' });
      socket.close(1000);
    },
    get buffered() {
      return peer.buffered;
    },
  };

  function refuse(n: number, code: RefusalCode, since?: number): void {
    send({ type: 'refused', n, code, ...(since === undefined ? {} : { since }) });
  }

  function greet(versions: readonly number[]): void {
    const hello = socket.greet(versions);
    if (!hello) return;
    nonce = { bytes: options.random(32), until: clock.now() + NONCE_LIFETIME_MS };
    send({ type: 'hello', ...hello, nonce: nonce.bytes });
  }

  async function authenticate(request: Authentication): Promise<void> {
    const { n } = request;
    const facts = nonce;
    nonce = undefined;
    if (!socket.isGreeted || state !== 'stranger') return refuse(n, 'malformed');
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
    if (!socket.isOpen) return;
    state = 'stranger';
    if (!account) return refuse(n, 'bad-signature');
    const admission = options.admit(account, request, () => peer.mayRegister());
    if ('refusal' in admission) return refuse(n, admission.refusal, admission.since);
    options.after(() => welcome(request, account, admission.fresh));
  }

  function welcome({ n, installation }: Authentication, account: AccountId, fresh: boolean): void {
    if (!socket.isOpen) return;
    // Asked for again: while the row was written, the mailbox may have been claimed or erased.
    const opened = options.find(account);
    if (opened?.row.installation !== installation) return refuse(n, 'not-holder');
    socket.takeTime();
    state = 'owner';
    id = account;
    mailbox = opened;
    send({ type: 'welcome', n, fresh });
    opened.attach(owner);
  }

  function serve(
    own: Mailbox,
    account: AccountId,
    request: Exclude<OwnerRequest, { type: 'confirm' }>,
    answer: (reply: MailboxReply) => void,
  ): void {
    const { n } = request;
    switch (request.type) {
      case 'prekeys':
        return own.putPrekeys(request, () => answer({ type: 'done', n }));
      case 'tokens':
        return own.changeTokens(request, () => answer({ type: 'done', n }));
      case 'prekey-count':
        return own.countPrekeys((count) => answer({ type: 'prekey-count', n, ...count }));
      case 'upload': {
        const given = options.blobs.grant(account, request.size, request.deleteHash);
        if ('refusal' in given) return answer({ type: 'refused', n, code: given.refusal });
        return answer({ type: 'grant', n, ...given });
      }
      case 'turn':
        return answer({ type: 'turn-servers', n, ...options.turn.servers(account) });
      case 'ledger':
        return own.ledger((rows, more) => {
          answer({ type: 'ledger', n, rows, ...(more ? { more } : {}) });
          return socket.isOpen;
        });
      case 'erase':
        // From here on nothing of this socket may write a row again.
        mailbox = undefined;
        return options.erase(account, () => {
          answer({ type: 'done', n });
          socket.close(1000);
        });
    }
  }

  function take(request: MailboxRequest, bytes: number): void {
    if (request.type === 'hello') return greet(request.versions);
    if (request.type === 'auth' || request.type === 'claim') return void authenticate(request);
    if (request.type === 'confirm') {
      if (state !== 'owner') return socket.fail('not-authenticated');
      // There is no mailbox while it is being erased, and nothing to confirm in it.
      return mailbox?.confirm(owner, request.sequences);
    }
    if (!mailbox || !id) return refuse(request.n, 'not-authenticated');
    const answer = socket.answerTo(bytes);
    try {
      serve(mailbox, id, request, answer);
    } catch (error) {
      const code = (['too-large', 'rate-limited'] as const).find((one) => isFault(error, one));
      if (!code) throw error;
      answer({ type: 'refused', n: request.n, code });
    }
  }

  return {
    receive: (frame) => socket.receive(frame),
    pulse() {
      if (mailbox && id) presence.pulse(id);
    },
    closed: () => socket.closed(),
    get unanswered() {
      return socket.unanswered;
    },
  };
}

/** Changes of tokens that keep the relay as busy as one frame of another kind. */
const CHANGES_PER_FRAME = 8;
const LEDGER_COST = 500;

/** How many frames a request counts as. */
function costOf(request: MailboxRequest): number {
  switch (request.type) {
    case 'prekeys':
    case 'prekey-count':
      return COSTLY;
    case 'tokens': {
      const changes = request.put.length + request.retire.length + request.revoke.length;
      return 1 + Math.floor(changes / CHANGES_PER_FRAME);
    }
    case 'ledger':
      return LEDGER_COST;
    default:
      return 1;
  }
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
