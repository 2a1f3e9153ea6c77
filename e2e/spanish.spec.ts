/** The main ways of a person whose browser speaks Spanish, by the Spanish names of roles and controls. */
import { type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const line = (page: Page, name: string) =>
  page
    .getByRole('navigation', { name: 'Chats', exact: true })
    .getByRole('link', { name: new RegExp(`^${name}(,|$)`) });
const article = (page: Page, name: RegExp) =>
  page.getByRole('log', { name: 'Mensajes', exact: true }).getByRole('article', { name });

async function begin(page: Page, name: string): Promise<void> {
  await expect(
    page.getByRole('heading', { name: 'Te damos la bienvenida a Sotto', exact: true }),
  ).toBeVisible();
  await textbox(page, 'Tu nombre').fill(name);
  await button(page, 'Crear cuenta').click();
  await expect(line(page, 'Notas')).toBeVisible();
}

async function say(page: Page, text: string): Promise<void> {
  await textbox(page, 'Mensaje').fill(text);
  await textbox(page, 'Mensaje').press('Enter');
}

test('two people meet, talk, lose the network and go on, in Spanish', async ({
  newPerson,
  relay,
}) => {
  test.setTimeout(120_000);
  const { page: ana } = await newPerson({ locale: 'es-ES' });
  const { page: ben } = await newPerson({ locale: 'es-MX' });
  await begin(ana, 'Ana');
  await begin(ben, 'Ben');
  await expect(ana.locator('html')).toHaveAttribute('lang', 'es');

  await button(ben, 'Nuevo chat').click();
  await expect(textbox(ben, 'Tu enlace de invitación')).toHaveValue(/#i1/);
  const link = await textbox(ben, 'Tu enlace de invitación').inputValue();
  await ben.keyboard.press('Escape');
  await button(ana, 'Nuevo chat').click();
  const dialog = ana.getByRole('dialog', { name: 'Nuevo chat', exact: true });
  await textbox(ana, 'Pega un enlace de invitación').fill('esto no es un enlace');
  await expect(dialog.getByRole('alert')).toContainText('enlace');
  await textbox(ana, 'Pega un enlace de invitación').fill(link);
  await expect(dialog.getByText('Ben quiere hablar contigo')).toBeVisible();
  await button(ana, 'Empezar a hablar').click();
  await say(ana, '¿Vienes a cenar?');
  await expect(article(ana, /^Tú: ¿Vienes a cenar\?.*, Enviado$/)).toBeVisible();
  await expect(ana.getByText('Aún no ha respondido')).toBeVisible();

  await expect(line(ben, 'Ana')).toHaveAccessibleName(/1 sin leer$/);
  await expect(ben).toHaveTitle('(1) Sotto');
  await line(ben, 'Ana').click();
  const request = ben.getByRole('region', { name: 'Solicitud de mensaje', exact: true });
  for (const name of ['Aceptar', 'Bloquear', 'Eliminar'])
    await expect(request.getByRole('button', { name, exact: true })).toBeVisible();
  await request.getByRole('button', { name: 'Aceptar', exact: true }).click();
  await expect(article(ana, /^Tú: ¿Vienes a cenar\?.*, Leído$/)).toBeVisible();
  await expect(ana.getByRole('main').getByText('en línea', { exact: true })).toBeVisible();
  await textbox(ben, 'Mensaje').pressSequentially('Sí');
  await expect(line(ana, 'Ben')).toHaveAccessibleName(/está escribiendo/);
  await say(ben, 'Sí, a las nueve');
  await expect(article(ana, /^Ben: Sí, a las nueve/)).toBeVisible();

  // A message's menu, and what it shows.
  const own = article(ana, /^Tú: ¿Vienes/);
  await own.hover();
  await own.getByRole('button', { name: 'Acciones del mensaje', exact: true }).click();
  await ana.getByRole('menuitem', { name: 'Detalles', exact: true }).click();
  await expect(
    ana.getByRole('dialog', { name: 'Detalles del mensaje', exact: true }).getByText('Leído'),
  ).not.toHaveCount(0);
  await ana.keyboard.press('Escape');

  await relay.stop();
  await expect(ana.getByRole('status').filter({ hasText: 'Sin conexión' })).toBeVisible();
  await say(ana, 'Llevo postre');
  await expect(article(ana, /^Tú: Llevo postre.*, Enviando$/)).toBeVisible();
  await expect(ana.getByText('Esperando a la red')).toBeVisible();
  await expect(ana.getByRole('status').filter({ hasText: '1 mensaje por enviar' })).toBeVisible();
  await relay.start();
  await expect(article(ben, /^Ana: Llevo postre/)).toBeVisible();
  await expect(article(ana, /^Tú: Llevo postre.*, Leído$/)).toBeVisible();

  // Settings, what the relay knows, and another language without reloading.
  await button(ana, 'Ajustes').click();
  await expect(ana.getByRole('heading', { name: 'Ajustes', exact: true })).toBeVisible();
  await expect(ana.getByRole('region', { name: 'Qué sabe el relé', exact: true })).toBeVisible();
  await ana.getByRole('combobox', { name: 'Idioma' }).selectOption('en');
  await expect(ana.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible();
  await expect(ana.locator('html')).toHaveAttribute('lang', 'en');
});
