/**
 * The reference implementation as one party: libsignal-client with stores in memory, every session read from bytes
 * and written back as bytes at each step. Used through its public interface only.
 */
import {
  IdentityKeyStore,
  KEMKeyPair,
  KEMPublicKey,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyBundle,
  PreKeyRecord,
  PreKeySignalMessage,
  PreKeyStore,
  PrivateKey,
  ProtocolAddress,
  PublicKey,
  SessionRecord,
  SessionStore,
  SignalMessage,
  SignedPreKeyRecord,
  SignedPreKeyStore,
  processPreKeyBundle,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt,
} from '@signalapp/libsignal-client';
import { type Bytes } from '../../src/lib/bytes.ts';
import { type Sent } from '../../src/protocol/testing/people.ts';
import { type WireBundle } from '../../src/wire/frames.ts';

class Sessions extends SessionStore {
  private readonly records = new Map<string, Bytes>();
  override async saveSession(name: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.records.set(name.toString(), record.serialize());
  }
  override async getSession(name: ProtocolAddress): Promise<SessionRecord | null> {
    const bytes = this.records.get(name.toString());
    return bytes ? SessionRecord.deserialize(bytes) : null;
  }
  override async getExistingSessions(names: ProtocolAddress[]): Promise<SessionRecord[]> {
    const found = await Promise.all(names.map((name) => this.getSession(name)));
    return found.filter((record) => record !== null);
  }
}

class Identities extends IdentityKeyStore {
  private readonly key: PrivateKey;
  private readonly registrationId: number;
  private readonly known = new Map<string, PublicKey>();
  constructor(key: PrivateKey, registrationId: number) {
    super();
    this.key = key;
    this.registrationId = registrationId;
  }
  override async getIdentityKey(): Promise<PrivateKey> {
    return this.key;
  }
  override async getLocalRegistrationId(): Promise<number> {
    return this.registrationId;
  }
  override async saveIdentity(name: ProtocolAddress, key: PublicKey): Promise<number> {
    this.known.set(name.toString(), key);
    return 0;
  }
  override async isTrustedIdentity(): Promise<boolean> {
    return true;
  }
  override async getIdentity(name: ProtocolAddress): Promise<PublicKey | null> {
    return this.known.get(name.toString()) ?? null;
  }
}

class Records<Item> {
  private readonly items = new Map<number, Item>();
  put(id: number, item: Item): void {
    this.items.set(id, item);
  }
  take(id: number): Item {
    const item = this.items.get(id);
    if (item === undefined) throw new Error(`no record ${id}`);
    return item;
  }
  remove(id: number): void {
    this.items.delete(id);
  }
}

class Prekeys extends PreKeyStore {
  private readonly records = new Records<PreKeyRecord>();
  override async savePreKey(id: number, record: PreKeyRecord): Promise<void> {
    this.records.put(id, record);
  }
  override async getPreKey(id: number): Promise<PreKeyRecord> {
    return this.records.take(id);
  }
  override async removePreKey(id: number): Promise<void> {
    this.records.remove(id);
  }
}

class SignedPrekeys extends SignedPreKeyStore {
  private readonly records = new Records<SignedPreKeyRecord>();
  override async saveSignedPreKey(id: number, record: SignedPreKeyRecord): Promise<void> {
    this.records.put(id, record);
  }
  override async getSignedPreKey(id: number): Promise<SignedPreKeyRecord> {
    return this.records.take(id);
  }
}

class KyberPrekeys extends KyberPreKeyStore {
  private readonly records = new Records<KyberPreKeyRecord>();
  override async saveKyberPreKey(id: number, record: KyberPreKeyRecord): Promise<void> {
    this.records.put(id, record);
  }
  override async getKyberPreKey(id: number): Promise<KyberPreKeyRecord> {
    return this.records.take(id);
  }
  override async markKyberPreKeyUsed(): Promise<void> {
    // As if it were the last resort: kept.
  }
}

const LOCAL = ProtocolAddress.new('oracle', 1);
const PEER = ProtocolAddress.new('sotto', 1);
const FIRST_ONE_TIME = 31;

/** libsignal's user. */
export class Oracle {
  readonly identityKey: PublicKey;
  readonly privateKey: PrivateKey;
  readonly address = LOCAL;
  private readonly registrationId = 4242;
  private readonly identities: Identities;
  private sessions = new Sessions();
  private readonly prekeys = new Prekeys();
  private readonly signedPrekeys = new SignedPrekeys();
  private readonly kyberPrekeys = new KyberPrekeys();
  private readonly signed = PrivateKey.generate();
  private readonly kyber = KEMKeyPair.generate();
  private nextOneTime = FIRST_ONE_TIME;

  constructor() {
    this.privateKey = PrivateKey.generate();
    this.identityKey = this.privateKey.getPublicKey();
    this.identities = new Identities(this.privateKey, this.registrationId);
  }

  /** Forgets all sessions: the same person, starting over. */
  forget(): void {
    this.sessions = new Sessions();
  }

  /** A bundle as Sotto's relay would hand it out. */
  async bundle(withOneTime: boolean): Promise<WireBundle> {
    const signedKey = this.signed.getPublicKey();
    const signature = this.privateKey.sign(signedKey.serialize());
    const kyberKey = this.kyber.getPublicKey().serialize();
    const kyberSignature = this.privateKey.sign(kyberKey);
    await this.signedPrekeys.saveSignedPreKey(
      5,
      SignedPreKeyRecord.new(5, 1, signedKey, this.signed, signature),
    );
    await this.kyberPrekeys.saveKyberPreKey(
      9,
      KyberPreKeyRecord.new(9, 1, this.kyber, kyberSignature),
    );
    const bundle = {
      identityKey: this.identityKey.serialize(),
      registrationId: this.registrationId,
      signedPrekey: { id: 5, key: signedKey.serialize(), signature },
      kyberPrekey: { id: 9, key: kyberKey, signature: kyberSignature },
    };
    if (!withOneTime) return bundle;
    const id = this.nextOneTime++;
    const oneTime = PrivateKey.generate();
    await this.prekeys.savePreKey(id, PreKeyRecord.new(id, oneTime.getPublicKey(), oneTime));
    return { ...bundle, oneTimePrekey: { id, key: oneTime.getPublicKey().serialize() } };
  }

  /** Begins a session from Sotto's bundle. */
  async begin(bundle: WireBundle): Promise<void> {
    const { identityKey, registrationId, signedPrekey, kyberPrekey, oneTimePrekey } = bundle;
    const theirs = PreKeyBundle.new(
      registrationId,
      1,
      oneTimePrekey?.id ?? null,
      oneTimePrekey ? PublicKey.deserialize(oneTimePrekey.key) : null,
      signedPrekey.id,
      PublicKey.deserialize(signedPrekey.key),
      signedPrekey.signature,
      PublicKey.deserialize(identityKey),
      kyberPrekey.id,
      KEMPublicKey.deserialize(kyberPrekey.key),
      kyberPrekey.signature,
    );
    await processPreKeyBundle(theirs, PEER, this.sessions, this.identities);
  }

  async write(plaintext: Bytes): Promise<Sent> {
    const sent = await signalEncrypt(plaintext, PEER, this.sessions, this.identities);
    return { type: sent.type() === 3 ? 'prekey' : 'message', body: sent.serialize() };
  }

  async read({ type, body }: Sent): Promise<Bytes> {
    if (type === 'message')
      return signalDecrypt(SignalMessage.deserialize(body), PEER, this.sessions, this.identities);
    return signalDecryptPreKey(
      PreKeySignalMessage.deserialize(body),
      PEER,
      this.sessions,
      this.identities,
      this.prekeys,
      this.signedPrekeys,
      this.kyberPrekeys,
    );
  }
}
