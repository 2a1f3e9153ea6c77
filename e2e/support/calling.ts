/** What a person sees and hears of calls, for the journeys. Ana hums at 440 Hz, Ben at 880. */
import { expect, type Locator, type Page } from '@playwright/test';
import { hears } from './ears.ts';
import { type NewPerson } from './journey.ts';
import { button, introduce, log, openChat, type Person } from './people.ts';

/** Hz. */
export const ANA = 440;
export const BEN = 880;

/** The bar above everything while there is a call. */
export const call = (page: Page): Locator =>
  page.getByRole('region', { name: 'Call', exact: true });

/** What rings. */
export const incoming = (page: Page): Locator =>
  page.getByRole('dialog', { name: 'Incoming call', exact: true });

/** The lines that calls left in the open chat. */
export const rows = (page: Page): Locator =>
  log(page).getByRole('article', { name: /voice call/i });

/** Waits until a page hears a tone, or silence for 0. */
export async function expectToHear(page: Page, hertz: number): Promise<void> {
  await expect
    .poll(async () => Math.abs((await hears(page)) - hertz), { timeout: 20_000 })
    .toBeLessThan(10);
}

/** Ana and Ben, who know each other, each in their chat. */
export async function pair(newPerson: (how?: NewPerson) => Promise<Person>) {
  const ana = await newPerson({ name: 'Ana', hum: ANA });
  const ben = await newPerson({ name: 'Ben', hum: BEN });
  await introduce(ben, ana);
  await openChat(ana.page, 'Ben');
  await openChat(ben.page, 'Ana');
  return { ana: ana.page, ben: ben.page, anaPerson: ana, benPerson: ben };
}

/** One calls, the other accepts, and both talk. */
export async function talk(from: Page, to: Page): Promise<void> {
  await button(from, 'Voice call').click();
  await button(incoming(to), 'Accept').click();
  for (const page of [from, to]) await expect(call(page)).toContainText(/\d:\d\d/);
}
