/** base32 in lower case without padding (RFC 4648 section 6): account ids, 20 bytes ↔ 32 letters. */
import { type Bytes } from './bytes.ts';
import { Fault } from './fault.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** The letters of a byte string. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let word = 0;
  let bits = 0;
  for (const byte of bytes) {
    word = ((word << 8) | byte) & 0x1fff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((word >> bits) & 31);
    }
  }
  return bits > 0 ? text + alphabet.charAt((word << (5 - bits)) & 31) : text;
}

/** The bytes of lower-case letters. Throws Fault `malformed` on other letters, lengths or stray bits. */
export function fromBase32(text: string): Bytes {
  if ([1, 3, 6].includes(text.length % 8)) throw new Fault('malformed');
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let word = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw new Fault('malformed');
    word = ((word << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 0xff;
    }
  }
  if ((word & ((1 << bits) - 1)) !== 0) throw new Fault('malformed');
  return bytes;
}
