/** Byte strings: joining, comparing, and the text forms used in frames, keys and links. */
import { Fault } from './fault.ts';

/** Bytes backed by a plain ArrayBuffer, which WebCrypto, IndexedDB and WebSocket all accept. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Joins byte strings into a new one. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Compares without leaving early, so that the time tells nothing of where two MACs differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/**
 * Frees the memory of bytes that nobody uses any more, at once: collectors come late to large buffers, and a file of
 * gigabytes passes in many. Every view of their buffers is empty afterwards. Handing them to a port that nobody reads
 * does it everywhere; `ArrayBuffer.transfer` was tried, and Chromium kept the memory.
 */
export function release(...unused: readonly Bytes[]): void {
  const buffers = new Set(unused.map(({ buffer }) => buffer));
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(
    null,
    [...buffers].filter(({ byteLength }) => byteLength > 0),
  );
  port1.close();
}

/** A copy with a buffer of its own. */
export function copyBytes(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}

/** UTF-8 of a string; lone surrogates become U+FFFD. */
export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** The string of UTF-8 bytes. Throws Fault `malformed` on anything that is not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch (error) {
    throw new Fault('malformed', 'never', error);
  }
}

const hexDigits = '0123456789abcdef';

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (hexDigits[byte >> 4] ?? '') + (hexDigits[byte & 15] ?? '');
  return text;
}

/** Bytes of a hexadecimal string of even length. Throws Fault `malformed`. */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new Fault('malformed');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += base64Alphabet.charAt(word >> 18) + base64Alphabet.charAt((word >> 12) & 63);
    if (left > 1) text += base64Alphabet.charAt((word >> 6) & 63);
    if (left > 2) text += base64Alphabet.charAt(word & 63);
  }
  return text;
}

/** Bytes of an unpadded base64url string. Throws Fault `malformed`, also on stray bits at the end. */
export function fromBase64Url(text: string): Bytes {
  const tail = text.length % 4;
  if (tail === 1) throw new Fault('malformed');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = base64Alphabet.indexOf(letter);
    if (value < 0) throw new Fault('malformed');
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 0xff;
    }
  }
  if ((word & ((1 << bits) - 1)) !== 0) throw new Fault('malformed');
  return bytes;
}
