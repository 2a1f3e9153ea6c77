/**
 * Walks through the states of the screen that a relay and a second person seldom bring about: what failed, what
 * cannot be read, many unread messages, long and foreign texts, what stands still. In any language, size and theme;
 * the texts come from the app's own tables, because here the words are not what is tested. The everyday states are
 * walked by e2e/support/states.ts.
 */
import { type Page } from '@playwright/test';
import { type ViteDevServer } from 'vite';
import { enBackup } from '../../src/ui/i18n/en-backup.ts';
import { enCalls } from '../../src/ui/i18n/en-calls.ts';
import { enDetails } from '../../src/ui/i18n/en-details.ts';
import { enEmoji } from '../../src/ui/i18n/en-emoji.ts';
import { enSettings } from '../../src/ui/i18n/en-settings.ts';
import { enStart } from '../../src/ui/i18n/en-start.ts';
import { en } from '../../src/ui/i18n/en.ts';
import { esBackup } from '../../src/ui/i18n/es-backup.ts';
import { esCalls } from '../../src/ui/i18n/es-calls.ts';
import { esDetails } from '../../src/ui/i18n/es-details.ts';
import { esEmoji } from '../../src/ui/i18n/es-emoji.ts';
import { esSettings } from '../../src/ui/i18n/es-settings.ts';
import { esStart } from '../../src/ui/i18n/es-start.ts';
import { es } from '../../src/ui/i18n/es.ts';
import { pseudo } from '../../src/ui/i18n/pseudo.ts';
import { type TextKey, type Texts } from '../../src/ui/i18n/texts.ts';
import { movingPng } from '../support/gif.ts';
import { showBackupStates } from './backup-states.ts';
import { showCallStates } from './call-states.ts';
import { expect, idOf, log, receive, settled, wheel } from './demo.ts';

const english: Texts = {
  ...en,
  ...enDetails,
  ...enEmoji,
  ...enStart,
  ...enSettings,
  ...enCalls,
  ...enBackup,
};
export type DemoLanguage = 'en' | 'es' | 'pseudo';

const tables: Readonly<Record<DemoLanguage, Texts>> = {
  en: english,
  es: { ...es, ...esDetails, ...esEmoji, ...esStart, ...esSettings, ...esCalls, ...esBackup },
  pseudo: pseudo(english),
};

const long =
  `Lo de la casa, por partes: primero hay que hablar con el notario, que solo está los martes; después
llamar a la inmobiliaria, y que alguien mida el salón, porque nadie se acuerda de si el armario cabe o no cabe.
Aquí está todo: https://example.org/una/direccion/que-no-acaba-nunca?y=sigue&lleva=parametros-larguisimos#y-un-final
Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz, dijo ella.`.replaceAll('\n', ' ');

/**
 * Stops at each state.
 * @param visit called with a name for the state; the page stands still then
 */
export async function showDemoStates(
  page: Page,
  server: ViteDevServer,
  language: DemoLanguage,
  visit: (state: string) => Promise<void>,
): Promise<void> {
  const t = (key: TextKey): string => {
    const text = tables[language][key];
    if (typeof text !== 'string') throw new Error(`${key} is no plain text`);
    return text;
  };
  const narrow = (page.viewportSize()?.width ?? 0) < 760;
  const dialog = page.getByRole('dialog');
  const button = (key: TextKey) => page.getByRole('button', { name: t(key), exact: true });
  const line = (name: string) =>
    page.getByRole('link').filter({ has: page.getByText(name, { exact: true }) });

  const begin = async (wish: Readonly<Record<string, string>> = {}, hash = ''): Promise<void> => {
    const query = new URLSearchParams({ lang: language, ...wish });
    // A document of its own: a link to another fragment of the same one would not load it.
    await page.goto('about:blank');
    await page.goto(
      `${server.resolvedUrls?.local[0] ?? ''}src/ui/testing/demo.html?${query}${hash}`,
    );
    await expect(page.locator('main, [role="main"]').first()).toBeVisible();
  };
  const open = async (name: string): Promise<void> => {
    if (narrow && (await button('back').isVisible())) await button('back').click();
    await line(name).click();
    await expect(log(page)).toBeVisible();
    await settled(page);
  };
  const closeDialog = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  };

  await begin();
  await expect(line('Marta')).toBeVisible();
  await page.evaluate((id) => fake.setTyping(id, true), await idOf(page, 'Ben Ocelot'));
  await visit('chats');

  await open('Ana Quetzal');
  await visit('chat-unread-today');
  await open('Dr. Ferrer');
  await visit('chat-failed-and-stub');
  const failed = log(page).getByRole('article').filter({ hasText: '¿Y la dieta?' });
  await failed.focus();
  await page.keyboard.press('ContextMenu');
  await expect(page.getByRole('menu')).toBeVisible();
  await visit('message-menu');
  await page.keyboard.press('Escape');
  await page.keyboard.press('i');
  await expect(dialog).toBeVisible();
  await visit('message-details');
  await closeDialog();
  await page.keyboard.press('Delete');
  await expect(dialog).toBeVisible();
  await visit('delete-message');
  await closeDialog();
  await button('chat.details').click();
  await expect(dialog).toBeVisible();
  await visit('chat-details');
  await closeDialog();
  await open('Marta');
  await receive(page, 'Marta', long);
  await page.getByRole('textbox', { name: t('message'), exact: true }).fill(long);
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: t('message'), exact: true }).fill('uno\ndos\ntres\n');
  await settled(page);
  await visit('chat-long-texts');
  if (narrow) await button('back').click();
  await expect(button('notify.allow')).toBeVisible();
  await visit('offer');
  await open('Lucía');
  await visit('chat-attachments-nowhere');
  await page.evaluate(
    async (bytes) => {
      const source = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
      const picture = { type: source.type, width: 64, height: 64, source };
      for (const kind of ['sticker', 'gif'] as const)
        await fake.call('collect', { kind, ...picture });
    },
    [...movingPng()],
  );
  await button('chat.stickers').click();
  await button('emoji.share-stickers').click();
  await expect(dialog.getByRole('group').getByRole('button')).toHaveCount(2);
  await visit('picker-stickers-share');
  await page.keyboard.press('Escape');
  await dialog.getByRole('tab', { name: t('emoji.gifs'), exact: true }).click();
  await expect(dialog.locator('moving-picture')).toHaveCount(1);
  await visit('picker-gifs');
  await closeDialog();
  await open('Archivo de Tomás');
  await visit('chat-unread-many');
  await wheel(page, -1_500);
  await receive(page, 'Archivo de Tomás', 'uno', 'dos', 'tres');
  await settled(page);
  await visit('chat-jump-button');
  await open('دانا');
  await receive(page, 'دانا', 'شكراً، أراك غداً عند الميناء إن شاء الله. https://example.org/ميناء');
  await settled(page);
  await visit('chat-right-to-left');
  await open('Irene Colibrí');
  await visit('chat-request');
  await open('Zoe Tapir');
  await visit('chat-asked');
  await open('Werbung GmbH & Co. Kommanditgesellschaft auf Aktien');
  await visit('chat-blocked');
  await button('chat.details').click();
  await expect(dialog).toBeVisible();
  await visit('details-blocked');
  await page.getByRole('button', { name: t('details.delete'), exact: true }).click();
  await visit('delete-chat');
  await closeDialog();

  await showCallStates(page, { open, t }, visit);

  await page.evaluate(() => fake.emit({ type: 'trouble', code: 'storage-full' }));
  await expect(page.getByRole('alert').first()).toBeVisible();
  await visit('trouble');

  await begin();
  await page.evaluate(() => fake.failNext('openChat', 'storage-failed'));
  await line('Marta').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await visit('chat-not-opened');

  await begin({ start: 'demo', held: '' });
  await expect(button('status.use-here-again')).toBeVisible();
  await visit('account-held-elsewhere');
  await begin({ update: '' });
  await expect(button('status.reload')).toBeVisible();
  await visit('new-version');
  await begin({ offline: '' });
  await expect(button('try-again')).toBeVisible();
  await visit('offline');

  await begin();
  await page.getByRole('searchbox').fill('zzz');
  await visit('search-nothing');
  await button('new-chat').click();
  await expect(dialog.getByRole('img', { name: t('invite.qr'), exact: true })).toBeVisible();
  await visit('new-chat');
  const paste = page.getByRole('textbox', { name: t('invite.paste'), exact: true });
  await paste.fill('no link');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await visit('new-chat-garbage');
  await paste.fill('https://sotto.example/#i1Ireneb3');
  await expect(button('invite.start')).toBeEnabled();
  await visit('new-chat-reading');
  await button('invite.renew').scrollIntoViewIfNeeded();
  await visit('new-chat-renewal');

  await begin({ start: 'new' });
  await expect(button('empty.get-link')).toBeVisible();
  await visit('empty');
  for (const [state, payload] of [
    ['usable', 'Ireneb3'],
    ['expired', 'expiredAna'],
    ['other-relay', 'otherAna'],
  ] as const) {
    await begin({}, `#i1${payload}`);
    await expect(dialog).toBeVisible();
    await visit(`invite-${state}`);
  }
  await begin({ start: 'none' }, '#i1Ireneb3');
  await expect(page.getByText('Irene')).toBeVisible();
  await visit('first-run-invited');

  await begin();
  await button('settings').click();
  const section = page.getByRole('region', { name: t('settings.relay'), exact: true });
  await expect(section.getByRole('heading').nth(2)).toBeVisible();
  await visit('settings');
  for (const key of ['calls', 'storage', 'appearance', 'relay', 'about'] as const) {
    await page
      .getByRole('heading', { name: t(`settings.${key}`), exact: true })
      .evaluate((heading) => heading.scrollIntoView({ block: 'start' }));
    await visit(`settings-${key}`);
  }
  await showBackupStates(page, t, visit);
  await button('settings.media-open').click();
  await dialog.getByRole('checkbox', { name: t('settings.media-all'), exact: true }).check();
  await visit('delete-media');
  await button('settings.media-delete').click();
  await visit('delete-media-sure');
  await closeDialog();
  await button('settings.shortcuts').click();
  await expect(dialog).toBeVisible();
  await visit('shortcuts');
  await closeDialog();
  await section.locator('summary').nth(1).click();
  await section.locator('summary').nth(1).scrollIntoViewIfNeeded();
  await visit('settings-relay-rows');
  await page.evaluate(() => fake.setOnline(false));
  await button('settings.erase').click();
  await dialog.getByRole('button', { name: t('settings.erase'), exact: true }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await visit('erase-offline');

  for (const reason of ['other-tab', 'erased', 'failed'] as const) {
    await begin();
    await page.evaluate((why) => fake.emit({ type: 'stopped', reason: why }), reason);
    await expect(page.getByRole('main').getByRole('button')).toHaveCount(1);
    await visit(`standstill-${reason}`);
  }
  await begin({ insecure: '' });
  await visit('insecure');
  await begin({ insecure: 'AES-GCM' });
  await visit('too-old');
}
