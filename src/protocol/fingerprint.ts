/**
 * The safety number of two identities in libsignal's numeric form, version 2 of its scannable sibling: 60 digits that
 * two people read to each other. It does not know contacts. docs/protocol.md, section "Safety number".
 */
import { sha512 } from '../crypto/sha512.ts';
import { type Bytes, concat } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';

/** Rounds of SHA-512, so that forging a number that looks alike is dear. */
const ITERATIONS = 5200;
/** Version 0 of the hashing itself, as two bytes. */
const HASH_VERSION = Uint8Array.of(0, 0);
const GROUPS = 6;
const GROUP_BYTES = 5;

/** One side of a safety number. */
export interface FingerprintParty {
  /** 0x05 ‖ u, 33 bytes. */
  readonly identityKey: Bytes;
  /** What names the account; the bytes of its id. */
  readonly identifier: Bytes;
}

/** Thirty digits for one side. */
function digitsOf({ identityKey, identifier }: FingerprintParty): string {
  if (identityKey.length !== 33) throw new Fault('bad-key');
  let hash = sha512(concat(HASH_VERSION, identityKey, identifier), identityKey);
  for (let i = 1; i < ITERATIONS; i++) hash = sha512(hash, identityKey);
  let digits = '';
  for (let group = 0; group < GROUPS; group++) {
    let value = 0;
    // Five bytes are 40 bits: exact as a double.
    for (const byte of hash.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES))
      value = value * 256 + byte;
    digits += String(value % 100_000).padStart(GROUP_BYTES, '0');
  }
  return digits;
}

/** Sixty digits, the same on both sides. Takes tens of milliseconds. */
export function safetyNumber(one: FingerprintParty, other: FingerprintParty): string {
  const parts = [digitsOf(one), digitsOf(other)];
  return parts.sort().join('');
}
