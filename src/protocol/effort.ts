/**
 * How much is done for a message that may belong to no session: nobody may keep a browser busy with such. Counted in
 * chain steps, because those are what a hostile message can ask for most of. Knows no session and no sender.
 * docs/protocol.md, "Double Ratchet".
 */
import { MAX_JUMP } from './double-ratchet.ts';

/** What a Diffie-Hellman step of a session counts in chain steps: it takes about as long. */
export const DH_STEPS = 100;
/** What a handshake counts likewise. */
export const HANDSHAKE_STEPS = 1_000;

export interface Effort {
  /** How far ahead of its chain a message may be. */
  readonly jump: number;
  /** Steps on all archived sessions together; the current one is tried in any case. */
  readonly archived: number;
}

const usual: Effort = { jump: MAX_JUMP, archived: 10_000 };
const small: Effort = { jump: 1_000, archived: 1_000 };

/** @param thrifty for a sender who costs too much */
export function effortFor(thrifty = false): Effort {
  return thrifty ? small : usual;
}

/**
 * On how many sessions a message under a new ratchet key is tried, the current one first: each takes a
 * Diffie-Hellman step and as many chain steps as the message's number.
 */
export function sessionsAfforded(counter: number, { archived }: Effort): number {
  return 1 + Math.floor(archived / (DH_STEPS + counter));
}
