import { expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../lib/bytes.ts';
import { hmacSha1 } from './hmac-sha1.ts';

// RFC 2202, section 3.
test.each([
  ['0b'.repeat(20), toHex(utf8('Hi There')), 'b617318655057264e28bc0b6fb378c8ef146be00'],
  [
    toHex(utf8('Jefe')),
    toHex(utf8('what do ya want for nothing?')),
    'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
  ],
  ['aa'.repeat(20), 'dd'.repeat(50), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
  [
    '0102030405060708090a0b0c0d0e0f10111213141516171819',
    'cd'.repeat(50),
    '4c9007f4026250c6bc8414f9bf50c86c2d7235da',
  ],
  [
    '0c'.repeat(20),
    toHex(utf8('Test With Truncation')),
    '4c1a03424b55e07fe7f27be1d58bb9324a9a5a04',
  ],
  [
    'aa'.repeat(80),
    toHex(utf8('Test Using Larger Than Block-Size Key - Hash Key First')),
    'aa4ae5e15272d00e95705637ce8a3b55ed402112',
  ],
  [
    'aa'.repeat(80),
    toHex(utf8('Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data')),
    'e8e99d0f45237d786d6bbaa7965c7808bbff1a91',
  ],
])('HMAC-SHA1 of RFC 2202 holds', (key, message, mac) => {
  expect(toHex(hmacSha1(fromHex(key), fromHex(message)))).toBe(mac);
});
