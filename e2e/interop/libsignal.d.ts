/** The part of @signalapp/libsignal-client that the oracle uses, so that types check where it is not installed. */
/* eslint-disable @typescript-eslint/no-misused-new -- libsignal's constructors are named `new` */
declare module '@signalapp/libsignal-client' {
  type Raw = Uint8Array<ArrayBuffer>;

  class PublicKey {
    private constructor();
    static deserialize(bytes: Raw): PublicKey;
    serialize(): Raw;
    verify(message: Raw, signature: Raw): boolean;
  }
  class PrivateKey {
    private constructor();
    static generate(): PrivateKey;
    static deserialize(bytes: Raw): PrivateKey;
    serialize(): Raw;
    sign(message: Raw): Raw;
    agree(other: PublicKey): Raw;
    getPublicKey(): PublicKey;
  }
  class KEMPublicKey {
    private constructor();
    static deserialize(bytes: Raw): KEMPublicKey;
    serialize(): Raw;
  }
  class KEMKeyPair {
    private constructor();
    static generate(): KEMKeyPair;
    getPublicKey(): KEMPublicKey;
  }
  class PreKeyRecord {
    private constructor();
    static new(id: number, publicKey: PublicKey, privateKey: PrivateKey): PreKeyRecord;
    static deserialize(bytes: Raw): PreKeyRecord;
    serialize(): Raw;
  }
  class SignedPreKeyRecord {
    private constructor();
    static new(
      id: number,
      timestamp: number,
      publicKey: PublicKey,
      privateKey: PrivateKey,
      signature: Raw,
    ): SignedPreKeyRecord;
    serialize(): Raw;
  }
  class KyberPreKeyRecord {
    private constructor();
    static new(
      id: number,
      timestamp: number,
      keyPair: KEMKeyPair,
      signature: Raw,
    ): KyberPreKeyRecord;
    serialize(): Raw;
  }
  class PreKeyBundle {
    private constructor();
    static new(
      registrationId: number,
      deviceId: number,
      prekeyId: number | null,
      prekey: PublicKey | null,
      signedPrekeyId: number,
      signedPrekey: PublicKey,
      signedPrekeySignature: Raw,
      identityKey: PublicKey,
      kyberPrekeyId: number,
      kyberPrekey: KEMPublicKey,
      kyberPrekeySignature: Raw,
    ): PreKeyBundle;
  }
  class SessionRecord {
    private constructor();
    static deserialize(bytes: Raw): SessionRecord;
    serialize(): Raw;
  }
  class SignalMessage {
    private constructor();
    static deserialize(bytes: Raw): SignalMessage;
  }
  class PreKeySignalMessage {
    private constructor();
    static deserialize(bytes: Raw): PreKeySignalMessage;
    version(): number;
  }
  class ProtocolAddress {
    private constructor();
    static new(name: string, deviceId: number): ProtocolAddress;
    toString(): string;
  }
  interface CiphertextMessage {
    serialize(): Raw;
    /** 2 is a SignalMessage, 3 a PreKeySignalMessage. */
    type(): number;
  }
  abstract class SessionStore {
    abstract saveSession(name: ProtocolAddress, record: SessionRecord): Promise<void>;
    abstract getSession(name: ProtocolAddress): Promise<SessionRecord | null>;
    abstract getExistingSessions(addresses: ProtocolAddress[]): Promise<SessionRecord[]>;
  }
  abstract class IdentityKeyStore {
    abstract getIdentityKey(): Promise<PrivateKey>;
    abstract getLocalRegistrationId(): Promise<number>;
    abstract saveIdentity(name: ProtocolAddress, key: PublicKey): Promise<number>;
    abstract isTrustedIdentity(name: ProtocolAddress, key: PublicKey): Promise<boolean>;
    abstract getIdentity(name: ProtocolAddress): Promise<PublicKey | null>;
  }
  abstract class PreKeyStore {
    abstract savePreKey(id: number, record: PreKeyRecord): Promise<void>;
    abstract getPreKey(id: number): Promise<PreKeyRecord>;
    abstract removePreKey(id: number): Promise<void>;
  }
  abstract class SignedPreKeyStore {
    abstract saveSignedPreKey(id: number, record: SignedPreKeyRecord): Promise<void>;
    abstract getSignedPreKey(id: number): Promise<SignedPreKeyRecord>;
  }
  abstract class KyberPreKeyStore {
    abstract saveKyberPreKey(id: number, record: KyberPreKeyRecord): Promise<void>;
    abstract getKyberPreKey(id: number): Promise<KyberPreKeyRecord>;
    abstract markKyberPreKeyUsed(
      id: number,
      signedPreKeyId: number,
      baseKey: PublicKey,
    ): Promise<void>;
  }
  class Fingerprint {
    private constructor();
    static new(
      iterations: number,
      version: number,
      localIdentifier: Raw,
      localKey: PublicKey,
      remoteIdentifier: Raw,
      remoteKey: PublicKey,
    ): Fingerprint;
    displayableFingerprint(): { toString(): string };
  }
  function processPreKeyBundle(
    bundle: PreKeyBundle,
    address: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
    now?: Date,
  ): Promise<void>;
  function signalEncrypt(
    message: Raw,
    address: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
    now?: Date,
  ): Promise<CiphertextMessage>;
  function signalDecrypt(
    message: SignalMessage,
    address: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
  ): Promise<Raw>;
  function signalDecryptPreKey(
    message: PreKeySignalMessage,
    address: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
    prekeys: PreKeyStore,
    signedPrekeys: SignedPreKeyStore,
    kyberPrekeys: KyberPreKeyStore,
  ): Promise<Raw>;
}
