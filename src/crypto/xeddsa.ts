/**
 * XEdDSA in libsignal's variant: Ed25519 signatures by X25519 keys. The private key is not negated to make the
 * Edwards point positive; its true sign travels in bit 7 of the signature's last byte, which plain Ed25519 leaves
 * free, and is cleared before verifying. Verification goes through native Ed25519 where the platform has it.
 * Signing is in script and loaded when it is first needed (xeddsa-script.ts).
 * Source: the XEdDSA specification (signal.org/docs/specifications/xeddsa), RFC 8032 section 5.1.
 */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';
import { ORDER, P, edwardsY, fromLittleEndian, toLittleEndian } from './curve25519.ts';
import { nativeFor } from './native.ts';
import { arrived } from './part.ts';
import { CURVE_TYPE, SERIALIZED_KEY_BYTES, isCanonical } from './x25519.ts';

export const SIGNATURE_BYTES = 64;
const SIGN_BIT = 0x80;

const script = () => arrived(import('./xeddsa-script.ts'));

/** u of the points of small order, by which nothing can be proven: 0, 1, −1 and the two of order 8. */
const smallOrder: readonly bigint[] = [
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

/**
 * Signs with an X25519 private key, 64 bytes. What computes is loaded by the first call.
 * @param random gives 64 bytes; a repeated one is harmless for different messages (it is hashed with key and message)
 * @throws Fault `bad-key` on a wrong length, `offline` when the computing part cannot be loaded
 */
export async function sign(
  privateKey: Bytes,
  message: Uint8Array,
  random: RandomBytes,
): Promise<Bytes> {
  if (privateKey.length !== 32) throw new Fault('bad-key');
  const { signInScript } = await script();
  return signInScript(privateKey, message, random(64));
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
  const y = toLittleEndian(edwardsY(u));
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
  if (!native) return (await script()).verifyInScript(publicKey, message, signature);
  try {
    const key = await native.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return await native.verify('Ed25519', key, signature, new Uint8Array(message));
  } catch {
    // A platform may refuse the key itself: not a point, or of small order.
    return false;
  }
}
