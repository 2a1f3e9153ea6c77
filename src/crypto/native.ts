/**
 * The one place that decides between the platform's WebCrypto and noble. Every other file of this folder asks
 * here and holds both ways, so that tests can run each vector in either mode.
 * It does not know what is computed, only whether the platform can.
 */

/** A WebCrypto key, named so that it compiles in runtimes whose global types lack CryptoKey. */
export type NativeKey = Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;
/** The platform's WebCrypto. */
export type Subtle = typeof globalThis.crypto.subtle;
/** What a platform may have or lack on its own. */
export type NativeAlgorithm = 'AES-CBC' | 'HMAC' | 'X25519' | 'Ed25519';

/** The u coordinate 9 and the y coordinate 4/5: keys that every implementation takes. */
const probeKeys = { X25519: 9, Ed25519: 0x66 };

let allowed = true;
const probes = new Map<NativeAlgorithm, Promise<boolean>>();

/** Lets (true) or forbids (false) native implementations. For tests; the default is true. */
export function setNative(on: boolean): void {
  allowed = on;
}

/** WebCrypto if the platform has it and tests have not forbidden it; absent outside secure contexts. */
export function subtle(): Subtle | undefined {
  return allowed ? (globalThis.crypto as { subtle?: Subtle } | undefined)?.subtle : undefined;
}

/** WebCrypto if it has `algorithm`. Asked of the platform once, by importing a public key. */
export async function nativeFor(algorithm: NativeAlgorithm): Promise<Subtle | undefined> {
  const platform = subtle();
  if (!platform || algorithm === 'AES-CBC' || algorithm === 'HMAC') return platform;
  let probe = probes.get(algorithm);
  if (!probe) {
    probe = tryImport(platform, algorithm);
    probes.set(algorithm, probe);
  }
  return (await probe) ? platform : undefined;
}

async function tryImport(platform: Subtle, algorithm: 'X25519' | 'Ed25519'): Promise<boolean> {
  const key = new Uint8Array(32).fill(algorithm === 'X25519' ? 0 : probeKeys.Ed25519);
  key[0] = algorithm === 'X25519' ? probeKeys.X25519 : 0x58;
  try {
    await platform.importKey(
      'raw',
      key,
      algorithm,
      false,
      algorithm === 'Ed25519' ? ['verify'] : [],
    );
    return true;
  } catch {
    return false;
  }
}
