/**
 * The 96 bytes that a backup file begins with: what it is, how it is sealed, its salt, and a MAC by which a key is
 * known to be the right one before anything else is read. The MAC commits to the key: no file opens with two.
 * docs/backup-format.md, "Header".
 */
import { hkdfSha256 } from '../crypto/hkdf.ts';
import { hmacSha256 } from '../crypto/hmac.ts';
import { type Stream, openStream } from '../crypto/stream.ts';
import { type Bytes, concat, equalBytes, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RecoveryKey } from '../lib/recovery-digits.ts';
import { keyBytes } from './recovery-key.ts';

export const HEADER_BYTES = 96;
export const SALT_BYTES = 32;
/** A vault code has 80 bits. */
export const VAULT_CODE_BYTES = 10;
const MAC_BYTES = 32;
const MAC_AT = HEADER_BYTES - MAC_BYTES;
const VERSION_AT = 8;
const SALT_AT = 12;
const VAULT_CODE_AT = SALT_AT + SALT_BYTES;
const RESERVED_AT = VAULT_CODE_AT + VAULT_CODE_BYTES;
/** No text begins with this first byte, and a transfer that changes the ends of lines breaks the last two. */
const magic = Uint8Array.of(0x89, ...utf8('SOTTO'), 0x0d, 0x0a);
const VERSION = 1;
/** Suite 1: AES-256-GCM in the STREAM construction. */
const SUITE = 1;
/** Chunks of 1 KiB to 1 MiB, as powers of two. */
const LEAST_CHUNK = 10;
const LARGEST_CHUNK = 20;
const headerContext = utf8('sotto-backup-header-v1');
const streamContext = utf8('sotto-backup-stream-v1');

export interface BackupHeader {
  /** The header as it stands in the file, 96 bytes. */
  readonly bytes: Bytes;
  /** Plaintext bytes of a chunk. */
  readonly chunkBytes: number;
  /** Names the record of a Key Vault that gives the key back, 10 bytes; absent where there is none. */
  readonly vaultCode?: Bytes;
}

/**
 * A header for a new file.
 * @param salt       32 random bytes, never used before: a file that is begun anew takes another
 * @param chunkBytes a power of two from 1 KiB to 1 MiB
 */
export function makeBackupHeader(key: RecoveryKey, salt: Bytes, chunkBytes: number): BackupHeader {
  const exponent = Math.log2(chunkBytes);
  if (salt.length !== SALT_BYTES || !isChunkExponent(exponent)) throw new Fault('malformed');
  const head = concat(
    magic,
    Uint8Array.of(VERSION, SUITE, exponent, 0),
    salt,
    new Uint8Array(MAC_AT - VAULT_CODE_AT),
  );
  return { bytes: concat(head, macOf(key, salt, head)), chunkBytes };
}

/**
 * Reads the header of a file; that it is genuine is known with `isKeyOf` only.
 * @throws Fault `not-a-backup`, or `newer-backup` for a version or suite of a later Sotto
 */
export function readBackupHeader(bytes: Bytes): BackupHeader {
  if (bytes.length < HEADER_BYTES || !equalBytes(bytes.subarray(0, magic.length), magic))
    throw new Fault('not-a-backup');
  const header = bytes.slice(0, HEADER_BYTES);
  const [version = 0, suite = 0, exponent = 0, zero] = header.subarray(VERSION_AT, SALT_AT);
  if (version > VERSION || (version === VERSION && suite > SUITE)) throw new Fault('newer-backup');
  const reserved = header.subarray(RESERVED_AT, MAC_AT);
  if (version !== VERSION || suite !== SUITE || !isChunkExponent(exponent) || zero !== 0)
    throw new Fault('not-a-backup');
  if (reserved.some((byte) => byte !== 0)) throw new Fault('newer-backup');
  const vaultCode = header.slice(VAULT_CODE_AT, RESERVED_AT);
  return {
    bytes: header,
    chunkBytes: 2 ** exponent,
    ...(vaultCode.some((byte) => byte !== 0) && { vaultCode }),
  };
}

/** True for the key that the file was made with, provided that its header was not changed. */
export function isKeyOf(header: BackupHeader, key: RecoveryKey): boolean {
  const head = header.bytes.subarray(0, MAC_AT);
  return equalBytes(macOf(key, saltOf(header), head), header.bytes.subarray(MAC_AT));
}

/** What seals and opens the chunks of the file. Throws Fault `wrong-recovery-key`. */
export async function backupStream(header: BackupHeader, key: RecoveryKey): Promise<Stream> {
  if (!isKeyOf(header, key)) throw new Fault('wrong-recovery-key');
  const secret = hkdfSha256(keyBytes(key), saltOf(header), streamContext, 32);
  const stream = await openStream(secret, header.bytes, header.chunkBytes);
  secret.fill(0);
  return stream;
}

const saltOf = ({ bytes }: BackupHeader): Bytes => bytes.slice(SALT_AT, VAULT_CODE_AT);

function macOf(key: RecoveryKey, salt: Bytes, head: Uint8Array): Bytes {
  return hmacSha256(hkdfSha256(keyBytes(key), salt, headerContext, 32), head);
}

function isChunkExponent(exponent: number): boolean {
  return Number.isInteger(exponent) && exponent >= LEAST_CHUNK && exponent <= LARGEST_CHUNK;
}
