/**
 * The sealed envelope: all that a relay carries. It hides the sender, the kind and the length of what is in it, and
 * proves the sender to the recipient alone, deniably. Whoever holds the recipient's private key can forge one, so
 * nothing but typing is believed on an envelope's word. docs/protocol.md, section "Sealed envelope".
 */
import { decryptCbc, encryptCbc } from '../crypto/aes-cbc.ts';
import { ZERO_SALT, hkdfSha256 } from '../crypto/hkdf.ts';
import { macOfBody } from '../crypto/hmac.ts';
import { padme } from '../crypto/padme.ts';
import { sha256 } from '../crypto/sha256.ts';
import {
  SERIALIZED_KEY_BYTES,
  agree,
  createKeyPair,
  readPublicKey,
  serializePublicKey,
} from '../crypto/x25519.ts';
import { type Bytes, concat, equalBytes, toHex, utf8 } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { Fault } from '../lib/fault.ts';
import {
  type AccountId,
  type DeviceId,
  type EnvelopeHash,
  deviceId,
  envelopeHashFromBytes,
} from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import { accountIdOf, isHost } from '../wire/address.ts';
import { type EnvelopeClass } from '../wire/frames.ts';
import { MAX_ENVELOPE_BYTES, MAX_HOST_BYTES } from '../wire/limits.ts';
import { type IdentityKeyPair } from './identity.ts';

/** prekey and message are ratcheted; plain is not, and only typing travels in it. */
export type EnvelopeType = 'prekey' | 'message' | 'plain';

/** Remembers static–static secrets of contacts, for one own identity. */
export interface AgreementCache {
  /** The shared secret of raw keys; see `agree`. */
  agree(privateKey: Bytes, publicKey: Bytes): Promise<Bytes>;
}

/** A cache of the `limit` secrets used last. It lives in memory; the secrets are as good as the identity key. */
export function createAgreementCache(limit = 500): AgreementCache {
  const secrets = new Map<string, Bytes>();
  return {
    async agree(privateKey, publicKey) {
      const name = toHex(publicKey);
      const secret = secrets.get(name) ?? (await agree(privateKey, publicKey));
      secrets.delete(name);
      secrets.set(name, secret);
      for (const oldest of secrets.keys()) {
        if (secrets.size <= limit) break;
        secrets.delete(oldest);
      }
      return secret;
    },
  };
}

/** What only the recipient reads. */
export interface InnerEnvelope {
  /** Where the sender is reached: host of the relay, and its X25519 key (32 bytes). */
  readonly host: string;
  readonly relayKey: Bytes;
  readonly senderDevice: DeviceId;
  readonly type: EnvelopeType;
  readonly class: EnvelopeClass;
  readonly body: Bytes;
}

export interface SealOptions {
  /** 0x05 ‖ u, 33 bytes. */
  readonly recipientIdentityKey: Bytes;
  readonly recipientDevice: DeviceId;
  /** The sender's. */
  readonly identity: IdentityKeyPair;
  readonly inner: InnerEnvelope;
  readonly random: RandomBytes;
  readonly agreements?: AgreementCache;
}

export interface OpenOptions {
  readonly identity: IdentityKeyPair;
  readonly device: DeviceId;
  /** The class under which the relay delivered it. */
  readonly outerClass: EnvelopeClass;
  readonly agreements?: AgreementCache;
}

export interface OpenedEnvelope extends InnerEnvelope {
  /** Derived from `senderIdentityKey`. */
  readonly sender: AccountId;
  /** 0x05 ‖ u, 33 bytes; proven. */
  readonly senderIdentityKey: Bytes;
}

const VERSION = 1;
const TAG_BYTES = 16;
/** 33 bytes and PKCS#7. */
const SEALED_KEY_BYTES = 48;
const HEAD_BYTES = 1 + SERIALIZED_KEY_BYTES + SEALED_KEY_BYTES + TAG_BYTES;
/** What an envelope has beside its bucket. */
export const ENVELOPE_OVERHEAD = HEAD_BYTES + TAG_BYTES;
const STEP_BYTES = 256;
const STEPPED_UP_TO = 1024;

const context = utf8('sotto-seal-1');
const firstLabel = utf8('a');
const secondLabel = utf8('b');
const types: readonly EnvelopeType[] = ['prekey', 'message', 'plain'];
const classes: readonly EnvelopeClass[] = ['normal', 'urgent', 'ephemeral'];

/**
 * The bucket of `length` bytes of content: room for them, the mark 0x80 and one byte of PKCS#7, in steps of 256 up
 * to 1 KiB and by Padmé above. Always a multiple of 16.
 */
export function paddedLength(length: number): number {
  const needed = length + 2;
  return needed <= STEPPED_UP_TO ? Math.ceil(needed / STEP_BYTES) * STEP_BYTES : padme(needed);
}

function pad(content: Bytes): Bytes {
  // One byte short of the bucket: PKCS#7 adds exactly that one.
  const padded = new Uint8Array(paddedLength(content.length) - 1);
  padded.set(content);
  padded[content.length] = 0x80;
  return padded;
}

function unpad(padded: Bytes): Bytes {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  if (padded[end] !== 0x80 || paddedLength(end) !== padded.length + 1) throw new Fault('malformed');
  return padded.slice(0, end);
}

function encodeInner(inner: InnerEnvelope): Bytes {
  return writeMessage()
    .text(1, inner.host)
    .bytes(2, inner.relayKey)
    .uint(3, inner.senderDevice)
    .uint(4, types.indexOf(inner.type) + 1)
    .uint(5, classes.indexOf(inner.class) + 1)
    .bytes(6, inner.body)
    .finish();
}

function decodeInner(bytes: Bytes): InnerEnvelope {
  const fields = readMessage(bytes, MAX_ENVELOPE_BYTES);
  const host = fields.text(1, MAX_HOST_BYTES);
  const type = types[fields.uint(4) - 1];
  const envelopeClass = classes[fields.uint(5) - 1];
  if (!type || !envelopeClass || !isHost(host)) throw new Fault('malformed');
  if (type === 'plain' && envelopeClass !== 'ephemeral') throw new Fault('malformed');
  return {
    host,
    relayKey: fields.bytes(2, { length: 32 }),
    senderDevice: deviceId(fields.uint(3)),
    type,
    class: envelopeClass,
    body: fields.bytes(6),
  };
}

interface LayerKeys {
  readonly cipherKey: Bytes;
  readonly macKey: Bytes;
  readonly iv: Bytes;
}

function layerKeys(secret: Bytes, info: Bytes): LayerKeys {
  const bytes = hkdfSha256(secret, ZERO_SALT, info, 80);
  return { cipherKey: bytes.slice(0, 32), macKey: bytes.slice(32, 64), iv: bytes.slice(64) };
}

const tagOf = async (keys: LayerKeys, ciphertext: Bytes): Promise<Bytes> =>
  (await macOfBody(keys.macKey, ciphertext)).slice(0, TAG_BYTES);

/** Ciphertext ‖ tag. */
async function sealLayer(keys: LayerKeys, content: Bytes): Promise<Bytes> {
  const ciphertext = await encryptCbc(keys.cipherKey, keys.iv, content);
  return concat(ciphertext, await tagOf(keys, ciphertext));
}

/** The tag is checked before anything is decrypted. */
async function openLayer(keys: LayerKeys, sealed: Bytes): Promise<Bytes> {
  const ciphertext = sealed.slice(0, -TAG_BYTES);
  if (!equalBytes(await tagOf(keys, ciphertext), sealed.subarray(-TAG_BYTES)))
    throw new Fault('bad-mac');
  return decryptCbc(keys.cipherKey, keys.iv, ciphertext);
}

const contextOf = (recipientKey: Bytes, device: DeviceId, ephemeralKey: Bytes): Bytes =>
  concat(context, recipientKey, Uint8Array.of(device), ephemeralKey);

/**
 * Seals a body for one device.
 * @throws Fault `too-large` when the envelope would be over 256 KiB, `bad-key` or `low-order-point` for a recipient's
 *   key that is none
 */
export async function sealEnvelope(options: SealOptions): Promise<Bytes> {
  const { recipientIdentityKey, recipientDevice, identity, inner, random, agreements } = options;
  const recipient = readPublicKey(recipientIdentityKey);
  const content = encodeInner(inner);
  if (paddedLength(content.length) + ENVELOPE_OVERHEAD > MAX_ENVELOPE_BYTES)
    throw new Fault('too-large');
  const ephemeral = await createKeyPair(random);
  const ephemeralKey = serializePublicKey(ephemeral.publicKey);
  const [outerSecret, staticSecret] = await Promise.all([
    agree(ephemeral.privateKey, recipient),
    (agreements ?? { agree }).agree(identity.privateKey, recipient),
  ]);
  const info = contextOf(recipientIdentityKey, recipientDevice, ephemeralKey);
  const first = await sealLayer(
    layerKeys(outerSecret, concat(info, firstLabel)),
    identity.publicKey,
  );
  const second = await sealLayer(
    layerKeys(concat(outerSecret, staticSecret), concat(info, first, secondLabel)),
    pad(content),
  );
  return concat(Uint8Array.of(VERSION), ephemeralKey, first, second);
}

/**
 * Opens an envelope that arrived.
 * @throws Fault `bad-envelope` for anything wrong with it, being our own or of another class than delivered included
 */
export async function openEnvelope(envelope: Bytes, options: OpenOptions): Promise<OpenedEnvelope> {
  const bucket = envelope.length - ENVELOPE_OVERHEAD;
  if (
    envelope.length > MAX_ENVELOPE_BYTES ||
    bucket < STEP_BYTES ||
    bucket % 16 !== 0 ||
    envelope[0] !== VERSION
  )
    throw new Fault('bad-envelope');
  try {
    return await openChecked(envelope, options);
  } catch (error) {
    throw new Fault('bad-envelope', 'never', error);
  }
}

async function openChecked(envelope: Bytes, options: OpenOptions): Promise<OpenedEnvelope> {
  const { identity, device, outerClass, agreements } = options;
  const ephemeralKey = envelope.slice(1, 1 + SERIALIZED_KEY_BYTES);
  const first = envelope.slice(1 + SERIALIZED_KEY_BYTES, HEAD_BYTES);
  const outerSecret = await agree(identity.privateKey, readPublicKey(ephemeralKey));
  const info = contextOf(identity.publicKey, device, ephemeralKey);
  const senderIdentityKey = await openLayer(
    layerKeys(outerSecret, concat(info, firstLabel)),
    first,
  );
  const sender = accountIdOf(senderIdentityKey);
  if (equalBytes(senderIdentityKey, identity.publicKey)) throw new Fault('wrong-sender');
  const staticSecret = await (agreements ?? { agree }).agree(
    identity.privateKey,
    readPublicKey(senderIdentityKey),
  );
  const padded = await openLayer(
    layerKeys(concat(outerSecret, staticSecret), concat(info, first, secondLabel)),
    envelope.slice(HEAD_BYTES),
  );
  const inner = decodeInner(unpad(padded));
  if (inner.class !== outerClass) throw new Fault('malformed');
  return { sender, senderIdentityKey, ...inner };
}

/** By this an envelope is recognised when it comes again: the first 16 bytes of its SHA-256. */
export function envelopeHash(envelope: Uint8Array): EnvelopeHash {
  return envelopeHashFromBytes(sha256(envelope).subarray(0, 16));
}
