import { AxeBuilder } from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import { showEveryState } from './support/states.ts';

/** What axe finds, as one line a finding. */
async function findings(page: Page): Promise<string[]> {
  // What is still appearing is half transparent, and no state to be judged; without motion nothing appears by and by.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

// Colours do not depend on the words, nor names on the colours: each of both is walked through once.
for (const [colorScheme, locale] of [
  ['light', 'en-US'],
  ['dark', 'es-ES'],
] as const) {
  test(`axe finds nothing in any state, ${colorScheme}, ${locale}`, async ({
    newPerson,
    relay,
  }) => {
    test.setTimeout(180_000);
    const looks = { colorScheme, locale, viewport: { width: 1280, height: 800 } };
    await showEveryState({ newPerson, relay }, looks, async (page, state) => {
      expect.soft(await findings(page), state).toEqual([]);
    });
  });
}

test('at 320 px and at 200 % nothing is lost sideways', async ({ newPerson, relay }) => {
  test.setTimeout(180_000);
  const looks = { viewport: { width: 320, height: 640 }, locale: 'es-ES' };
  await showEveryState({ newPerson, relay }, looks, async (page, state) => {
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(overflow, state).toBeLessThanOrEqual(0);
  });
});
