import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { utf8, fromUtf8 } from '../lib/bytes.ts';
import { createPerson, begin, write, read } from './testing/people.ts';
import { emptySessions } from './session.ts';
test('smoke', async () => {
  const r = seededRandom(1);
  const a = createPerson(r),
    b = createPerson(r);
  let sa = await begin(emptySessions(), a, b, r);
  const m = await write(sa, a, utf8('hello'));
  const o = await read(emptySessions(), b, a, m, r);
  expect(fromUtf8(o.plaintext)).toBe('hello');
  const m2 = await write(o.sessions, b, utf8('hi'));
  const o2 = await read(m.sessions, a, b, m2, r);
  expect(fromUtf8(o2.plaintext)).toBe('hi');
});
