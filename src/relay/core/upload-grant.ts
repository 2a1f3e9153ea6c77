/**
 * Leave to upload one blob, as bytes that only this relay can have made. Nothing is written when it is given, and it
 * names no mailbox: who uploads with it cannot be told from it. Source: docs/relay.md, Blobs.
 */
import { hmacKey, hmacWith, type HmacKey } from '../../crypto/hmac.ts';
import { concat, equalBytes, toHex, utf8, type Bytes } from '../../lib/bytes.ts';
import { type RandomBytes } from '../../lib/random.ts';

const NAME_BYTES = 16;
const HASH_BYTES = 32;
const MAC_BYTES = 16;
const GRANT_BYTES = NAME_BYTES + 8 + 8 + HASH_BYTES + MAC_BYTES;
const context = utf8('sotto-grant-1');

/** What a grant allows. */
export interface UploadGrant {
  /** 32 hex letters, its own name. */
  readonly upload: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Bytes of the whole blob. */
  readonly size: number;
  /** SHA-256 of the delete key. */
  readonly deleteHash: Bytes;
}

export interface UploadGrants {
  /** Makes a grant under a name of its own. */
  give(until: number, size: number, deleteHash: Bytes): Bytes;
  /** What a grant of this relay says; undefined for any other bytes. Whether its time is over is the caller's to see. */
  read(grant: Uint8Array): UploadGrant | undefined;
}

/** @param secret 32 bytes that only this relay knows */
export function uploadGrants(secret: Bytes, random: RandomBytes): UploadGrants {
  const key: HmacKey = hmacKey(secret);
  const macOf = (facts: Uint8Array): Bytes => hmacWith(key, context, facts).slice(0, MAC_BYTES);

  return {
    give(until, size, deleteHash) {
      const numbers = new DataView(new ArrayBuffer(16));
      numbers.setBigUint64(0, BigInt(until));
      numbers.setBigUint64(8, BigInt(size));
      const facts = concat(random(NAME_BYTES), new Uint8Array(numbers.buffer), deleteHash);
      return concat(facts, macOf(facts));
    },
    read(grant) {
      if (grant.length !== GRANT_BYTES) return undefined;
      const facts = grant.slice(0, -MAC_BYTES);
      if (!equalBytes(grant.subarray(-MAC_BYTES), macOf(facts))) return undefined;
      const numbers = new DataView(facts.buffer, NAME_BYTES, 16);
      return {
        upload: toHex(facts.subarray(0, NAME_BYTES)),
        until: Number(numbers.getBigUint64(0)),
        size: Number(numbers.getBigUint64(8)),
        deleteHash: facts.slice(NAME_BYTES + 16),
      };
    },
  };
}
