/** The states of a call that the engine in memory can bring about, for demo-states.ts. Nobody is connected. */
import { expect, type Page } from '@playwright/test';
import { type CallEnd } from '../../src/engine/api.ts';
import { type TextKey } from '../../src/ui/i18n/texts.ts';
import { idOf, log, settled } from './demo.ts';

const outcomes: readonly CallEnd['outcome'][] = [
  'talked',
  'declined',
  'busy',
  'unanswered',
  'cancelled',
  'failed',
  'missed',
];

/** @param open opens a chat by its name; @param t the words of a key */
export async function showCallStates(
  page: Page,
  { open, t }: { open: (name: string) => Promise<void>; t: (key: TextKey) => string },
  visit: (state: string) => Promise<void>,
): Promise<void> {
  const button = (key: TextKey) => page.getByRole('button', { name: t(key), exact: true });
  const region = page.getByRole('region', { name: t('call.region'), exact: true });
  const ana = await idOf(page, 'Ana Quetzal');
  await open('Ana Quetzal');
  await page.evaluate(
    ([id, all]) => {
      for (const outcome of all) {
        fake.changeCall(id, { outgoing: outcome !== 'missed' });
        fake.endCallAs(outcome, outcome === 'talked' ? 754_000 : undefined);
      }
    },
    [ana, outcomes] as const,
  );
  await expect(log(page).getByRole('button', { name: t('call.back'), exact: true })).toHaveCount(7);
  await settled(page);
  await expect(region).toContainText(t('call.end-failed'));
  await visit('call-rows');
  await page.evaluate((id) => fake.ring(id, true), ana);
  await expect(button('call.accept')).toBeVisible();
  await visit('call-incoming');
  await page.evaluate((id) => {
    fake.changeCall(id, { phase: 'talking', since: Date.now() - 83_000, muted: true });
  }, ana);
  await expect(region).toContainText(t('call.elsewhere'));
  await visit('call-elsewhere');
  await page.evaluate(() => fake.endCallAs('talked', 83_000));
  await button('chat.call').click();
  await expect(button('call.directly')).toBeVisible();
  await visit('call-no-relay');
  await button('call.directly').click();
  await expect(region.getByRole('alert')).toBeVisible();
  await visit('call-fault');
  await region.getByRole('button', { name: t('close'), exact: true }).click();
  await expect(region).toHaveCount(0);
}
