/** Skeleton. */
import { type Bytes } from '../lib/bytes.ts';
import { Fault } from '../lib/fault.ts';
import { type AccountId, type DeviceId, type EnvelopeHash } from '../lib/ids.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type EnvelopeClass } from '../wire/frames.ts';
import { type IdentityKeyPair } from './identity.ts';

/** prekey and message are ratcheted; plain is not, and only typing travels in it. */
export type EnvelopeType = 'prekey' | 'message' | 'plain';

/** Remembers the static–static secrets of contacts, for one own identity. */
export interface AgreementCache {
  agree(privateKey: Bytes, publicKey: Bytes): Promise<Bytes>;
}
export function createAgreementCache(_limit = 500): AgreementCache {
  throw new Fault('internal');
}

export interface SealOptions {
  readonly recipientIdentityKey: Bytes;
  readonly recipientDevice: DeviceId;
  readonly identity: IdentityKeyPair;
  readonly inner: {
    readonly host: string;
    readonly relayKey: Bytes;
    readonly senderDevice: DeviceId;
    readonly type: EnvelopeType;
    readonly class: EnvelopeClass;
    readonly body: Bytes;
  };
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
export interface OpenedEnvelope {
  readonly sender: AccountId;
  readonly senderIdentityKey: Bytes;
  readonly host: string;
  readonly relayKey: Bytes;
  readonly senderDevice: DeviceId;
  readonly type: EnvelopeType;
  readonly class: EnvelopeClass;
  readonly body: Bytes;
}
export async function sealEnvelope(_options: SealOptions): Promise<Bytes> {
  throw new Fault('internal');
}
export async function openEnvelope(
  _envelope: Bytes,
  _options: OpenOptions,
): Promise<OpenedEnvelope> {
  throw new Fault('internal');
}
export function envelopeHash(_envelope: Uint8Array): EnvelopeHash {
  throw new Fault('internal');
}
export function paddedLength(_length: number): number {
  throw new Fault('internal');
}
