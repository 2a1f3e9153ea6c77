/**
 * Every fault in words: cause, effect, next step. The table is complete by its type; codes that a person cannot
 * tell apart share a text.
 */
import { isFault, type FaultCode } from '../../lib/fault.ts';
import type { enFaults } from './en-faults.ts';
import { t } from './language.ts';

type Group = keyof typeof enFaults extends infer Key
  ? Key extends `fault.${infer Name}.cause`
    ? Name
    : never
  : never;

/** Of codes that have no group of their own name. */
const groups: Readonly<Record<Exclude<FaultCode, Group>, Group>> = {
  'bad-key': 'damaged',
  'bad-signature': 'damaged',
  'bad-mac': 'damaged',
  'bad-padding': 'damaged',
  'low-order-point': 'damaged',
  malformed: 'damaged',
  'unsupported-version': 'newer',
  'wrong-socket': 'relay',
  'no-session': 'keys',
  duplicate: 'keys',
  'untrusted-identity': 'wrong-key',
  'old-protocol': 'newer',
  'missing-prekey': 'keys',
  'too-far-ahead': 'damaged',
  'bad-bundle': 'wrong-key',
  'wrong-sender': 'damaged',
  'bad-envelope': 'damaged',
  'storage-closed': 'stopped',
  'storage-newer': 'newer',
  'storage-failed': 'storage',
  fenced: 'stopped',
  'bad-seal': 'storage',
  timeout: 'relay',
  'not-accepted-now': 'not-accepted',
  'grant-refused': 'relay',
  'not-holder': 'held',
  superseded: 'held',
  'wrong-relay-key': 'relay-key',
  'relay-failed': 'relay',
  'no-such-chat': 'gone',
  'no-such-message': 'gone',
  'empty-message': 'empty',
  'message-too-large': 'too-large',
  'no-tab': 'stopped',
  'port-closed': 'stopped',
  'unknown-method': 'newer',
};

/** A fault in words of the current language, each a whole sentence. */
export interface FaultWords {
  readonly cause: string;
  readonly effect: string;
  readonly next: string;
}

/** Cause, effect and next step of a code. */
export function describeFault(code: FaultCode): FaultWords {
  const group: Group = groups[code as keyof typeof groups] ?? code;
  const cause = t(`fault.${group}.cause`);
  // A code of a newer build has no words here.
  if (!cause && code !== 'internal') return describeFault('internal');
  return {
    cause,
    effect: t(`fault.${group}.effect`),
    next: t(`fault.${group}.next`),
  };
}

/** The three sentences as one paragraph. */
export function faultText(code: FaultCode): string {
  const { cause, effect, next } = describeFault(code);
  return `${cause} ${effect} ${next}`;
}

/** The code of whatever a call rejected with. */
export function faultCode(error: unknown): FaultCode {
  if (isFault(error)) return error.code;
  // What crossed a port may have lost its class, not its code.
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[a-z-]+$/.test(code) ? (code as FaultCode) : 'internal';
}
