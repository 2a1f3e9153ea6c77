/**
 * The two sockets from connect to close: authentication, registration, prekeys and tokens in supply, and jittered
 * reconnecting. The mailbox is drained before the outbox starts, so that a contact's new token is known before we
 * send. Knows frames and order, not what envelopes hold. docs/relay.md, "Sockets".
 */
import { prepareKem } from '../crypto/kem.ts';
import { equalBytes } from '../lib/bytes.ts';
import { Fault, type FaultCode, isFault, toFault } from '../lib/fault.ts';
import { FIRST_DEVICE } from '../lib/ids.ts';
import { createBackoff } from '../net/backoff.ts';
import { type DropSocket, type Link, type MailboxSocket } from '../net/link.ts';
import {
  type DropRequests,
  type MailboxRequests,
  dropRequests,
  mailboxRequests,
} from '../net/requests.ts';
import { signAuthentication } from '../wire/auth.ts';
import { type DropReply, type MailboxReply } from '../wire/frames.ts';
import { arrived } from '../crypto/part.ts';
import { type PrekeySupply, identityOf } from './account.ts';
import { type ConnectionView } from './api.ts';
import { beginChanges } from './changes.ts';
import { type Core, OWN_LOCK } from './core.ts';
import { settleTokens, tokensToSync, withdrawOldInvites } from './tokens.ts';

/** An open pair of sockets. */
export interface Line {
  readonly mailbox: MailboxSocket;
  readonly drop: DropSocket;
  readonly mailboxRequests: MailboxRequests;
  readonly dropRequests: DropRequests;
}

export interface ConnectionEvents {
  onMailboxFrame(frame: MailboxReply): void;
  onDropFrame(frame: DropReply): void;
  /** Both sockets are up and registered; the backlog is on its way. */
  onUp(line: Line): void;
  onDown(): void;
  onStatus(): void;
}

export interface Connection {
  readonly status: ConnectionView['status'];
  readonly line: Line | undefined;
  /** Connects, and again whenever the connection breaks, until `stop`. */
  start(): void;
  stop(): void;
  /** Tries now instead of at the end of the back-off; a connection that seems to stand is asked whether it does. */
  reconnect(): void;
  /** Breaks the connection so that the relay sends what was not confirmed once more. */
  restart(): void;
  /** Takes the mailbox over from another installation. */
  claim(): Promise<void>;
  /**
   * Brings new tokens to the relay and, where `prekeys` says so, prekeys that ran low or are due; at once if
   * connected, else at the next connection.
   */
  sync(prekeys: boolean): void;
}

/** A connection that stood this long has worked; one that broke sooner is tried again ever more slowly. */
const STEADY_MS = 10_000;

export function createConnection(
  core: Core,
  link: Link,
  supply: PrekeySupply | undefined,
  events: ConnectionEvents,
): Connection {
  const { state, clock, random, mutex } = core;
  const backoff = createBackoff();
  let status: ConnectionView['status'] = 'offline';
  let line: Line | undefined;
  let wanted = false;
  let dialling = false;
  let underWay: Promise<void> = Promise.resolve();
  let attempt = 0;
  let cancelRetry: () => void = () => undefined;
  let syncing = false;
  let syncAgain = false;
  let syncPrekeys = false;
  let upSince = 0;
  let close: () => void = () => undefined;

  function setStatus(next: ConnectionView['status']): void {
    if (next === status) return;
    status = next;
    events.onStatus();
  }

  async function authenticate(
    mailbox: MailboxSocket,
    requests: MailboxRequests,
    type: 'auth' | 'claim',
  ): Promise<boolean> {
    const identity = identityOf(core);
    const { hello } = mailbox;
    const installation = state.account?.installation;
    if (!installation) throw new Fault('no-account');
    const facts = { host: hello.host, device: FIRST_DEVICE, installation, nonce: hello.nonce };
    const signature = await signAuthentication(type, identity.privateKey, facts, random);
    const { fresh } = await requests.request({
      type,
      identityKey: identity.publicKey,
      device: FIRST_DEVICE,
      installation,
      signature,
    });
    return fresh;
  }

  async function bringTokens(requests: MailboxRequests, all: boolean): Promise<void> {
    for (const { tokens, frame } of tokensToSync(core, all)) {
      try {
        await requests.request(frame);
      } catch (error) {
        // What it has no room for are the least important ones; they must not keep the rest from working.
        if (isFault(error, 'too-large')) return;
        throw error;
      }
      await mutex.hold([OWN_LOCK], async () => {
        const changes = beginChanges(core);
        settleTokens(core, changes, tokens);
        if (!changes.empty) await changes.commit('strict');
      });
    }
  }

  async function bringPrekeys(requests: MailboxRequests, fresh: boolean): Promise<void> {
    const have = fresh ? undefined : await requests.request({ type: 'prekey-count' });
    const { replenishPrekeys } = await arrived(import('./prekey-supply.ts'));
    const frame = await replenishPrekeys(core, supply, have);
    if (frame) await requests.request(frame);
  }

  async function register(
    mailbox: MailboxSocket,
    requests: MailboxRequests,
    fresh: boolean,
  ): Promise<void> {
    // Asked, not guessed: an upload whose answer was lost must not be repeated until the relay refuses it.
    await bringPrekeys(requests, fresh);
    await mutex.hold([OWN_LOCK], async () => {
      const changes = beginChanges(core);
      withdrawOldInvites(core, changes, 0);
      if (!changes.empty) await changes.commit('strict');
    });
    await bringTokens(requests, fresh || !state.account?.registered);
    const { relayKey } = mailbox.hello;
    await mutex.hold([OWN_LOCK], async () => {
      const changes = beginChanges(core);
      const account = changes.account();
      if (account.registered && equalBytes(account.relayKey, relayKey)) return;
      changes.putAccount({ ...account, registered: true, relayKey });
      await changes.commit('strict');
    });
  }

  async function noteHeldElsewhere(): Promise<void> {
    await mutex.hold([OWN_LOCK], async () => {
      const changes = beginChanges(core);
      const account = changes.account();
      if (account.heldElsewhere) return;
      changes.putAccount({ ...account, heldElsewhere: true });
      await changes.commit('strict');
    });
  }

  async function dial(type: 'auth' | 'claim'): Promise<void> {
    const mine = ++attempt;
    const alive = (): boolean => mine === attempt && wanted && !core.stopped;
    let broken = false;
    const opened: (() => void)[] = [];
    const shut = (): void => {
      broken = true;
      for (const end of opened.splice(0)) end();
    };
    close = shut;
    const onClose = (): void => {
      shut();
      if (mine !== attempt) return;
      const wasUp = line !== undefined;
      line = undefined;
      if (wasUp) {
        if (clock.now() - upSince >= STEADY_MS) backoff.reset();
        events.onDown();
        setStatus('offline');
        retry();
      }
    };

    const queues: { mailbox?: MailboxRequests; drop?: DropRequests } = {};
    const early: MailboxReply[] = [];
    // What opens first messages must be there before they come: without it they would count as unreadable.
    await prepareKem();
    const mailbox = await link.openMailbox({
      onFrame(frame) {
        if (mine !== attempt || queues.mailbox?.accept(frame)) return;
        if (frame.type === 'superseded') return void superseded();
        if (line) events.onMailboxFrame(frame);
        else early.push(frame);
      },
      onClose,
    });
    const toMailbox = mailboxRequests((frame) => mailbox.send(frame), clock);
    queues.mailbox = toMailbox;
    opened.push(() => {
      toMailbox.close();
      mailbox.close();
    });
    if (!alive()) return shut();
    if (mailbox.hello.host !== (state.account?.host ?? core.host)) throw new Fault('other-relay');

    const takesOver = state.account?.takeover !== undefined;
    let fresh = await authenticate(mailbox, toMailbox, takesOver ? 'claim' : type);
    if (takesOver || state.account?.heldElsewhere) {
      const { startAfterClaim } = await arrived(import('./account-making.ts'));
      await startAfterClaim(core);
      fresh = true;
    }
    await register(mailbox, toMailbox, fresh);

    const drop = await link.openDrop({
      onFrame(frame) {
        if (mine === attempt && !queues.drop?.accept(frame)) events.onDropFrame(frame);
      },
      onClose,
    });
    const toDrop = dropRequests((frame) => drop.send(frame), clock);
    queues.drop = toDrop;
    opened.push(() => {
      toDrop.close();
      drop.close();
    });
    // A close that came while we were still greeting has nothing to undo but must not be taken for a line.
    if (broken || !alive()) {
      shut();
      throw new Fault('offline', 'on-reconnect');
    }
    line = { mailbox, drop, mailboxRequests: toMailbox, dropRequests: toDrop };
    upSince = clock.now();
    setStatus('online');
    events.onUp(line);
    for (const frame of early) events.onMailboxFrame(frame);
  }

  async function superseded(): Promise<void> {
    pause();
    await noteHeldElsewhere().catch((error: unknown) => core.trouble(toFault(error).code));
  }

  function pause(): void {
    attempt++;
    wanted = false;
    cancelRetry();
    const wasUp = line !== undefined;
    line = undefined;
    close();
    if (wasUp) events.onDown();
    setStatus('paused');
  }

  function run(type: 'auth' | 'claim'): Promise<void> {
    if (dialling || !wanted || !state.account) return Promise.resolve();
    return (underWay = tryOnce(type));
  }

  async function tryOnce(type: 'auth' | 'claim'): Promise<void> {
    dialling = true;
    cancelRetry();
    setStatus('connecting');
    try {
      await dial(type);
    } catch (error) {
      const { code } = toFault(error);
      close();
      line = undefined;
      const silent: readonly FaultCode[] = [
        'offline',
        'timeout',
        'storage-closed',
        'fenced',
        'relay-failed',
        'rate-limited',
      ];
      if (code === 'not-holder') await superseded();
      else if (!silent.includes(code)) core.trouble(code);
      if (wanted) setStatus('offline');
      if (type === 'claim') throw error;
    } finally {
      dialling = false;
      if (wanted && !line) retry();
    }
  }

  function retry(): void {
    cancelRetry();
    if (!wanted || core.stopped) return;
    cancelRetry = clock.after(backoff.next(random), () => void run('auth'));
  }

  async function syncNow(): Promise<void> {
    while (syncAgain && line) {
      syncAgain = false;
      await bringTokens(line.mailboxRequests, false);
      if (!syncPrekeys) continue;
      syncPrekeys = false;
      await bringPrekeys(line.mailboxRequests, false);
    }
  }

  function sync(prekeys: boolean): void {
    syncAgain = true;
    syncPrekeys ||= prekeys;
    if (syncing) return;
    syncing = true;
    syncNow()
      .catch(() => {
        // Whatever did not get there is still marked as unsynced and goes with the next connection.
        syncAgain = false;
      })
      .finally(() => {
        syncing = false;
        if (syncAgain && line) sync(false);
      });
  }

  return {
    get status() {
      return status;
    },
    get line() {
      return line;
    },
    start() {
      if (wanted || !state.account) return;
      const { heldElsewhere, takeover } = state.account;
      if (heldElsewhere || takeover === 'later') return setStatus('paused');
      wanted = true;
      void run('auth');
    },
    stop: pause,
    reconnect() {
      line?.mailbox.keepAlive();
      line?.drop.keepAlive();
      if (!wanted || line) return;
      backoff.reset();
      void run('auth');
    },
    restart() {
      if (!wanted) return;
      attempt++;
      const wasUp = line !== undefined;
      line = undefined;
      close();
      if (wasUp) events.onDown();
      setStatus('offline');
      retry();
    },
    async claim() {
      // An attempt that ends just now may have yet to write down that the account is held elsewhere.
      await underWay.catch(() => undefined);
      if (!state.account?.heldElsewhere) return;
      wanted = true;
      await run('claim');
    },
    sync,
  };
}
