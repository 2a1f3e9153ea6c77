/**
 * The field and the group of Curve25519 as numbers, and little-endian bytes of numbers. What is computed here takes
 * time by its input, so inputs are public; secrets only pass through the two conversions.
 * Source: RFC 7748, section 4.1; RFC 8032, sections 5.1 and 5.1.2.
 */
import { type Bytes } from '../lib/bytes.ts';

/** The field's prime, 2^255 − 19. */
export const P = 2n ** 255n - 19n;
/** ℓ, the order of the base point. */
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The number in little-endian bytes. */
export function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}

/** The 32 little-endian bytes of a number below 2^256. */
export function toLittleEndian(value: bigint): Bytes {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, value >>= 8n) bytes[i] = Number(value & 0xffn);
  return bytes;
}

/** 1 / value in the field, by Fermat: value^(p − 2); 0 for 0. */
function invert(value: bigint): bigint {
  let result = 1n;
  let square = value;
  for (let rest = P - 2n; rest > 0n; rest >>= 1n, square = (square * square) % P)
    if (rest & 1n) result = (result * square) % P;
  return result;
}

/** y of the Edwards curve for a public u of Montgomery's, below p and not −1: (u − 1) / (u + 1). */
export function edwardsY(u: bigint): bigint {
  return ((u + P - 1n) * invert(u + 1n)) % P;
}
