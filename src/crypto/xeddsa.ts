/**
 * XEdDSA in libsignal's variant: Ed25519 signatures by X25519 keys. The private key is not negated to make the
 * Edwards point positive; its true sign travels in bit 7 of the signature's last byte, which plain Ed25519 leaves
 * free, and is cleared before verifying. Verification goes through native Ed25519 where the platform has it.
 * Source: the XEdDSA specification (signal.org/docs/specifications/xeddsa), RFC 8032 section 5.1.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { type Bytes, concat, equalBytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';
import { nativeFor } from './native.ts';
import { sha512 } from './sha512.ts';
import { CURVE_TYPE, SERIALIZED_KEY_BYTES, isCanonical } from './x25519.ts';

const Point = ed25519.Point;
const P = Point.Fp.ORDER;
const ORDER = Point.Fn.ORDER;
export const SIGNATURE_BYTES = 64;
const SIGN_BIT = 0x80;

/** hash_1 of the specification: 2^256 − 2 in front, so that no other use of the hash collides. */
const nonceHead = new Uint8Array(32).fill(0xff);
nonceHead[0] = 0xfe;

/** u of the points of small order, by which nothing can be proven: 0, 1, −1 and the two of order 8. */
const smallOrder: readonly bigint[] = [
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}

function toLittleEndian(value: bigint): Bytes {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, value >>= 8n) bytes[i] = Number(value & 0xffn);
  return bytes;
}

const modOrder = (hash: Uint8Array): bigint => fromLittleEndian(hash) % ORDER;

/**
 * Signs with an X25519 private key, 64 bytes.
 * @param random gives 64 bytes; a repeated one is harmless for different messages (it is hashed with key and message)
 */
export function sign(privateKey: Uint8Array, message: Uint8Array, random: RandomBytes): Bytes {
  if (privateKey.length !== 32) throw new Fault('bad-key');
  const clamped = new Uint8Array(privateKey);
  clamped[0]! &= 248;
  clamped[31] = (clamped[31]! & 127) | 64;
  const a = fromLittleEndian(clamped) % ORDER;
  const publicPoint = Point.BASE.multiply(a).toBytes();
  const r = modOrder(sha512(nonceHead, privateKey, message, random(64)));
  const R = Point.BASE.multiply(r).toBytes();
  const h = modOrder(sha512(R, publicPoint, message));
  const signature = concat(R, toLittleEndian((r + h * a) % ORDER));
  signature[63]! |= publicPoint[31]! & SIGN_BIT;
  return signature;
}

/**
 * Verifies a signature by an X25519 key, given raw (32 bytes) or as 0x05 ‖ u (33 bytes).
 * False, never a throw, for anything wrong: u not canonical, of small order or −1, s ≥ ℓ, other lengths.
 */
export async function verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const raw =
    publicKey.length === SERIALIZED_KEY_BYTES && publicKey[0] === CURVE_TYPE
      ? publicKey.subarray(1)
      : publicKey;
  if (!isCanonical(raw) || signature.length !== SIGNATURE_BYTES) return false;
  const u = fromLittleEndian(raw);
  if (smallOrder.includes(u)) return false;
  // y = (u − 1) / (u + 1): the birational map of RFC 7748, section 4.1.
  const y = toLittleEndian(Point.Fp.div(Point.Fp.sub(u, 1n), Point.Fp.add(u, 1n)));
  y[31]! |= signature[63]! & SIGN_BIT;
  const plain = new Uint8Array(signature);
  plain[63]! &= ~SIGN_BIT;
  return verifyEd25519(y, message, plain);
}

/**
 * Verifies an Ed25519 signature without the cofactor, comparing R as bytes, as the native ones do.
 * @param publicKey 32 bytes of RFC 8032
 */
export async function verifyEd25519(
  publicKey: Bytes,
  message: Uint8Array,
  signature: Bytes,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== SIGNATURE_BYTES) return false;
  if (fromLittleEndian(signature.subarray(32)) >= ORDER) return false;
  const native = await nativeFor('Ed25519');
  if (!native) return verifyInScript(publicKey, message, signature);
  try {
    const key = await native.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return await native.verify('Ed25519', key, signature, new Uint8Array(message));
  } catch {
    // A platform may refuse the key itself: not a point, or of small order.
    return false;
  }
}

function verifyInScript(publicKey: Bytes, message: Uint8Array, signature: Bytes): boolean {
  try {
    const A = Point.fromBytes(publicKey);
    const R = signature.subarray(0, 32);
    const s = fromLittleEndian(signature.subarray(32));
    const h = modOrder(sha512(R, publicKey, message));
    const expected = Point.BASE.multiplyUnsafe(s).subtract(A.multiplyUnsafe(h));
    return equalBytes(expected.toBytes(), R);
  } catch {
    // Not a point of the curve.
    return false;
  }
}
