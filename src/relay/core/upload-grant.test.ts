import { expect, it } from 'vitest';
import { toHex } from '../../lib/bytes.ts';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { uploadGrants } from './upload-grant.ts';

const random = seededRandom('grants');

it('says what it was given for, and is good for nothing once a bit of it was changed', () => {
  const grants = uploadGrants(random(32), random);
  const deleteHash = random(32);
  const size = 2 ** 31 + 131_072;
  const grant = grants.give(1_800_000_000_000, size, deleteHash);
  const read = grants.read(grant);
  expect(read).toMatchObject({ until: 1_800_000_000_000, size });
  expect(toHex(read!.deleteHash)).toBe(toHex(deleteHash));
  for (let bit = 0; bit < grant.length * 8; bit++) {
    const changed = grant.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(grants.read(changed)).toBeUndefined();
  }
  for (let length = 0; length < grant.length; length++)
    expect(grants.read(grant.slice(0, length))).toBeUndefined();
});

it('is of one relay alone, and no two are alike', () => {
  const deleteHash = random(32);
  const ours = uploadGrants(random(32), random);
  const theirs = uploadGrants(random(32), random);
  expect(theirs.read(ours.give(1, 1, deleteHash))).toBeUndefined();
  const [one, two] = [ours.give(1, 1, deleteHash), ours.give(1, 1, deleteHash)];
  expect(ours.read(one)?.upload).not.toBe(ours.read(two)?.upload);
});
