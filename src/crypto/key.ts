/** Keys of AES-GCM-256 that the browser keeps and never hands out. It does not know where they are stored. */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type NativeKey } from './native.ts';

const ALGORITHM = { name: 'AES-GCM', length: 256 };

/** A new key that cannot be exported; structured-cloneable, so IndexedDB can hold it. */
export async function createDatabaseKey(): Promise<NativeKey> {
  return globalThis.crypto.subtle.generateKey(ALGORITHM, false, ['encrypt', 'decrypt']);
}

/** A key of 32 given bytes, not exportable either. Throws Fault `bad-key` on another length. */
export async function importGcmKey(raw: Bytes): Promise<NativeKey> {
  if (raw.length !== 32) throw new Fault('bad-key');
  return globalThis.crypto.subtle.importKey('raw', raw, ALGORITHM, false, ['encrypt', 'decrypt']);
}
