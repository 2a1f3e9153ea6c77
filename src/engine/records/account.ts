/** The one account of a browser profile: identity, installation and the counters of its prekeys. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type InstallationId, hexIdBytes, installationIdFromBytes } from '../../lib/ids.ts';

export interface Account {
  /** 0x05 ‖ u, 33 bytes. */
  readonly identityPublic: Bytes;
  readonly identityPrivate: Bytes;
  readonly installation: InstallationId;
  /** 14-bit number that Signal's prekey messages carry. */
  readonly registrationId: number;
  readonly host: string;
  /** The relay's X25519 key; empty until its first hello. */
  readonly relayKey: Bytes;
  readonly name: string;
  readonly created: number;
  /** True once the relay had prekeys and tokens of this installation. */
  readonly registered: boolean;
  /** Another installation holds the mailbox. */
  readonly heldElsewhere: boolean;
  /**
   * Of an account that came from a backup: it takes its mailbox over, `later`, once everything it says to people is
   * back, or with the `next` connection.
   */
  readonly takeover?: 'later' | 'next';
  /** Raised with every change of name, token or switch that contacts are told. */
  readonly profileRevision: number;
  readonly nextPrekeyId: number;
  readonly nextSignedPrekeyId: number;
  readonly nextKyberPrekeyId: number;
}

const takeovers = ['later', 'next'] as const;

export function encodeAccount(account: Account): Bytes {
  return writeMessage()
    .bytes(1, account.identityPublic)
    .bytes(2, account.identityPrivate)
    .bytes(3, hexIdBytes(account.installation))
    .uint(4, account.registrationId)
    .text(5, account.host)
    .bytes(6, account.relayKey)
    .text(7, account.name)
    .uint(8, account.created)
    .flag(9, account.registered)
    .flag(10, account.heldElsewhere)
    .uint(11, account.profileRevision)
    .uint(12, account.nextPrekeyId)
    .uint(13, account.nextSignedPrekeyId)
    .uint(14, account.nextKyberPrekeyId)
    .uint(15, account.takeover && takeovers.indexOf(account.takeover))
    .finish();
}

export function decodeAccount(bytes: Uint8Array): Account {
  const fields = readMessage(bytes, 4096);
  const takeover = takeovers[fields.optionalUint(15) ?? takeovers.length];
  return {
    identityPublic: fields.bytes(1, { length: 33 }),
    identityPrivate: fields.bytes(2, { length: 32 }),
    installation: installationIdFromBytes(fields.bytes(3)),
    registrationId: fields.uint(4),
    host: fields.text(5, 260),
    relayKey: fields.bytes(6, { max: 32 }),
    name: fields.text(7, 512),
    created: fields.uint(8),
    registered: fields.flag(9),
    heldElsewhere: fields.flag(10),
    profileRevision: fields.uint(11),
    nextPrekeyId: fields.uint(12),
    nextSignedPrekeyId: fields.uint(13),
    nextKyberPrekeyId: fields.uint(14),
    ...(takeover && { takeover }),
  };
}
