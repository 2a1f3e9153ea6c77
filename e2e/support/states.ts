/**
 * Walks one person through every state of the screen, in any language, size and theme, and stops at each. The
 * texts come from the app's own tables, because here the words are not what is tested.
 */
import { expect, type Page } from '@playwright/test';
import { enMedia } from '../../src/ui/i18n/en-media.ts';
import { enSettings } from '../../src/ui/i18n/en-settings.ts';
import { enStart } from '../../src/ui/i18n/en-start.ts';
import { en } from '../../src/ui/i18n/en.ts';
import { esMedia } from '../../src/ui/i18n/es-media.ts';
import { esSettings } from '../../src/ui/i18n/es-settings.ts';
import { esStart } from '../../src/ui/i18n/es-start.ts';
import { es } from '../../src/ui/i18n/es.ts';
import { type NewPerson } from './journey.ts';
import { picture } from './files.ts';
import { expectMessage, inviteLink, openChat, type Person, send } from './people.ts';
import { type TestRelay } from './relay.ts';

interface Parts {
  readonly newPerson: (how?: NewPerson) => Promise<Person>;
  readonly relay: TestRelay;
}

const english = { ...en, ...enStart, ...enSettings, ...enMedia };
const spanish = { ...es, ...esStart, ...esSettings, ...esMedia };
type Key = keyof typeof english;

/**
 * @param looks of the person who is watched
 * @param visit called in each state, with a name for it
 */
export async function showEveryState(
  { newPerson, relay }: Parts,
  looks: NewPerson,
  visit: (page: Page, state: string) => Promise<void>,
): Promise<void> {
  const texts: Record<Key, unknown> = looks.locale?.startsWith('es') ? spanish : english;
  const t = (key: Key): string => String(texts[key]);
  const narrow = (looks.viewport?.width ?? 1280) < 760;
  const ben = await newPerson({ name: 'Ben' });
  const link = await inviteLink(ben.page);
  const { page } = await newPerson({ ...looks, permissions: ['microphone'] });

  const button = (key: Key) => page.getByRole('button', { name: t(key), exact: true });
  const textbox = (key: Key) => page.getByRole('textbox', { name: t(key), exact: true });
  const dialog = page.getByRole('dialog');
  const toList = async (): Promise<void> => {
    if (narrow) await button('back').click();
  };
  const line = (name: string) =>
    page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name}(,|$)`) });
  const closeDialog = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  };

  await expect(textbox('welcome.name')).toBeVisible();
  await visit(page, 'first-run');
  await textbox('welcome.name').fill('Ana María');
  await button('welcome.create').click();
  await expect(line(t('notes'))).toBeVisible();
  await visit(page, 'list-empty');

  await line(t('notes')).click();
  await expect(textbox('message')).toBeVisible();
  await visit(page, 'notes-empty');
  await textbox('message').fill('café, 3 limones, https://example.org/menu');
  await textbox('message').press('Enter');
  await expect(page.getByRole('article')).toHaveCount(1);
  await toList();

  await button('new-chat').click();
  await expect(textbox('invite.yours')).toHaveValue(/#i1/);
  await expect(dialog.getByRole('img', { name: t('invite.qr'), exact: true })).toBeVisible();
  await visit(page, 'new-chat');
  await textbox('invite.paste').fill('no link at all');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await visit(page, 'new-chat-garbage');
  await textbox('invite.paste').fill(link);
  await expect(button('invite.start')).toBeEnabled();
  await visit(page, 'new-chat-reading');
  await button('invite.start').click();
  await expect(
    page.getByRole('main').getByRole('heading', { name: 'Ben', exact: true }),
  ).toBeVisible();
  await visit(page, 'chat-empty');

  await textbox('message').fill('¿Vienes esta tarde? Llevo la tarta que te gusta.');
  await textbox('message').press('Enter');
  await openChat(ben.page, 'Ana María');
  await ben.page.getByRole('button', { name: 'Accept', exact: true }).click();
  await send(ben.page, 'At six, then. Shall I bring the long table?\nThe small one will not do.');
  await send(ben.page, '🎂');
  await expect(page.getByRole('article', { name: /^Ben: 🎂/ })).toBeVisible();
  await visit(page, 'chat');

  await button('chat.record').click();
  await expect(button('voice.stop')).toBeFocused();
  await visit(page, 'voice-recording');
  await button('voice.stop').click();
  await expect(button('voice.play')).toBeFocused();
  await visit(page, 'voice-review');
  await button('voice.discard').click();
  await expect(button('voice.undo')).toBeVisible();
  await visit(page, 'voice-discarded');
  await button('voice.undo').click();
  await button('send').click();
  await expect(page.getByRole('slider', { name: t('voice.position'), exact: true })).toBeVisible();
  await visit(page, 'voice-note');

  const chooser = page.waitForEvent('filechooser');
  await button('chat.attach').click();
  await (
    await chooser
  ).setFiles([
    { name: 'beach.png', mimeType: 'image/png', buffer: await picture(page) },
    { name: 'menu.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(48_000, 1) },
  ]);
  await expect(dialog.getByRole('img', { name: 'beach.png' }).first()).toBeVisible();
  await expect(dialog).toContainText(t('media.clean'));
  await dialog.getByRole('textbox').fill('¡Qué playa!');
  await visit(page, 'attachment-tray');
  await dialog.getByRole('button', { name: t('media.send'), exact: true }).click();
  const open = page.getByRole('button', {
    name: t('media.open').replace('{name}', t('body.image')),
    exact: true,
  });
  await expect(open).toBeVisible();
  await expect(page.getByRole('article').filter({ hasText: 'menu.pdf' })).toBeVisible();
  await visit(page, 'photo-and-file');
  await open.click();
  await expect(dialog.getByRole('img', { name: t('body.image'), exact: true })).toBeVisible();
  await visit(page, 'viewer');
  await closeDialog();
  await button('chat.details').click();
  await button('media.gallery').click();
  await expect(dialog.getByRole('tab').first()).toBeVisible();
  await expect(dialog.getByRole('tabpanel').getByRole('button')).toHaveCount(1);
  await visit(page, 'gallery');
  await page.keyboard.press('Escape');
  await closeDialog();

  const own = page.getByRole('article').filter({ hasText: '¿Vienes' });
  await own.hover();
  await own.getByRole('button', { name: t('chat.actions'), exact: true }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await visit(page, 'message-menu');
  await page.getByRole('menuitem', { name: t('chat.info'), exact: true }).click();
  await expect(dialog).toBeVisible();
  await visit(page, 'message-details');
  await closeDialog();
  await own.focus();
  await page.keyboard.press('Delete');
  await expect(dialog).toBeVisible();
  await visit(page, 'delete-message');
  await closeDialog();
  await button('chat.details').click();
  await expect(dialog).toBeVisible();
  await visit(page, 'chat-details');
  await closeDialog();

  await toList();
  await page.getByRole('searchbox').fill('zzz');
  await visit(page, 'search-nothing');
  await page.getByRole('searchbox').fill('b');
  await visit(page, 'search');
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox').fill('');
  if (!narrow) await page.setViewportSize({ width: 1280, height: 3200 });
  await button('settings').click();
  await expect(page.getByRole('heading', { name: t('settings.about'), exact: true })).toBeVisible();
  await visit(page, 'settings');
  await button('settings.erase').click();
  await expect(dialog).toBeVisible();
  await visit(page, 'erase-account');
  await closeDialog();
  await button('settings.shortcuts').click();
  await expect(dialog).toBeVisible();
  await visit(page, 'shortcuts');
  await closeDialog();
  await button('back').click();
  if (looks.viewport) await page.setViewportSize(looks.viewport);

  // A stranger writes to Ana.
  const ownLink = await (async () => {
    await button('new-chat').click();
    await expect(textbox('invite.yours')).toHaveValue(/#i1/);
    const value = await textbox('invite.yours').inputValue();
    await closeDialog();
    return value;
  })();
  const eva = await newPerson({ name: 'Eva' });
  await eva.page.getByRole('button', { name: 'New chat', exact: true }).click();
  await eva.page.getByRole('textbox', { name: 'Paste an invite link', exact: true }).fill(ownLink);
  await eva.page.getByRole('button', { name: 'Start chat', exact: true }).click();
  await send(eva.page, 'We met at the station.');
  await expect(line('Eva')).toBeVisible();
  await visit(page, 'list');
  await line('Eva').click();
  await expectMessageAnywhere(page, 'We met at the station.');
  await visit(page, 'message-request');
  await toList();

  await line('Ben').click();
  await relay.stop();
  await expect(page.getByRole('status').filter({ hasText: t('status.offline') })).toBeVisible();
  await textbox('message').fill('Esto saldrá luego.');
  await textbox('message').press('Enter');
  await expectMessageAnywhere(page, 'Esto saldrá luego.');
  await visit(page, 'offline');
  await relay.start();
  await expectMessage(ben.page, { from: 'Ana María', text: 'Esto saldrá luego.' });
}

async function expectMessageAnywhere(page: Page, text: string): Promise<void> {
  await expect(page.getByRole('article').filter({ hasText: text })).toBeVisible();
}
