/**
 * The Double Ratchet's key schedule: root, chains, message keys, and the keys of messages that were skipped.
 * Immutable in and out, and synchronous except where a DH step is due. It does not know messages, MACs or sessions.
 * Source: the Double Ratchet specification (signal.org/docs/specifications/doubleratchet), sections 2, 3.2 and 5.2,
 * with libsignal's constants; docs/protocol.md, section "Double Ratchet".
 */
import { ZERO_SALT, hkdfSha256 } from '../crypto/hkdf.ts';
import { hmacKey, hmacWith } from '../crypto/hmac.ts';
import { agree, createKeyPair, serializePublicKey } from '../crypto/x25519.ts';
import { type Bytes, concat, equalBytes, utf8 } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type RandomBytes } from '../lib/random.ts';

/** What we send on. */
export interface SendingChain {
  /** 0x05 ‖ u, 33 bytes. */
  readonly ratchetKey: Bytes;
  readonly privateKey: Bytes;
  readonly chainKey: Bytes;
  /** Number of the next message. */
  readonly counter: number;
}

/** What the peer sends, or sent, on. */
export interface ReceivingChain {
  /** 0x05 ‖ u, 33 bytes. */
  readonly ratchetKey: Bytes;
  readonly chainKey: Bytes;
  /** Number of the next message not yet derived. */
  readonly counter: number;
  /** Keys of skipped messages in rising order, 36 bytes each: number u32 big-endian ‖ seed. */
  readonly skipped: Bytes;
}

export interface Ratchet {
  readonly rootKey: Bytes;
  readonly sending: SendingChain;
  /** What `previous_counter` says: the last number on the chain before `sending`. */
  readonly previousCounter: number;
  /** Newest first. */
  readonly receiving: readonly ReceivingChain[];
}

/** What encrypts and authenticates one message. */
export interface MessageKeys {
  readonly cipherKey: Bytes;
  readonly macKey: Bytes;
  readonly iv: Bytes;
}

/** Skipped keys kept in one chain, and in one session. */
export const MAX_SKIPPED_PER_CHAIN = 2_000;
export const MAX_SKIPPED_PER_SESSION = 4_000;
/** Receiving chains kept beside the newest one. */
export const MAX_OLD_CHAINS = 5;
/** How far ahead of its chain a message may be. */
export const MAX_JUMP = 25_000;
/** Bytes of one skipped key. */
export const SKIPPED_BYTES = 36;

const KEY_BYTES = 32;
const seedStep = Uint8Array.of(1);
const chainStep = Uint8Array.of(2);
const rootInfo = utf8('WhisperRatchet');
const messageInfo = utf8('WhisperMessageKeys');

/** The next chain key. */
const advance = (chainKey: Bytes): Bytes => hmacWith(hmacKey(chainKey), chainStep);

/** Seed of the message at hand, and the next chain key. */
function step(chainKey: Bytes): { seed: Bytes; next: Bytes } {
  const key = hmacKey(chainKey);
  return { seed: hmacWith(key, seedStep), next: hmacWith(key, chainStep) };
}

function messageKeys(seed: Uint8Array): MessageKeys {
  const bytes = hkdfSha256(seed, ZERO_SALT, messageInfo, 80);
  return {
    cipherKey: bytes.slice(0, 32),
    macKey: bytes.slice(32, 64),
    iv: bytes.slice(64),
  };
}

/** One step of the root chain. `privateKey` is raw, `ratchetKey` 0x05 ‖ u. */
async function rootStep(
  rootKey: Bytes,
  privateKey: Bytes,
  ratchetKey: Bytes,
): Promise<{ rootKey: Bytes; chainKey: Bytes }> {
  const secret = await agree(privateKey, ratchetKey.subarray(1));
  const bytes = hkdfSha256(secret, rootKey, rootInfo, 2 * KEY_BYTES);
  return { rootKey: bytes.slice(0, KEY_BYTES), chainKey: bytes.slice(KEY_BYTES) };
}

/** A sending chain of a new ratchet key, answering the peer's `ratchetKey`. */
async function startSending(
  rootKey: Bytes,
  ratchetKey: Bytes,
  random: RandomBytes,
): Promise<{ rootKey: Bytes; sending: SendingChain }> {
  const pair = await createKeyPair(random);
  const next = await rootStep(rootKey, pair.privateKey, ratchetKey);
  return {
    rootKey: next.rootKey,
    sending: {
      ratchetKey: serializePublicKey(pair.publicKey),
      privateKey: pair.privateKey,
      chainKey: next.chainKey,
      counter: 0,
    },
  };
}

/**
 * The initiator's ratchet: the handshake's chain is what the peer would send on with the signed prekey, and our own
 * first chain comes from a DH step of a new key against it.
 * @param signedPrekey the peer's, 0x05 ‖ u
 */
export async function startAsInitiator(
  rootKey: Bytes,
  chainKey: Bytes,
  signedPrekey: Bytes,
  random: RandomBytes,
): Promise<Ratchet> {
  const started = await startSending(rootKey, signedPrekey, random);
  const expected = { ratchetKey: signedPrekey, chainKey, counter: 0, skipped: new Uint8Array(0) };
  return { ...started, previousCounter: 0, receiving: [expected] };
}

/** The responder's ratchet: it would send on the handshake's chain, until the first message makes a DH step. */
export function startAsResponder(
  rootKey: Bytes,
  chainKey: Bytes,
  signedPrekey: { readonly publicKey: Bytes; readonly privateKey: Bytes },
): Ratchet {
  const { publicKey, privateKey } = signedPrekey;
  const sending = { ratchetKey: publicKey, privateKey, chainKey, counter: 0 };
  return { rootKey, sending, previousCounter: 0, receiving: [] };
}

/** Keys of the next message to send. */
export function takeSendingKeys(ratchet: Ratchet): {
  ratchet: Ratchet;
  keys: MessageKeys;
  counter: number;
} {
  const { sending } = ratchet;
  const { seed, next } = step(sending.chainKey);
  return {
    ratchet: {
      ...ratchet,
      sending: { ...sending, chainKey: next, counter: sending.counter + 1 },
    },
    keys: messageKeys(seed),
    counter: sending.counter,
  };
}

/** True when a message under `ratchetKey` needs no DH step. */
export function knowsChain(ratchet: Ratchet, ratchetKey: Bytes): boolean {
  return ratchet.receiving.some((chain) => equalBytes(chain.ratchetKey, ratchetKey));
}

/** Chain steps that the keys of a message take: from its chain as it stands, or from the start of a new one. */
export function stepsTo(ratchet: Ratchet, ratchetKey: Bytes, counter: number): number {
  const known = ratchet.receiving.find((chain) => equalBytes(chain.ratchetKey, ratchetKey));
  return Math.max(0, counter - (known?.counter ?? 0));
}

/**
 * Keys of message `counter` on a chain that is known.
 * @throws Fault `duplicate` for a number already used, `too-far-ahead` for one beyond the greatest jump
 */
export function takeKnownKeys(
  ratchet: Ratchet,
  ratchetKey: Bytes,
  counter: number,
): { ratchet: Ratchet; keys: MessageKeys } {
  const at = ratchet.receiving.findIndex((chain) => equalBytes(chain.ratchetKey, ratchetKey));
  const chain = ratchet.receiving[at];
  if (!chain) throw new Fault('internal');
  const taken = takeFromChain(chain, counter);
  const receiving = boundSkipped(ratchet.receiving.with(at, taken.chain));
  return { ratchet: { ...ratchet, receiving }, keys: messageKeys(taken.seed) };
}

/** A chain begun by a peer's new ratchet key, held apart until a message on it proves true. */
export interface TentativeStep {
  readonly keys: MessageKeys;
  /** Takes the step: a new chain to receive on, and one of our own to answer on. */
  accept(random: RandomBytes): Promise<Ratchet>;
}

/**
 * Keys of message `counter` under a ratchet key not seen before.
 * @throws Fault `too-far-ahead`, `low-order-point`
 */
export async function takeNewKeys(
  ratchet: Ratchet,
  ratchetKey: Bytes,
  counter: number,
): Promise<TentativeStep> {
  if (counter > MAX_JUMP) throw new Fault('too-far-ahead');
  const { sending } = ratchet;
  const { rootKey, chainKey } = await rootStep(ratchet.rootKey, sending.privateKey, ratchetKey);
  const begun = { ratchetKey, chainKey, counter: 0, skipped: new Uint8Array(0) };
  const { chain, seed } = takeFromChain(begun, counter);
  return {
    keys: messageKeys(seed),
    async accept(random) {
      const receiving = [chain, ...ratchet.receiving.slice(0, MAX_OLD_CHAINS)];
      return {
        ...(await startSending(rootKey, ratchetKey, random)),
        // libsignal writes the last number of the old chain, and 0 also when there was none.
        previousCounter: Math.max(0, sending.counter - 1),
        receiving: boundSkipped(receiving),
      };
    },
  };
}

function takeFromChain(
  chain: ReceivingChain,
  counter: number,
): { chain: ReceivingChain; seed: Uint8Array } {
  if (counter < chain.counter) return takeSkipped(chain, counter);
  const jump = counter - chain.counter;
  if (jump > MAX_JUMP) throw new Fault('too-far-ahead');
  let { chainKey } = chain;
  let at = chain.counter;
  // Keys that would be dropped at once are not worked out.
  for (; counter - at > MAX_SKIPPED_PER_CHAIN; at++) chainKey = advance(chainKey);
  const fresh = new Uint8Array((counter - at) * SKIPPED_BYTES);
  const numbers = new DataView(fresh.buffer);
  for (let to = 0; at < counter; at++, to += SKIPPED_BYTES) {
    const { seed, next } = step(chainKey);
    numbers.setUint32(to, at);
    fresh.set(seed, to + 4);
    chainKey = next;
  }
  const { seed, next } = step(chainKey);
  const skipped = fresh.length === 0 ? chain.skipped : concat(chain.skipped, fresh);
  const excess = Math.max(0, skipped.length - MAX_SKIPPED_PER_CHAIN * SKIPPED_BYTES);
  return {
    chain: {
      ...chain,
      chainKey: next,
      counter: counter + 1,
      skipped: excess === 0 ? skipped : skipped.slice(excess),
    },
    seed,
  };
}

function takeSkipped(
  chain: ReceivingChain,
  counter: number,
): { chain: ReceivingChain; seed: Uint8Array } {
  const { skipped } = chain;
  const numbers = new DataView(skipped.buffer, skipped.byteOffset, skipped.byteLength);
  let low = 0;
  let high = skipped.length / SKIPPED_BYTES;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers.getUint32(middle * SKIPPED_BYTES) < counter) low = middle + 1;
    else high = middle;
  }
  const at = low * SKIPPED_BYTES;
  if (at === skipped.length || numbers.getUint32(at) !== counter) throw new Fault('duplicate');
  const rest = new Uint8Array(skipped.length - SKIPPED_BYTES);
  rest.set(skipped.subarray(0, at));
  rest.set(skipped.subarray(at + SKIPPED_BYTES), at);
  return {
    chain: { ...chain, skipped: rest },
    seed: skipped.subarray(at + 4, at + SKIPPED_BYTES),
  };
}

/** Drops the oldest skipped keys of the oldest chains above the bound of a session. */
function boundSkipped(receiving: readonly ReceivingChain[]): readonly ReceivingChain[] {
  let excess = -MAX_SKIPPED_PER_SESSION * SKIPPED_BYTES;
  for (const chain of receiving) excess += chain.skipped.length;
  if (excess <= 0) return receiving;
  const bounded = [...receiving];
  for (let at = bounded.length - 1; at >= 0 && excess > 0; at--) {
    const chain = bounded[at];
    if (!chain) continue;
    const dropped = Math.min(excess, chain.skipped.length);
    bounded[at] = { ...chain, skipped: chain.skipped.slice(dropped) };
    excess -= dropped;
  }
  return bounded;
}
