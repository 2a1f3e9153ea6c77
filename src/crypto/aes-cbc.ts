/**
 * AES-256-CBC with PKCS#7 padding: WebCrypto always, because an AES in script reads tables at secret places;
 * noble, loaded for it, only where WebCrypto is missing. Unauthenticated: callers check a MAC before they decrypt.
 * Source: NIST SP 800-38A section 6.2, RFC 5652 section 6.3.
 */
import { type Bytes } from '../lib/bytes.ts';
import { Fault, isFault } from '../lib/fault.ts';
import { nativeFor } from './native.ts';
import { arrived } from './part.ts';

const NAME = 'AES-CBC';

const script = () => arrived(import('./aes-script.ts'));

/** Encrypts; the result is the next multiple of 16 above the length of `data`. */
export async function encryptCbc(key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes> {
  const native = await nativeFor(NAME);
  if (!native) return (await script()).cbc(key, iv).encrypt(data);
  const imported = await native.importKey('raw', key, NAME, false, ['encrypt']);
  return new Uint8Array(await native.encrypt({ name: NAME, iv }, imported, data));
}

/** Decrypts and takes the padding off. Throws Fault `bad-padding` when it is wrong or the length is not whole blocks. */
export async function decryptCbc(key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes> {
  if (data.length === 0 || data.length % 16 !== 0) throw new Fault('bad-padding');
  const native = await nativeFor(NAME);
  try {
    if (!native) return (await script()).cbc(key, iv).decrypt(data);
    const imported = await native.importKey('raw', key, NAME, false, ['decrypt']);
    return new Uint8Array(await native.decrypt({ name: NAME, iv }, imported, data));
  } catch (error) {
    throw isFault(error) ? error : new Fault('bad-padding', 'never', error);
  }
}
