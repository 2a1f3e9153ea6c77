/**
 * X25519: raw keys of 32 bytes, and the serialised form of the protocol, 0x05 ‖ u (33 bytes). Agreement is
 * WebCrypto's where the platform has it, noble's elsewhere (x25519-script.ts); both refuse an all-zero result.
 * Source: RFC 7748, sections 5 and 6.1; WebCrypto "X25519" takes private keys as PKCS#8 (RFC 8410).
 */
import { type Bytes, concat, fromBase64Url } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type NativeKey, type Subtle, nativeFor } from './native.ts';
import { arrived } from './part.ts';
import { systemRandom } from './random.ts';

/** Raw keys, 32 bytes each. */
export interface KeyPair {
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

/** First byte of every serialised Curve25519 key. */
export const CURVE_TYPE = 0x05;
/** Length of a serialised Curve25519 key. */
export const SERIALIZED_KEY_BYTES = 33;
const KEY_BYTES = 32;

/** PrivateKeyInfo { version 0, id-X25519, OCTET STRING of 32 } up to the key itself (RFC 8410, section 7). */
const pkcs8Head = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06],
  ...[0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20],
);

const basePoint = new Uint8Array(KEY_BYTES);
basePoint[0] = 9;

/**
 * A new key pair. With the system's randomness the platform makes the whole pair and keeps
 * it imported; with any other source the public key is the agreement with the base point u = 9.
 */
export async function createKeyPair(random: RandomBytes): Promise<KeyPair> {
  const native = await nativeFor('X25519');
  if (native && random === systemRandom) return createNatively(native);
  const privateKey = random(KEY_BYTES);
  return { publicKey: await publicKeyFor(privateKey), privateKey };
}

/** The raw public key of a raw private key: the agreement with u = 9. Throws Fault `bad-key` on a wrong length. */
export function publicKeyFor(privateKey: Uint8Array): Promise<Bytes> {
  return agree(privateKey, basePoint);
}

async function createNatively(native: Subtle): Promise<KeyPair> {
  const pair = await native.generateKey('X25519', true, ['deriveBits']);
  if (!('privateKey' in pair)) throw new Fault('internal');
  const { d = '', x = '' } = await native.exportKey('jwk', pair.privateKey);
  const privateKey = fromBase64Url(d);
  imported.set(privateKey, Promise.resolve(pair.privateKey));
  return { publicKey: fromBase64Url(x), privateKey };
}

/**
 * The shared secret of two raw keys, 32 bytes. Non-canonical public keys are taken modulo p, as RFC 7748 wants:
 * where they are forbidden, `readPublicKey` stands before.
 * @throws Fault `low-order-point` when the result is all zero, `bad-key` on a wrong length
 */
export async function agree(privateKey: Uint8Array, publicKey: Uint8Array): Promise<Bytes> {
  if (privateKey.length !== KEY_BYTES || publicKey.length !== KEY_BYTES) throw new Fault('bad-key');
  const native = await nativeFor('X25519');
  const secret = native
    ? await agreeNatively(native, privateKey, publicKey)
    : (await arrived(import('./x25519-script.ts'))).agreeInScript(privateKey, publicKey);
  let bits = 0;
  for (const byte of secret) bits |= byte;
  if (bits === 0) throw new Fault('low-order-point');
  return secret;
}

/**
 * Imported private keys by the very array that holds them: an identity or ratchet key is used again and again.
 * Arrays with private keys are never written to, so what was imported stays true.
 */
const imported = new WeakMap<Uint8Array, Promise<NativeKey>>();

function importPrivate(native: Subtle, privateKey: Uint8Array): Promise<NativeKey> {
  let key = imported.get(privateKey);
  if (!key) {
    const pkcs8 = concat(pkcs8Head, privateKey);
    key = native.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits']);
    imported.set(privateKey, key);
  }
  return key;
}

async function agreeNatively(
  native: Subtle,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Promise<Bytes> {
  const [own, other] = await Promise.all([
    importPrivate(native, privateKey),
    native.importKey('raw', new Uint8Array(publicKey), 'X25519', false, []),
  ]);
  try {
    const bits = await native.deriveBits({ name: 'X25519', public: other }, own, 8 * KEY_BYTES);
    return new Uint8Array(bits);
  } catch (error) {
    // The only way left to fail is the all-zero check (Web Cryptography API, X25519, Derive Bits, step 8).
    throw new Fault('low-order-point', 'never', error);
  }
}

/** True when u < 2^255 − 19, top bit included: the one encoding of its key. */
export function isCanonical(publicKey: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || publicKey[31]! > 0x7f) return false;
  if (publicKey[31]! < 0x7f) return true;
  for (let i = 30; i > 0; i--) if (publicKey[i]! < 0xff) return true;
  return publicKey[0]! < 0xed;
}

/** 0x05 ‖ u of a raw public key. */
export function serializePublicKey(publicKey: Uint8Array): Bytes {
  return concat(Uint8Array.of(CURVE_TYPE), publicKey);
}

/**
 * The raw key of 0x05 ‖ u.
 * @throws Fault `bad-key` on a wrong length or type byte, or a non-canonical u (one key would have several names)
 */
export function readPublicKey(serialized: Uint8Array): Bytes {
  if (serialized.length !== SERIALIZED_KEY_BYTES || serialized[0] !== CURVE_TYPE)
    throw new Fault('bad-key');
  const publicKey = serialized.slice(1);
  if (!isCanonical(publicKey)) throw new Fault('bad-key');
  return publicKey;
}
