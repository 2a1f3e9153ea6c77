/**
 * Names of accounts. An id is derived from the identity key, so an address certifies itself: whoever has it needs
 * no directory to know the key. Written it is `<id>@<host>`; stored or sent it is always {id, host, relay key}.
 * It does not know how to reach a host. Section "Keys" of docs/protocol.md.
 */
import { sha256 } from '../crypto/sha256.ts';
import { readPublicKey } from '../crypto/x25519.ts';
import { type Bytes, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type AccountId, accountIdFromBytes, parseAccountId } from '../lib/ids.ts';
import { MAX_HOST_BYTES } from './limits.ts';

/** Where an account is reached. */
export interface Address {
  readonly id: AccountId;
  /** Host of the relay, `name[:port]`, lower case. */
  readonly host: string;
  /** The relay's X25519 key, 32 bytes. */
  readonly relayKey: Bytes;
}

const idContext = utf8('sotto-account-v1');
const ID_BYTES = 20;

/**
 * The id of an identity key: the first 160 bits of SHA-256(`sotto-account-v1` ‖ key).
 * @param identityKey 0x05 ‖ u, 33 bytes
 * @throws Fault `bad-key` on a wrong type byte or length, or a non-canonical u
 */
export function accountIdOf(identityKey: Uint8Array): AccountId {
  readPublicKey(identityKey);
  return accountIdFromBytes(sha256(idContext, identityKey).subarray(0, ID_BYTES));
}

/** The written form, `<id>@<host>`. */
export function formatAddress(address: Pick<Address, 'id' | 'host'>): string {
  return `${address.id}@${address.host}`;
}

/** Reads `<id>@<host>`. Throws Fault `malformed`. */
export function parseAddress(text: string): Pick<Address, 'id' | 'host'> {
  const at = text.indexOf('@');
  const host = text.slice(at + 1);
  if (at < 0 || !isHost(host)) throw new Fault('malformed');
  return { id: parseAccountId(text.slice(0, at)), host };
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const namePattern = new RegExp(`^${label}(?:\\.${label})*$`);
const bracketedPattern = /^\[[0-9a-f:.]{2,45}\]$/;

/** True for a lower-case DNS name, an IPv4 address or a bracketed IPv6 address, with an optional port. */
export function isHost(text: string): boolean {
  if (text.length === 0 || text.length > MAX_HOST_BYTES) return false;
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::([1-9][0-9]{0,4}))?$/.exec(text) ?? [];
  if (port !== undefined && Number(port) > 65_535) return false;
  return name.startsWith('[')
    ? bracketedPattern.test(name)
    : name.length <= 253 && namePattern.test(name);
}
