/**
 * The one error of Sotto. Every floor has a closed union of codes; only `{code, retry}` ever crosses a
 * port to another thread, and no user data stands in a message. "Not mine" is `undefined`, malformed throws.
 */

/** Keys, ciphers and encodings. */
export type CryptoFaultCode =
  'bad-key' | 'bad-signature' | 'bad-mac' | 'bad-padding' | 'low-order-point';
/** Frames, addresses and the codec. */
export type WireFaultCode = 'malformed' | 'too-large' | 'unsupported-version' | 'wrong-socket';
/** Sessions and envelopes. */
export type ProtocolFaultCode =
  | 'no-session'
  | 'duplicate'
  | 'untrusted-identity'
  | 'old-protocol'
  | 'missing-prekey'
  | 'too-far-ahead'
  | 'bad-bundle'
  | 'wrong-sender'
  | 'bad-envelope';
/** The database. */
export type StorageFaultCode =
  'storage-full' | 'storage-closed' | 'storage-newer' | 'storage-failed' | 'fenced' | 'bad-seal';
/** The relay and the way to it. */
export type NetFaultCode =
  | 'offline'
  | 'timeout'
  | 'not-accepted-now'
  | 'invite-expired'
  | 'invite-revoked'
  | 'rate-limited'
  | 'mailbox-full'
  | 'relay-full'
  | 'grant-refused'
  | 'not-holder'
  | 'superseded'
  | 'wrong-relay-key'
  | 'relay-failed';
/** The engine and its ports. */
export type EngineFaultCode =
  | 'no-account'
  | 'account-exists'
  | 'bad-name'
  | 'bad-invite'
  | 'own-invite'
  | 'other-relay'
  | 'no-such-chat'
  | 'no-such-message'
  | 'empty-message'
  | 'message-too-large'
  | 'blocked'
  | 'no-tab'
  | 'stopped'
  | 'port-closed'
  | 'unknown-method'
  | 'file-changed'
  | 'bad-blob'
  | 'blob-gone'
  | 'not-sent-again'
  | 'not-enough-room'
  | 'little-room'
  | 'cancelled'
  | 'not-a-picture'
  | 'collection-full'
  | 'picture-too-large'
  | 'calls-off'
  | 'in-a-call'
  | 'call-over'
  | 'call-taken'
  | 'bad-call-signal'
  | 'call-lost'
  | 'no-turn'
  | 'turn-refused'
  | 'turn-unreachable'
  | 'not-a-backup'
  | 'newer-backup'
  | 'wrong-recovery-key'
  | 'backup-damaged'
  | 'backup-denied'
  | 'backup-running'
  | 'archive-too-large'
  | 'folder-gone'
  | 'folder-denied'
  | 'folder-full'
  | 'folder-failed'
  | 'other-account'
  | 'backup-elsewhere'
  | 'not-sent-then'
  | 'internal';
/** The devices of the page: what records, what plays, and the clipboard. */
export type CaptureFaultCode =
  | 'no-microphone'
  | 'microphone-denied'
  | 'microphone-busy'
  | 'not-playable'
  | 'no-speaker'
  | 'not-copied';

export type FaultCode =
  | CryptoFaultCode
  | WireFaultCode
  | ProtocolFaultCode
  | StorageFaultCode
  | NetFaultCode
  | EngineFaultCode
  | CaptureFaultCode;

/** Whether doing the same again can succeed, and when. */
export type Retry = 'never' | 'now' | 'on-reconnect';

export class Fault extends Error {
  readonly code: FaultCode;
  readonly retry: Retry;

  /**
   * @param code  what happened, from the closed union
   * @param retry whether trying again makes sense (default `never`)
   * @param cause the error below this one; stays on this thread
   */
  constructor(code: FaultCode, retry: Retry = 'never', cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.retry = retry;
  }
}

/** True when `error` is a Fault, and with `code` given, one with that code. */
export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

/** Turns whatever was thrown into a Fault; what is not one already becomes `internal`. */
export function toFault(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault('internal', 'never', error);
}
