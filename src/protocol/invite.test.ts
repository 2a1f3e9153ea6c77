import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { fromBase64Url, toHex, utf8 } from '../lib/bytes.ts';
import { accountIdOf } from '../wire/address.ts';
import { createIdentity } from './identity.ts';
import { type Invite, MAX_INVITE_BYTES, formatInvite, parseInvite } from './invite.ts';

const random = seededRandom('invite');
const invite: Invite = {
  id: accountIdOf((await createIdentity(random)).publicKey),
  host: 'localhost:8787',
  relayKey: random(32),
  token: random(16),
  name: 'Ana García',
  expires: 1_760_000_000_000,
  oneTime: true,
};
const origin = 'http://localhost:8787';

test('a link is read as it was made', () => {
  const link = formatInvite(invite, origin);
  expect(link.startsWith(`${origin}/#i1`)).toBe(true);
  expect(parseInvite(link)).toEqual(invite);
  const { expires: _, ...open } = { ...invite, oneTime: false };
  expect(parseInvite(formatInvite(open, origin))).toEqual(open);
});

test('words around it, spaces, line breaks within and an escaped # are forgiven', () => {
  const link = formatInvite(invite, origin);
  const fragment = link.slice(link.indexOf('#'));
  const texts = [
    `  ${link}\n`,
    `Write to me: ${link} — Ana`,
    `<${link}>`,
    `(${link}).`,
    `*${link}*`,
    link.replace('#', '%23'),
    fragment,
    fragment.slice(1),
    `${link.slice(0, 90)}\r\n  ${link.slice(90, 160)}\n${link.slice(160)}`,
    `Look, #i1 was the first! ${link}`,
  ];
  for (const text of texts) expect(parseInvite(text)).toEqual(invite);
});

test('anything else is a bad invite', () => {
  const link = formatInvite(invite, origin);
  const changed = link.slice(0, -9) + (link.at(-9) === 'A' ? 'B' : 'A') + link.slice(-8);
  const texts = [
    '',
    'hello',
    '#i1',
    `${origin}/#i1AAAA`,
    link.slice(0, -3),
    changed,
    'x'.repeat(1e6),
  ];
  for (const text of [...texts, link.replace('#i1', '#i2')])
    expect(() => parseInvite(text)).toThrow('bad-invite');
});

test('neither name, id, token nor host can be found in a link, and two links of one invite differ', () => {
  const link = formatInvite(invite, 'http://x');
  const payload = toHex(fromBase64Url(link.slice(link.indexOf('#i1') + 3)));
  for (const secret of [utf8(invite.name), invite.token, invite.relayKey, utf8(invite.host)])
    expect(payload).not.toContain(toHex(secret));
  expect(link).not.toContain(invite.id);
  expect(formatInvite(invite, origin)).not.toBe(formatInvite(invite, origin));
});

test('a link stays short: a name that does not fit is cut between letters', () => {
  const long = { ...invite, host: `${'a'.repeat(60)}.${'b'.repeat(60)}.example:65535` };
  const link = formatInvite({ ...long, name: '👩🏽'.repeat(32) }, origin);
  const payload = fromBase64Url(link.slice(link.indexOf('#i1') + 3));
  expect(payload.length).toBeLessThanOrEqual(MAX_INVITE_BYTES);
  const { name } = parseInvite(link);
  expect(name.length).toBeGreaterThan(20);
  expect('👩🏽'.repeat(32).startsWith(name)).toBe(true);
  const host = Array.from({ length: 4 }, () => 'a'.repeat(61)).join('.');
  expect(parseInvite(formatInvite({ ...long, host, name: 'Ana' }, origin)).name).toBe('Ana');
});
