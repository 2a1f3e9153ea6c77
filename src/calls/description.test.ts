import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../lib/fault.ts';
import {
  admitCandidates,
  admitDescription,
  dischargeCandidate,
  dischargeDescription,
  fragmentOf,
  repeatAsAnswer,
  shapeSound,
  takesRedundancy,
} from './description.ts';
import { pack, unpack } from './packing.ts';

const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join(':')}`;
const relay =
  'a=candidate:1 1 udp 41885439 203.0.113.5 61000 typ relay raddr 0.0.0.0 rport 0 generation 0';
const host = 'a=candidate:2 1 udp 2122260223 192.168.1.7 50000 typ host generation 0';
const reflexive =
  'a=candidate:3 1 udp 1686052607 198.51.100.9 50000 typ srflx raddr 192.168.1.7 rport 50000';
const named =
  'a=candidate:4 1 udp 2122260223 0b8f9e9a-3c1d-4e3c-9f43-3f0f7d3f6a11.local 50000 typ host';

/** A description as Chromium makes it, shortened. */
const description = (...more: string[]): string =>
  [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 13 126',
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:0123456789abcdef01234567',
    fingerprint,
    'a=setup:actpass',
    'a=mid:0',
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=rtcp-fb:111 transport-cc',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:63 red/48000/2',
    'a=fmtp:63 111/111',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:13 CN/8000',
    'a=rtpmap:126 telephone-event/8000',
    ...more,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:0123456789abcdef01234567',
    fingerprint,
    'a=setup:actpass',
    'a=mid:1',
    'a=sctp-port:5000',
    '',
  ].join('\r\n');

describe('what comes from the other side', () => {
  test('keeps the addresses of relays and loses all others', () => {
    const admitted = admitDescription(description(relay, host, reflexive, named), true);
    expect(admitted.match(/^a=candidate.*$/gm)).toEqual([relay]);
    expect(admitDescription(description(relay, host, reflexive, named), false)).toContain('.local');
  });

  test.each([
    ['only addresses that are not hidden', description(host, reflexive)],
    [
      'two fingerprints',
      description(relay).replace(fingerprint, fingerprint.replace('00:01', '01:00')),
    ],
    ['no fingerprint', description(relay).replaceAll(`${fingerprint}\r\n`, '')],
    ['a weak fingerprint', description(relay).replaceAll('sha-256', 'sha-1')],
    ['keys in the clear', description(relay, 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA')],
    ['a partner that checks nothing', description(relay, 'a=ice-lite')],
    ['a kind of media that no call has', description(relay).replace('m=application', 'm=message')],
    [
      'more addresses than any relay gives',
      description(...Array.from({ length: 33 }, () => relay)),
    ],
    ['an address without a port', description(relay.replace('61000', 'many'))],
    ['more text than any description', description(relay, `a=x:${'y'.repeat(25_000)}`)],
    ['more lines than any description', description(...Array.from({ length: 700 }, () => 'a=x'))],
    ['control characters', description(relay, 'a=x:\u0000')],
    ['nothing', ''],
    ['something else', 'hello'],
  ])('is refused with %s', (_, text) => {
    expect(() => admitDescription(text, true)).toThrow(Fault);
  });

  test('a name in place of an address is not looked up, and a stranger’s protocol not tried', () => {
    const lines = [
      relay.replace('203.0.113.5', 'turn.example.org'),
      relay.replace(' udp ', ' tcp '),
      relay,
    ];
    expect(admitCandidates(lines.join('\r\n'), true)).toEqual([relay.slice(2)]);
    expect(() => admitCandidates(`${relay}\r\nm=audio 9 RTP/AVP 0`, true)).toThrow(Fault);
  });

  test('never throws anything but a Fault, whatever is changed in it', () => {
    const text = description(relay, host);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(text.length), fc.string({ maxLength: 4 }), fc.nat(6)), {
          minLength: 1,
          maxLength: 6,
        }),
        (edits) => {
          let changed = text;
          for (const [at, put, cut] of edits)
            changed = changed.slice(0, at) + put + changed.slice(at + cut);
          try {
            const admitted = admitDescription(changed, true);
            for (const line of admitted.match(/^a=candidate:.*$/gm) ?? [])
              expect(line).toContain('typ relay');
            shapeSound(admitted, { dataUse: 'full', constantBitRate: true });
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('what leaves', () => {
  test('has no address but the relay’s, not even behind it', () => {
    const own = relay.replace('raddr 0.0.0.0 rport 0', 'raddr 198.51.100.9 rport 50000');
    expect(dischargeCandidate(own, true)).toBe(relay);
    expect(dischargeCandidate(host, true)).toBeUndefined();
    const text = dischargeDescription(description(own, host, reflexive, named), true);
    expect(text).not.toMatch(/192\.168|198\.51|\.local/);
    expect(dischargeDescription(description(host), false)).toContain('192.168.1.7');
  });

  test('has Opus alone, as chosen, and does not say how loud it is', () => {
    const shaped = shapeSound(description(), { dataUse: 'full', constantBitRate: true });
    expect(shaped).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n');
    expect(shaped).toContain('a=fmtp:111 minptime=10;useinbandfec=1;cbr=1\r\n');
    expect(shaped).not.toMatch(/PCMU|G722|telephone-event|CN\/8000|audio-level/);
    expect(shaped).toContain('a=sctp-port:5000');
    const narrow = shapeSound(description(), { dataUse: 'narrowband', constantBitRate: false });
    expect(narrow).toContain('maxplaybackrate=8000');
    expect(narrow).not.toContain('cbr');
    // Silence that is not sent is what makes it low, and what a constant rate would forbid.
    const low = shapeSound(description(), { dataUse: 'low', constantBitRate: true });
    expect(low).toMatch(/usedtx=1/);
    expect(low).not.toContain('cbr');
    expect(low).toContain('a=ptime:60\r\n');
  });

  test('is shaped the same when it is shaped twice', () => {
    for (const dataUse of ['full', 'wideband', 'narrowband', 'low'] as const) {
      const once = shapeSound(description(), { dataUse, constantBitRate: true });
      expect(shapeSound(once, { dataUse, constantBitRate: true })).toBe(once);
    }
  });
});

describe('packing', () => {
  test('makes a description as short as a message', async () => {
    const text = shapeSound(description(relay, relay), { dataUse: 'full', constantBitRate: true });
    const packed = await pack(text);
    expect(await unpack(packed)).toBe(text);
    expect(packed.length).toBeLessThan(700);
  });

  test('refuses what unpacks to more than a description can be, or is damaged', async () => {
    const bomb = await pack('a'.repeat(5_000_000));
    expect(bomb.length).toBeLessThan(8 * 1024);
    await expect(unpack(bomb)).rejects.toMatchObject({ code: 'bad-call-signal' });
    const packed = await pack(description());
    await expect(unpack(packed.slice(0, 90))).rejects.toMatchObject({ code: 'bad-call-signal' });
    await expect(unpack(new Uint8Array([255, 255, 255]))).rejects.toMatchObject({
      code: 'bad-call-signal',
    });
  });
});

describe('redundancy', () => {
  const sound = { dataUse: 'full', constantBitRate: true } as const;

  test('is named first and with another format, or Chromium goes on as before', () => {
    const plain = shapeSound(description(), sound);
    const redundant = shapeSound(plain, sound, true);
    expect(plain).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n');
    expect(redundant).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n');
    const formatOf = (text: string) => /^a=fmtp:111 .*$/m.exec(text)?.[0];
    expect(formatOf(redundant)).not.toBe(formatOf(plain));
    expect(formatOf(redundant)).toContain('cbr=1');
    expect(shapeSound(redundant, sound)).toBe(plain);
  });

  test('is asked for only where the other side takes it', () => {
    expect(takesRedundancy(description())).toBe(true);
    expect(takesRedundancy(description().replace('a=rtpmap:63 red/48000/2\r\n', ''))).toBe(false);
  });

  test('a description is repeated as the answer that it had, and is the same search for ways', () => {
    const own = description().replaceAll('a=setup:actpass', 'a=setup:active');
    const repeated = repeatAsAnswer(description(), own);
    expect(repeated).toContain('a=setup:passive');
    expect(repeated).not.toContain('actpass');
    expect(repeatAsAnswer(own, description())).toBe(own);
    expect(fragmentOf(repeated)).toBe('abcd');
    expect(fragmentOf('v=0')).toBeUndefined();
  });
});
