/** What each test of the conformance suite begins with: a relay of its own, and Ana, who is new to it. */
import { type TestAPI, it } from 'vitest';
import { type HostUnderTest, type Person, makePerson } from '../test-client.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Vitest's `it`, handing each test its host and Ana. */
export type HostTest = TestAPI<{ host: HostUnderTest; ana: Person }>;

/** Tests over relays that `startHost` starts. */
export function hostTest(startHost: () => Promise<HostUnderTest>): HostTest {
  return it.extend<{ host: HostUnderTest; ana: Person }>({
    host: async ({ task: _ }, use) => {
      const host = await startHost();
      await use(host);
      await host.close();
    },
    ana: async ({ host }, use) => use(makePerson(host.random)),
  });
}
