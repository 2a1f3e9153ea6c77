/**
 * Pictures of every everyday state to look at (the rarer ones are in e2e/ui/looks.spec.ts), in
 * test-results/screenshots:
 * `SOTTO_SCREENSHOTS=1 npx playwright test --config e2e/playwright.config.ts --project screenshots`.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from './support/journey.ts';
import { showEveryState } from './support/states.ts';

const folder = resolve(import.meta.dirname, '../test-results/screenshots');
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 380, height: 700 } };

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const locale of ['en-US', 'es-ES']) {
      const look = `${size}-${colorScheme}-${locale.slice(0, 2)}`;
      test(look, async ({ newPerson, relay }) => {
        test.setTimeout(180_000);
        await mkdir(folder, { recursive: true });
        let serial = 0;
        await showEveryState(
          { newPerson, relay },
          { viewport, colorScheme, locale },
          async (page, state) => {
            const number = String(++serial).padStart(2, '0');
            const path = join(folder, `${look}-${number}-${state}.png`);
            await page.screenshot({ path, animations: 'disabled' });
          },
        );
      });
    }
  }
}
