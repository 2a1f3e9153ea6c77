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

const groups: Readonly<Record<FaultCode, Group>> = {
  'bad-key': 'damaged',
  'bad-signature': 'damaged',
  'bad-mac': 'damaged',
  'bad-padding': 'damaged',
  'low-order-point': 'damaged',
  malformed: 'damaged',
  'too-large': 'too-large',
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
  'storage-full': 'storage-full',
  'storage-closed': 'stopped',
  'storage-newer': 'newer',
  'storage-failed': 'storage',
  fenced: 'stopped',
  'bad-seal': 'storage',
  offline: 'offline',
  timeout: 'relay',
  'not-accepted-now': 'not-accepted',
  'invite-expired': 'invite-expired',
  'invite-revoked': 'invite-revoked',
  'rate-limited': 'rate-limited',
  'mailbox-full': 'mailbox-full',
  'relay-full': 'relay-full',
  'grant-refused': 'relay',
  'not-holder': 'held',
  superseded: 'held',
  'wrong-relay-key': 'relay-key',
  'relay-failed': 'relay',
  'no-account': 'no-account',
  'account-exists': 'account-exists',
  'bad-name': 'bad-name',
  'bad-invite': 'bad-invite',
  'own-invite': 'own-invite',
  'other-relay': 'other-relay',
  'no-such-chat': 'gone',
  'no-such-message': 'gone',
  'empty-message': 'empty',
  'message-too-large': 'too-large',
  blocked: 'blocked',
  'no-tab': 'stopped',
  stopped: 'stopped',
  'port-closed': 'stopped',
  'unknown-method': 'newer',
  'file-changed': 'file-changed',
  'bad-blob': 'bad-blob',
  'blob-gone': 'blob-gone',
  'not-sent-again': 'not-sent-again',
  'not-enough-room': 'not-enough-room',
  'little-room': 'little-room',
  cancelled: 'cancelled',
  'not-a-picture': 'not-a-picture',
  'no-microphone': 'no-microphone',
  'microphone-denied': 'microphone-denied',
  'microphone-busy': 'microphone-busy',
  'not-playable': 'not-playable',
  'collection-full': 'collection-full',
  'picture-too-large': 'picture-too-large',
  internal: 'internal',
};

/** A fault in words of the current language, each a whole sentence. */
export interface FaultWords {
  readonly cause: string;
  readonly effect: string;
  readonly next: string;
}

/** Cause, effect and next step of a code. */
export function describeFault(code: FaultCode): FaultWords {
  const group = groups[code] ?? 'internal';
  return {
    cause: t(`fault.${group}.cause`),
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
  return typeof code === 'string' && Object.hasOwn(groups, code) ? (code as FaultCode) : 'internal';
}
