/**
 * Wycheproof's vectors, found by SOTTO_VECTORS or beside the checkout in ../shared/vectors. Where the folder is
 * absent the tests are skipped and say so; otherwise each file's count of cases is printed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'vitest';
import { type Bytes, fromHex } from '../../lib/bytes.ts';
import { setNative } from '../native.ts';

const folder = resolve(process.env['SOTTO_VECTORS'] ?? '../shared/vectors');

/** A case: its hexadecimal fields by name, and what should come of it. */
export interface VectorCase {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly [field: string]: unknown;
}
export interface VectorGroup {
  readonly tests: readonly VectorCase[];
  readonly [field: string]: unknown;
}

/** Bytes of a hexadecimal field; absent is empty. */
export function hex(of: VectorCase | VectorGroup, field: string): Bytes {
  const value = of[field];
  return fromHex(typeof value === 'string' ? value : '');
}

/** A number field. */
export function number(of: VectorCase | VectorGroup, field: string): number {
  return Number(of[field]);
}

/**
 * Runs `check` over every case of `wycheproof-<name>.json`, with native implementations and without.
 * @param check throws, or rejects, when the case does not hold; false when it is not about what we use
 * @param modes native implementations on and off; one of them where there is but one way
 */
export function testVectors(
  name: string,
  check: (vector: VectorCase, group: VectorGroup) => unknown,
  modes: readonly boolean[] = [true, false],
): void {
  const path = resolve(folder, `wycheproof-${name}.json`);
  describe(`Wycheproof ${name}`, () => {
    if (!existsSync(path)) {
      test.skip(`no vectors: set SOTTO_VECTORS to a folder with wycheproof-${name}.json`);
      return;
    }
    const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as { testGroups: VectorGroup[] };
    test.each(modes)('every case holds, native: %s', async (native) => {
      let cases = 0;
      setNative(native);
      try {
        for (const group of testGroups) {
          for (const vector of group.tests) {
            try {
              if ((await check(vector, group)) !== false) cases++;
            } catch (cause) {
              const { tcId, comment = '' } = vector;
              throw new Error(`${name} case ${tcId} (${comment})`, { cause });
            }
          }
        }
      } finally {
        setNative(true);
      }
      process.stdout.write(`vectors: ${name}, native ${native}: ${cases} cases\n`);
    });
  });
}
