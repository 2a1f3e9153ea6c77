/**
 * The half of xeddsa.ts that needs points of the curve, loaded when it is first needed: signing, which no platform
 * can do by X25519 keys, and verifying where the platform lacks Ed25519. Points are noble's; its `multiply` takes
 * the same steps for every secret. Source: RFC 8032, section 5.1 (the curve's numbers); the XEdDSA specification.
 */
import { edwards } from '@noble/curves/abstract/edwards.js';
import { type Bytes, concat, equalBytes } from '../lib/bytes.ts';
import { ORDER, P, fromLittleEndian, toLittleEndian } from './curve25519.ts';
import { sha512 } from './sha512.ts';

const Point = edwards({
  p: P,
  n: ORDER,
  h: 8n,
  a: P - 1n,
  d: 37095705934669439343138083508754565189542113879843219016388785533085940283555n,
  Gx: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  Gy: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
});

const SIGN_BIT = 0x80;

/** hash_1 of the specification: 2^256 − 2 in front, so that no other use of the hash collides. */
const nonceHead = new Uint8Array(32).fill(0xff);
nonceHead[0] = 0xfe;

const modOrder = (hash: Uint8Array): bigint => fromLittleEndian(hash) % ORDER;

/** `sign` of xeddsa.ts; `privateKey` has 32 bytes, `bytes` are 64 random ones. */
export function signInScript(privateKey: Bytes, message: Uint8Array, bytes: Bytes): Bytes {
  const clamped = new Uint8Array(privateKey);
  clamped[0]! &= 248;
  clamped[31] = (clamped[31]! & 127) | 64;
  const a = fromLittleEndian(clamped) % ORDER;
  const publicPoint = Point.BASE.multiply(a).toBytes();
  const r = modOrder(sha512(nonceHead, privateKey, message, bytes));
  const R = Point.BASE.multiply(r).toBytes();
  const h = modOrder(sha512(R, publicPoint, message));
  const signature = concat(R, toLittleEndian((r + h * a) % ORDER));
  signature[63]! |= publicPoint[31]! & SIGN_BIT;
  return signature;
}

/** `verifyEd25519` of xeddsa.ts; lengths and s < ℓ are checked before. */
export function verifyInScript(publicKey: Bytes, message: Uint8Array, signature: Bytes): boolean {
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
