import { axeFindings } from './support/axe.ts';
import { expect, test } from './support/journey.ts';
import { showEveryState } from './support/states.ts';

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
      expect.soft(await axeFindings(page), state).toEqual([]);
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
