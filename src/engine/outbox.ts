/**
 * What goes out, one loop per peer: seal what is written (outbox-sealing.ts), submit in order what is sealed and
 * settle what the relay stored (outbox-transmission.ts), and try again when that was refused. A refusal stops that
 * peer's loop until something changes or its pause is over.
 */
import { type Fault, type FaultCode, toFault } from '../lib/fault.ts';
import { type AccountId } from '../lib/ids.ts';
import { type DropRequests } from '../net/requests.ts';
import { type AgreementCache } from '../protocol/envelope.ts';
import { type Changes, beginChanges } from './changes.ts';
import { type Core } from './core.ts';
import { failItems } from './failures.ts';
import { loadQueue, reachable, waits } from './outbox-rows.ts';
import { createSealing } from './outbox-sealing.ts';
import { createTransmission } from './outbox-transmission.ts';
import { type OutboxItem } from './records/outbox-item.ts';

/** After this long a message that is refused is given up. */
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
  /** Seals a row in the unit of work that queues it, where it may go out at once; see outbox-sealing.ts. */
  readonly sealAtOnce: (changes: Changes, item: OutboxItem) => Promise<void>;
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
  const { state, clock, mutex } = core;
  const loops = new Map<AccountId, Promise<void>>();
  const again = new Set<AccountId>();
  const refusals = new Map<AccountId, Refusal>();
  const retries = new Map<AccountId, { cancel: () => void; wait: number }>();
  let drop: DropRequests | undefined;
  const sealing = createSealing(core, agreements, () => drop);
  const transmission = createTransmission(core, () => drop);
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
      if (!reachable(core, peer)) return;
      const sealed = waits(core, peer, 'sealed')
        ? await mutex.hold([peer], () => loadQueue(core, peer, 'sealed'))
        : [];
      if (sealed.length > 0) {
        const { stored, refused } = await transmission.transmit(peer, sealed);
        if (stored > 0 || !refused) {
          retries.get(peer)?.cancel();
          retries.delete(peer);
        }
        if (refused) throw refused;
        noteRefusal(peer, undefined);
      } else if (!waits(core, peer) || !(await sealing.sealWritten(peer))) {
        if (again.has(peer)) continue;
        transmission.rest(peer);
        return;
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
    sealAtOnce: (changes, item) => sealing.sealAtOnce(changes, item),
    async settled() {
      while (loops.size > 0) await Promise.all(loops.values());
    },
  };
}
