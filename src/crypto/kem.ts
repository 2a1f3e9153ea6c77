/**
 * Kyber-1024, round 3, as libsignal uses it: serialised keys and ciphertexts carry the type byte 0x08 before their
 * 1568 bytes; secret keys are bare. What computes (kyber.ts) is loaded by the first call, or by `prepareKem`.
 * Source: CRYSTALS-Kyber specification 3.02.
 */
import { type Bytes, concat } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';
import { arrived } from './part.ts';

/** First byte of every serialised Kyber-1024 key and ciphertext. */
export const KYBER_TYPE = 0x08;
/** Length of a serialised public key, and of a serialised ciphertext. */
export const KYBER_SERIALIZED_BYTES = 1569;
/** Length of a secret key. */
export const KYBER_SECRET_BYTES = 3168;

/** `publicKey` is serialised, 1569 bytes; `secretKey` is bare, 3168 bytes. */
export interface KyberKeyPair {
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
}

const kyber = () => arrived(import('./kyber.ts'));

const withType = (bytes: Uint8Array): Bytes => concat(Uint8Array.of(KYBER_TYPE), bytes);

function withoutType(serialized: Uint8Array): Bytes {
  if (serialized.length !== KYBER_SERIALIZED_BYTES || serialized[0] !== KYBER_TYPE)
    throw new Fault('bad-key');
  return serialized.slice(1);
}

/**
 * Loads what the functions below need, so that none of them can fail for want of it.
 * @throws Fault `offline` when it cannot be loaded, as they do
 */
export async function prepareKem(): Promise<void> {
  await kyber();
}

/** A new key pair. */
export async function generateKyberKeyPair(random: RandomBytes): Promise<KyberKeyPair> {
  const { keyPairOf } = await kyber();
  const { publicKey, secretKey } = keyPairOf(random(64));
  return { publicKey: withType(publicKey), secretKey };
}

/**
 * A shared secret of 32 bytes for the holder of `publicKey`, and the ciphertext that carries it (serialised).
 * @throws Fault `bad-key` on a wrong length or type byte, or coefficients out of range
 */
export async function encapsulate(
  publicKey: Uint8Array,
  random: RandomBytes,
): Promise<{ ciphertext: Bytes; secret: Bytes }> {
  const bare = withoutType(publicKey);
  const { encapsulateBare } = await kyber();
  try {
    const { ciphertext, secret } = encapsulateBare(bare, random(32));
    return { ciphertext: withType(ciphertext), secret };
  } catch (error) {
    throw new Fault('bad-key', 'never', error);
  }
}

/**
 * The shared secret in a ciphertext. A forged ciphertext gives an unrelated secret and no error (implicit rejection).
 * @throws Fault `bad-key` on a wrong length or type byte
 */
export async function decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Promise<Bytes> {
  const bare = withoutType(ciphertext);
  const { decapsulateBare } = await kyber();
  try {
    return decapsulateBare(secretKey, bare);
  } catch (error) {
    throw new Fault('bad-key', 'never', error);
  }
}
