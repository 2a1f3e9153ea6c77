import { type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressOf } from './addresses.ts';

const requestFrom = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;
const direct = (address: string): string => addressOf(requestFrom(address), false);
const behindProxy = (forwarded: string): string =>
  addressOf(requestFrom('10.0.0.1', forwarded), true);

describe('an address', () => {
  it('of IPv6 counts by its /64, however it is written', () => {
    const network = direct('2001:db8:0:0:1:2:3:4');
    for (const same of ['2001:db8::1', '2001:db8::ffff:1:2:3', '2001:DB8:0::9', '2001:db8::'])
      expect(direct(same), same).toBe(network);
    for (const other of ['2001:db8:0:1::1', '2001:db8:1::1', '2001:db9::1', '::1'])
      expect(direct(other), other).not.toBe(network);
    expect(direct('2001:db8:1:2::1')).toBe(direct('2001:db8:1:2:3:4:5:6'));
    expect(direct('fe80::1%eth0')).toBe(direct('fe80::2%eth0'));
  });

  it('of IPv4 counts by itself, also where it is written as IPv6', () => {
    expect(direct('::ffff:192.0.2.7')).toBe(direct('192.0.2.7'));
    expect(direct('::ffff:192.0.2.8')).not.toBe(direct('192.0.2.7'));
  });

  it('is the last that the proxy added, with or without a port', () => {
    expect(behindProxy('203.0.113.9, 192.0.2.7')).toBe(direct('192.0.2.7'));
    expect(behindProxy('192.0.2.7:61234')).toBe(direct('192.0.2.7'));
    expect(behindProxy('[2001:db8::1]:443')).toBe(direct('2001:db8::1'));
    expect(behindProxy('[2001:db8::1]')).toBe(direct('2001:db8::1'));
  });

  it('that is none is that of the proxy, so that nobody counts as anew with each invention', () => {
    for (const nonsense of ['', 'unknown', 'x'.repeat(9_000), '1.2.3.4.5', '_hidden'])
      expect(behindProxy(nonsense), nonsense).toBe(direct('10.0.0.1'));
  });
});
