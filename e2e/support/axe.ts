/**
 * What axe finds on a page, the same way for journeys and for parts of the interface.
 *
 * axe runs in the page itself (`legacy` is its own word for that): nothing of Sotto is in a frame, and its other way
 * opens and closes a blank page for every look.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { type Page } from '@playwright/test';

interface AxeLook {
  /** Only what stands in this element: one selector for each shadow root on the way to it. */
  readonly within?: [string, string, ...string[]];
  /** Only this rule. */
  readonly rule?: string;
}

/** What axe finds, one line a finding: the rule, the element, and what is wrong with it. */
export async function axeFindings(page: Page, { within, rule }: AxeLook = {}): Promise<string[]> {
  // What is still appearing is half transparent, and no state to be judged; without motion nothing appears by and by.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const axe = new AxeBuilder({ page }).setLegacyMode();
  // Nothing is fetched to be looked at, and what passed is not written up.
  axe.options({ resultTypes: ['violations'], preload: false });
  if (within !== undefined) axe.include({ fromShadowDom: within });
  if (rule !== undefined) axe.withRules(rule);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}
