/**
 * HMAC-SHA256. A key's two pad blocks are hashed once and kept (`HmacKey`), so a further MAC under the same key
 * costs two blocks less; chain steps and HKDF live on that. Synchronous, but for `macOfBody`, which hands long
 * input to WebCrypto. Source: RFC 2104, RFC 4231 (vectors).
 */
import { type Bytes, concat } from '../lib/bytes.ts';
import { nativeFor } from './native.ts';
import { SHA256_BLOCK_BYTES, compress, finish, sha256, startState } from './sha256.ts';

/** A key with the states of its pads; secret like the key itself. */
export interface HmacKey {
  readonly inner: Int32Array;
  readonly outer: Int32Array;
}

/** Above this many bytes WebCrypto is faster, its import of the key included. */
const NATIVE_FROM_BYTES = 4096;

const pad = new Uint8Array(SHA256_BLOCK_BYTES);

/** Prepares a key of any length. */
export function hmacKey(key: Uint8Array): HmacKey {
  const short = key.length > SHA256_BLOCK_BYTES ? sha256(key) : key;
  const inner = startState();
  const outer = startState();
  pad.fill(0x36);
  for (let i = 0; i < short.length; i++) pad[i]! ^= short[i]!;
  compress(inner, pad, 0);
  for (let i = 0; i < SHA256_BLOCK_BYTES; i++) pad[i]! ^= 0x36 ^ 0x5c;
  compress(outer, pad, 0);
  pad.fill(0);
  return { inner, outer };
}

/** HMAC-SHA256 under a prepared key over the parts one after the other, 32 bytes. */
export function hmacWith(key: HmacKey, ...parts: readonly Uint8Array[]): Bytes {
  const digest = finish(key.inner.slice(), SHA256_BLOCK_BYTES, parts);
  return finish(key.outer.slice(), SHA256_BLOCK_BYTES, [digest]);
}

/** HMAC-SHA256 over the parts one after the other, 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  return hmacWith(hmacKey(key), ...parts);
}

/** The same for bodies of messages: synchronous while short, WebCrypto above 4 KiB. */
export async function macOfBody(key: Bytes, ...parts: readonly Uint8Array[]): Promise<Bytes> {
  let length = 0;
  for (const part of parts) length += part.length;
  const native = length < NATIVE_FROM_BYTES ? undefined : await nativeFor('HMAC');
  if (!native) return hmacSha256(key, ...parts);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await native.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await native.sign('HMAC', imported, concat(...parts)));
}
