/** The states of backups, for demo-states.ts: Settings is open. The file is none; the engine in memory takes any. */
import { expect, type Page } from '@playwright/test';
import { type TextKey } from '../../src/ui/i18n/texts.ts';
import { call } from './demo.ts';

/** @param t the words of a key */
export async function showBackupStates(
  page: Page,
  t: (key: TextKey) => string,
  visit: (state: string) => Promise<void>,
): Promise<void> {
  const button = (key: TextKey) => page.getByRole('button', { name: t(key), exact: true });
  const dialog = page.getByRole('dialog');
  const closeDialog = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  };
  await page.evaluate(() => {
    const day = 86_400_000;
    const all = { messages: 12_408, media: 310, bytes: 1_200_000_000 };
    fake.setBackup({
      key: 'confirmed',
      last: { made: Date.now() - 31 * day, ...all },
      proven: { at: Date.now() - day, made: Date.now() - 31 * day, messages: 12_408 },
      interrupted: { kind: 'import', messages: 3_100, ofMessages: 12_408, made: 1 },
    });
  });
  await button('backup.go-on').scrollIntoViewIfNeeded();
  await visit('settings-backup');
  await page.evaluate(() => {
    const now = Date.now();
    const day = 86_400_000;
    const name = 'Copias de Sotto en el disco externo de la oficina';
    const last = { made: now - 9 * day, messages: 12_408, bytes: 1_200_000_000 };
    const one = { target: 'folder', name, schedule: 'week', access: 'granted' } as const;
    const failed = { at: now, code: 'folder-full' } as const;
    fake.setBackup({
      automatic: [{ ...one, since: now - 40 * day, next: now - day, last, failed }],
    });
  });
  await button('backup.stop-automatic').scrollIntoViewIfNeeded();
  await visit('settings-automatic');
  await button('back').click();
  await expect(button('backup.open-settings')).toBeVisible();
  await visit('backup-notice');
  await button('backup.open-settings').click();
  await button('backup.show-key').click();
  await expect(dialog.getByRole('listitem')).toHaveCount(4);
  await visit('recovery-key');
  await closeDialog();
  await button('backup.import').click();
  const chooser = page.waitForEvent('filechooser');
  await button('backup.choose').click();
  const name = 'una copia que tiene un nombre largo de verdad 2026-05-03.sotto';
  await (await chooser).setFiles({ name, mimeType: '', buffer: Buffer.alloc(9) });
  const key = await call(page, 'recoveryKey', null);
  const slip = key[0] === '9' ? '1' : '9';
  await dialog.getByRole('textbox').fill(slip + key.slice(1, 60));
  await expect(dialog.getByRole('status')).not.toBeEmpty();
  await visit('recovery-key-typed');
  await dialog.getByRole('textbox').fill(slip + key.slice(1));
  await button('backup.open').click();
  await expect(dialog.locator('[data-mended]')).toHaveCount(1);
  await visit('backup-reading');
  await closeDialog();
  await button('backup.archive').click();
  await expect(dialog.getByRole('combobox')).toBeFocused();
  await visit('archive');
  await closeDialog();
}
