/**
 * The exact bytes that prove to a relay who is calling: signed with XEdDSA by the client, verified by the relay.
 * A signature names its host, so another relay cannot pass it on, and a nonce that the relay takes once.
 * docs/protocol.md, section "Authentication".
 */
import { sign, verify } from '../crypto/xeddsa.ts';
import { type Bytes, concat, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type DeviceId, type InstallationId, hexIdBytes } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import { MAX_HOST_BYTES } from './limits.ts';

/** `auth` opens one's own mailbox, `claim` takes it over from another installation. */
export type AuthenticationType = 'auth' | 'claim';

/** What is signed. */
export interface AuthenticationFacts {
  /** `name[:port]` of the relay, as its hello said. */
  readonly host: string;
  readonly device: DeviceId;
  readonly installation: InstallationId;
  /** 32 bytes of the relay's hello. */
  readonly nonce: Bytes;
}

const contexts = { auth: utf8('sotto-auth-v1'), claim: utf8('sotto-claim-v1') };
const NONCE_BYTES = 32;

function signedBytes(type: AuthenticationType, facts: AuthenticationFacts): Bytes {
  const host = utf8(facts.host);
  if (host.length > MAX_HOST_BYTES || facts.nonce.length !== NONCE_BYTES)
    throw new Fault('malformed');
  return concat(
    contexts[type],
    Uint8Array.of(0, host.length >> 8, host.length & 0xff),
    host,
    Uint8Array.of(facts.device),
    hexIdBytes(facts.installation),
    facts.nonce,
  );
}

/** `sotto-auth-v1` ‖ 0x00 ‖ u16 length ‖ host ‖ device u8 ‖ installation 16 ‖ nonce 32. */
export function authenticationBytes(facts: AuthenticationFacts): Bytes {
  return signedBytes('auth', facts);
}

/** The same under `sotto-claim-v1`. */
export function claimBytes(facts: AuthenticationFacts): Bytes {
  return signedBytes('claim', facts);
}

/** Signs with the identity's private key (32 bytes); 64 bytes. */
export async function signAuthentication(
  type: AuthenticationType,
  privateKey: Bytes,
  facts: AuthenticationFacts,
  random: RandomBytes,
): Promise<Bytes> {
  return sign(privateKey, signedBytes(type, facts), random);
}

/** True when `signature` is by `identityKey` (0x05 ‖ u) over exactly these facts. */
export async function verifyAuthentication(
  type: AuthenticationType,
  identityKey: Uint8Array,
  facts: AuthenticationFacts,
  signature: Uint8Array,
): Promise<boolean> {
  return verify(identityKey, signedBytes(type, facts), signature);
}
