/**
 * The fixture of every journey: a relay process, and people on demand. On failure the relay's log is kept with
 * the report.
 */
import { test as base } from '@playwright/test';
import { giveMicrophone } from './ears.ts';
import { createAccount, type Person } from './people.ts';
import { startRelay, type TestRelay } from './relay.ts';
import { startTurn, type TestTurn } from './turn.ts';

export { expect } from '@playwright/test';

export interface HostOptions {
  /** Where the engine runs: the journeys are the same in both. */
  hostMode: 'shared-worker' | 'page';
  /** How many TURN servers there are; with none there are no calls. */
  turnServers: number;
}

export interface NewPerson {
  /** Makes an account under this name; without one the person stands before the first screen. */
  readonly name?: string;
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly permissions?: string[];
  /** The microphone hums at so many Hz; see ears.ts. */
  readonly hum?: number;
  /** Where the first tab begins; the app's own address unless told. */
  readonly address?: string;
}

interface Fixtures extends HostOptions {
  /** The TURN servers that the relay names, as many as `turnServers` says. */
  turns: TestTurn[];
  relay: TestRelay;
  /** The address at which a person opens the app. */
  address: string;
  /** Opens the app in a browser profile of its own. */
  newPerson: (how?: NewPerson) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  hostMode: ['shared-worker', { option: true }],

  turnServers: [0, { option: true }],

  turns: async ({ turnServers }, use) => {
    const turns: TestTurn[] = [];
    while (turns.length < turnServers) turns.push(await startTurn());
    await use(turns);
    for (const turn of turns) await turn.kill();
  },

  relay: async ({ turns }, use, info) => {
    const relay = await startRelay({ turn: turns });
    await use(relay);
    if (info.status !== info.expectedStatus) {
      await info.attach('relay.log', { body: relay.log(), contentType: 'text/plain' });
    }
    await relay.remove();
  },

  address: async ({ relay, hostMode }, use) => {
    await use(hostMode === 'page' ? `${relay.url}/?host=page` : `${relay.url}/`);
  },

  newPerson: async ({ browser, address }, use) => {
    const close: (() => Promise<void>)[] = [];
    await use(async ({ name = '', hum, address: begin = address, ...options } = {}) => {
      const context = await browser.newContext(options);
      close.push(() => context.close());
      if (hum) await giveMicrophone(context, hum);
      const newTab = async (at = address): Promise<Person['page']> => {
        const page = await context.newPage();
        await page.goto(at);
        return page;
      };
      const page = await newTab(begin);
      if (name) await createAccount(page, name);
      return { context, page, name, newTab: (hash = '') => newTab(`${address}${hash}`) };
    });
    for (const each of close) await each();
  },
});
