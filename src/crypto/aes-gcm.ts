/**
 * AES-256-GCM for what lies at rest. It works on CryptoKeys that cannot be read out, so there is no way but
 * WebCrypto here. Source: NIST SP 800-38D; tag of 16 bytes at the end, nonce of 12.
 */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type NativeKey } from './native.ts';

export const GCM_NONCE_BYTES = 12;
export const GCM_TAG_BYTES = 16;
const NAME = 'AES-GCM';

/** Encrypts and authenticates, `associated` too. The nonce must never repeat under one key. */
export async function sealGcm(
  key: NativeKey,
  nonce: Bytes,
  plaintext: Bytes,
  associated: Bytes,
): Promise<Bytes> {
  const parameters = { name: NAME, iv: nonce, additionalData: associated };
  return new Uint8Array(await globalThis.crypto.subtle.encrypt(parameters, key, plaintext));
}

/** Opens what `sealGcm` made. Throws Fault `bad-seal` when key, nonce, bytes or associated data are not the same. */
export async function openGcm(
  key: NativeKey,
  nonce: Bytes,
  sealed: Bytes,
  associated: Bytes,
): Promise<Bytes> {
  const parameters = { name: NAME, iv: nonce, additionalData: associated };
  try {
    return new Uint8Array(await globalThis.crypto.subtle.decrypt(parameters, key, sealed));
  } catch (error) {
    throw new Fault('bad-seal', 'never', error);
  }
}
