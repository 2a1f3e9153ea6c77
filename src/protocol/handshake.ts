/**
 * The handshake that opens a session: PQXDH (version 4), and X3DH (version 3) for tests. Both ends come to the same
 * root and chain key, from which the ratchet starts. It does not know sessions, nor whether a bundle is genuine:
 * `verifyBundle` stands before. Source: the X3DH and PQXDH specifications (signal.org/docs/specifications),
 * sections 2.2 and 3.3; docs/protocol.md, section "Handshake".
 */
import { ZERO_SALT, hkdfSha256 } from '../crypto/hkdf.ts';
import { decapsulate, encapsulate } from '../crypto/kem.ts';
import { agree, createKeyPair, serializePublicKey } from '../crypto/x25519.ts';
import { type Bytes, concat, utf8 } from '../lib/bytes.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type Ratchet, startAsInitiator, startAsResponder } from './double-ratchet.ts';
import { type IdentityKeyPair } from './identity.ts';
import {
  type AnyBundle,
  type KyberPrekeyPair,
  type OneTimePrekeyPair,
  type SignedPrekeyPair,
} from './prekeys.ts';
import { type ProtocolVersion } from './ratchet-message.ts';

/** What every message says again until the first answer: how the responder finds the secrets. */
export interface Opening {
  readonly oneTimePrekeyId?: number;
  readonly signedPrekeyId: number;
  readonly kyberPrekeyId?: number;
  readonly kyberCiphertext?: Bytes;
}

/** 32 bytes of 0xFF: as a Curve25519 key it is invalid, so no other use of the hash can start alike (X3DH, 2.2). */
const discontinuity = new Uint8Array(32).fill(0xff);
const infos = {
  3: utf8('WhisperText'),
  4: utf8('WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024'),
};
const KEY_BYTES = 32;

function deriveKeys(
  version: ProtocolVersion,
  secrets: readonly Bytes[],
): { rootKey: Bytes; chainKey: Bytes } {
  const material = concat(discontinuity, ...secrets);
  const keys = hkdfSha256(material, ZERO_SALT, infos[version], 2 * KEY_BYTES);
  return { rootKey: keys.slice(0, KEY_BYTES), chainKey: keys.slice(KEY_BYTES) };
}

/** Serialised keys carry a type byte that X25519 does not want. */
const dh = (privateKey: Bytes, serialized: Bytes): Promise<Bytes> =>
  agree(privateKey, serialized.subarray(1));

/**
 * The initiator's side, with a verified bundle; version 3 when it has no Kyber prekey.
 * @throws Fault `low-order-point` or `bad-key` for keys that no honest peer publishes
 */
export async function openHandshake(
  identity: IdentityKeyPair,
  bundle: AnyBundle,
  random: RandomBytes,
): Promise<{ version: ProtocolVersion; ratchet: Ratchet; baseKey: Bytes; opening: Opening }> {
  const { identityKey, signedPrekey, oneTimePrekey, kyberPrekey } = bundle;
  const base = await createKeyPair(random);
  const kem = kyberPrekey && (await encapsulate(kyberPrekey.key, random));
  const agreed = await Promise.all([
    dh(identity.privateKey, signedPrekey.key),
    dh(base.privateKey, identityKey),
    dh(base.privateKey, signedPrekey.key),
    ...(oneTimePrekey ? [dh(base.privateKey, oneTimePrekey.key)] : []),
  ]);
  const version = kem ? 4 : 3;
  const { rootKey, chainKey } = deriveKeys(version, kem ? [...agreed, kem.secret] : agreed);
  return {
    version,
    ratchet: await startAsInitiator(rootKey, chainKey, signedPrekey.key, random),
    baseKey: serializePublicKey(base.publicKey),
    opening: {
      ...(oneTimePrekey && { oneTimePrekeyId: oneTimePrekey.id }),
      signedPrekeyId: signedPrekey.id,
      ...(kyberPrekey && kem && { kyberPrekeyId: kyberPrekey.id, kyberCiphertext: kem.ciphertext }),
    },
  };
}

/** What the responder needs: the initiator's keys from the message, and the own prekeys that it names. */
export interface AnswerOptions {
  readonly version: ProtocolVersion;
  readonly identity: IdentityKeyPair;
  readonly signedPrekey: SignedPrekeyPair;
  readonly oneTimePrekey?: OneTimePrekeyPair | undefined;
  /** Both in version 4. */
  readonly kyberPrekey?: KyberPrekeyPair | undefined;
  readonly kyberCiphertext?: Bytes | undefined;
  /** The initiator's keys, 0x05 ‖ u. */
  readonly theirIdentityKey: Bytes;
  readonly theirBaseKey: Bytes;
}

/**
 * The responder's side.
 * @throws Fault `low-order-point` or `bad-key` for keys that no honest peer sends
 */
export async function answerHandshake(options: AnswerOptions): Promise<Ratchet> {
  const { version, identity, signedPrekey, oneTimePrekey, kyberPrekey, kyberCiphertext } = options;
  const kemSecret =
    kyberPrekey && kyberCiphertext && (await decapsulate(kyberPrekey.secretKey, kyberCiphertext));
  const agreed = await Promise.all([
    dh(signedPrekey.privateKey, options.theirIdentityKey),
    dh(identity.privateKey, options.theirBaseKey),
    dh(signedPrekey.privateKey, options.theirBaseKey),
    ...(oneTimePrekey ? [dh(oneTimePrekey.privateKey, options.theirBaseKey)] : []),
  ]);
  const { rootKey, chainKey } = deriveKeys(version, kemSecret ? [...agreed, kemSecret] : agreed);
  return startAsResponder(rootKey, chainKey, signedPrekey);
}
