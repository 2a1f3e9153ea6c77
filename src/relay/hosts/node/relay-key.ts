/** The relay's own X25519 key, made at the first start and kept in the data folder. Addresses carry its public half. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hkdfSha256, ZERO_SALT } from '../../../crypto/hkdf.ts';
import { publicKeyFor } from '../../../crypto/x25519.ts';
import { type Bytes, copyBytes, utf8 } from '../../../lib/bytes.ts';
import { Fault } from '../../../lib/fault.ts';
import { type RandomBytes } from '../../../lib/random.ts';

export interface RelayKeys {
  /** X25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
  /** What upload grants are made with, 32 bytes derived from the private key. */
  readonly grantSecret: Bytes;
}

/** Throws Fault `storage-failed` when the file is not a key. */
export async function loadRelayKeys(dataDir: string, random: RandomBytes): Promise<RelayKeys> {
  const path = join(dataDir, 'relay-key');
  if (!existsSync(path)) {
    // Renamed when whole: a crash here must not leave half a key, for addresses would change with another.
    writeFileSync(`${path}.new`, random(32), { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  }
  const privateKey = copyBytes(readFileSync(path));
  if (privateKey.length !== 32) throw new Fault('storage-failed');
  return {
    publicKey: await publicKeyFor(privateKey),
    grantSecret: hkdfSha256(privateKey, ZERO_SALT, utf8('sotto-relay-grants-v1'), 32),
  };
}
