/**
 * Pairs requests with replies by their number. Frames without a number (deliver, presence changes …) are not its
 * business: `accept` says so. Knows no socket, only how to send.
 */
import { type Clock } from '../lib/clock.ts';
import { Fault } from '../lib/fault.ts';
import {
  type DropReply,
  type DropRequest,
  type LedgerRow,
  type MailboxReply,
  type MailboxRequest,
} from '../wire/frames.ts';
import { faultOfRefusal } from './refusal.ts';

const ANSWER_MS = 30_000;
const LAST_NUMBER = 0xffff_ffff;

interface MailboxAnswers {
  auth: 'welcome';
  claim: 'welcome';
  prekeys: 'done';
  tokens: 'done';
  'prekey-count': 'prekey-count';
  ledger: 'ledger';
  erase: 'done';
  upload: 'grant';
  turn: 'turn-servers';
}
interface DropAnswers {
  submit: 'stored';
  bundle: 'bundle';
  follow: 'presence';
}

type Unnumbered<Frame> = Frame extends unknown ? Omit<Frame, 'n'> : never;
type Answer<Answers, Reply, Type> = Type extends keyof Answers
  ? Extract<Reply, { type: Answers[Type] }>
  : never;

/** Requests under way on one socket. */
export interface Requests<Request, Reply, Answers> {
  /**
   * Sends a request under the next number and resolves with the reply of its kind.
   * Rejects with Fault: what a refusal means, `offline` on close, `timeout` after 30 s (both on-reconnect).
   */
  request<Frame extends Unnumbered<Extract<Request, { type: keyof Answers; n: number }>>>(
    frame: Frame,
  ): Promise<Answer<Answers, Reply, Frame['type']>>;
  /** Hands in a reply; true when it answered a request, false when it is the caller's. */
  accept(reply: Reply): boolean;
  /** The socket is gone: everything under way rejects with Fault `offline`. */
  close(): void;
}

export type MailboxRequests = Requests<MailboxRequest, MailboxReply, MailboxAnswers>;
export type DropRequests = Requests<DropRequest, DropReply, DropAnswers>;

interface Waiting {
  readonly resolve: (reply: never) => void;
  readonly reject: (fault: Fault) => void;
  readonly cancel: () => void;
  readonly rows: LedgerRow[];
}

function pairRequests<Request, Reply extends { readonly type: string }, Answers>(
  send: (frame: Request) => void,
  clock: Clock,
): Requests<Request, Reply, Answers> {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let closed = false;

  return {
    request(frame) {
      if (closed) return Promise.reject(new Fault('offline', 'on-reconnect'));
      last = last >= LAST_NUMBER ? 1 : last + 1;
      const n = last;
      return new Promise((resolve, reject) => {
        const cancel = clock.after(ANSWER_MS, () => {
          waiting.delete(n);
          reject(new Fault('timeout', 'on-reconnect'));
        });
        waiting.set(n, { resolve, reject, cancel, rows: [] });
        send({ ...frame, n } as unknown as Request);
      });
    },
    accept(reply) {
      const { n } = reply as { n?: number };
      if (n === undefined) return false;
      const one = waiting.get(n);
      // A number nobody waits for (answered late, after its time-out) is still not the caller's frame.
      if (!one) return true;
      if (reply.type === 'ledger') {
        const page = reply as unknown as Extract<MailboxReply, { type: 'ledger' }>;
        one.rows.push(...page.rows);
        if (page.more) return true;
      }
      waiting.delete(n);
      one.cancel();
      if (reply.type === 'refused') one.reject(faultOfRefusal(reply));
      else if (reply.type === 'ledger') one.resolve({ ...reply, rows: one.rows } as never);
      else one.resolve(reply as never);
      return true;
    },
    close() {
      closed = true;
      for (const { reject, cancel } of waiting.values()) {
        cancel();
        reject(new Fault('offline', 'on-reconnect'));
      }
      waiting.clear();
    },
  };
}

/** Requests over a mailbox socket. */
export function mailboxRequests(
  send: (frame: MailboxRequest) => void,
  clock: Clock,
): MailboxRequests {
  return pairRequests(send, clock);
}

/** Requests over a drop socket. */
export function dropRequests(send: (frame: DropRequest) => void, clock: Clock): DropRequests {
  return pairRequests(send, clock);
}
