/** Voice notes, from the microphone of one side to the ear of the other. Chromium's own microphone beeps once a second. */
import { type Locator, type Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import { button, composer, introduce, openChat } from './support/people.ts';

type NewPerson = Parameters<Parameters<typeof test>[2]>[0]['newPerson'];

const permissions = ['microphone'];
const recorder = (page: Page): Locator =>
  page.getByRole('group', { name: 'Voice note', exact: true });
const slider = (within: Locator): Locator =>
  within.getByRole('slider', { name: 'Position', exact: true });
const voice = (page: Page, from: string): Locator =>
  page.getByRole('article', { name: new RegExp(`^${from}: Voice message \\d`) });

async function pair(newPerson: NewPerson) {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben', permissions });
  await introduce(ben, ana);
  return { ana: ana.page, anaPerson: ana, ben: ben.page };
}

/** Waits until so many seconds were recorded, or more. */
async function recorded(page: Page, seconds: number): Promise<void> {
  const timer = recorder(page).getByRole('timer');
  await expect
    .poll(async () => Number((await timer.textContent())?.trim().split(':')[1]))
    .toBeGreaterThanOrEqual(seconds);
}

async function record(page: Page, seconds: number): Promise<void> {
  await button(page, 'Record voice note').click();
  await recorded(page, seconds);
}

async function send(page: Page, seconds: number): Promise<void> {
  await record(page, seconds);
  await button(recorder(page), 'Send').click();
  await expect(recorder(page)).toBeHidden();
}

const placeOf = (at: Locator): Promise<number> =>
  at.evaluate((input: HTMLInputElement) => Number(input.value));

test('a voice note is recorded with the keyboard, listened to, sent, and heard on the other side', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await button(ben, 'Record voice note').focus();
  await ben.keyboard.press('Enter');
  const bar = recorder(ben);
  await expect(button(bar, 'Stop')).toBeFocused();
  await expect
    .poll(() =>
      bar.getByRole('meter', { name: 'Level', exact: true }).getAttribute('aria-valuenow'),
    )
    .not.toBe('0');
  await recorded(ben, 2);
  await ben.keyboard.press('Shift+Tab');
  await expect(button(bar, 'Pause')).toBeFocused();
  await ben.keyboard.press('Enter');
  await expect(button(bar, 'Resume')).toBeVisible();
  await button(bar, 'Resume').click();
  await recorded(ben, 3);
  await button(bar, 'Stop').focus();
  await ben.keyboard.press('Enter');
  await expect(button(bar, 'Play')).toBeFocused();
  await ben.keyboard.press('Enter');
  await expect(button(bar, 'Pause')).toBeVisible();
  await expect.poll(() => placeOf(slider(bar))).toBeGreaterThan(300);
  await button(bar, 'Send').click();
  await expect(bar).toBeHidden();
  await expect(composer(ben)).toBeFocused();

  await expect(voice(ben, 'You')).toBeVisible();
  const note = voice(ana, 'Ben');
  const fresh = note.getByRole('img', { name: 'Not played yet', exact: true });
  await expect(fresh).toBeVisible();
  await button(note, 'Play').click();
  await expect.poll(() => placeOf(slider(note))).toBeGreaterThan(300);
  await expect(fresh).toBeHidden();
  // Heard to its end, it stands at its beginning again.
  await expect(button(note, 'Play')).toBeVisible();
  await expect(slider(note)).toHaveValue('0');
  await ana.reload();
  await openChat(ana, 'Ben');
  await expect(button(note, 'Play')).toBeVisible();
  await expect(fresh).toBeHidden();
});

test('Escape discards at once, and what was discarded can be had back', async ({ newPerson }) => {
  const { ben } = await pair(newPerson);
  await record(ben, 1);
  await ben.keyboard.press('Escape');
  await expect(recorder(ben)).toBeHidden();
  await expect(composer(ben)).toBeFocused();
  await button(ben, 'Undo').click();
  await expect(button(recorder(ben), 'Play')).toBeFocused();
  await ben.keyboard.press('Escape');
  await expect(composer(ben)).toBeFocused();
  await button(ben, 'Dismiss').click();
  await expect(button(ben, 'Undo')).toBeHidden();
  await expect(voice(ben, 'You')).toHaveCount(0);
});

test('a discarded recording that turns out to be empty says so when it is wanted back', async ({
  newPerson,
}) => {
  const { ben } = await pair(newPerson);
  // As of a microphone that gives nothing.
  await ben.evaluate(() =>
    Object.defineProperty(BlobEvent.prototype, 'data', { get: () => new Blob([]) }),
  );
  await record(ben, 1);
  await ben.keyboard.press('Escape');
  await button(ben, 'Undo').click();
  await expect(recorder(ben)).toBeHidden();
  await expect(ben.getByRole('alert').filter({ hasText: 'microphone' })).toBeVisible();
  await expect(button(ben, 'Try again')).toBeVisible();
});

test('a recording waits in its chat until it is sent', async ({ newPerson }) => {
  const { ben } = await pair(newPerson);
  await record(ben, 1);
  await openChat(ben, 'Notes');
  await expect(composer(ben)).toBeVisible();
  await expect(recorder(ben)).toBeHidden();
  await openChat(ben, 'Ana');
  await button(recorder(ben), 'Send').click();
  await expect(voice(ben, 'You')).toBeVisible();
});

test('the place is moved by click, drag and keys, and the speed is remembered', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await send(ben, 4);
  const note = voice(ana, 'Ben');
  const at = slider(note);
  await expect(button(note, 'Play')).toBeEnabled();
  const box = await at.boundingBox();
  if (!box) throw new Error('no slider');
  const across = (share: number): [number, number] => [
    box.x + box.width * share,
    box.y + box.height / 2,
  ];
  await ana.mouse.click(...across(0.5));
  const middle = await placeOf(at);
  expect(middle).toBeGreaterThan(1_700);
  await ana.mouse.move(...across(0.5));
  await ana.mouse.down();
  await ana.mouse.move(...across(0.25), { steps: 4 });
  await ana.mouse.up();
  const dragged = await placeOf(at);
  expect(dragged).toBeLessThan(middle - 500);
  await at.focus();
  await ana.keyboard.press('ArrowRight');
  expect(await placeOf(at)).toBe(dragged + 1_000);
  await ana.keyboard.press('Home');
  await expect(at).toHaveValue('0');
  await expect(at).toHaveAttribute('aria-valuetext', /^0:00 of 0:0[4-6]$/);
  await ana.keyboard.press('ArrowRight');
  // It goes on from there.
  await button(note, 'Play').click();
  await expect.poll(() => placeOf(at)).toBeGreaterThan(1_100);
  await at.focus();
  await ana.keyboard.press('Home');
  await expect.poll(() => placeOf(at)).toBeLessThan(1_000);
  await button(note, 'Pause').click();
  await expect(button(note, 'Play')).toBeVisible();

  const speed = button(note, 'Speed');
  await expect(speed).toHaveText('1×');
  await speed.click();
  await expect(speed).toHaveText('1.5×');
  await ana.reload();
  await openChat(ana, 'Ben');
  await expect(speed).toHaveText('1.5×');
  await speed.click();
  await expect(speed).toHaveText('2×');
});

test('the next note plays on, if it was not heard yet', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  await send(ben, 1);
  await send(ben, 2);
  const notes = voice(ana, 'Ben');
  const fresh = notes.getByRole('img', { name: 'Not played yet', exact: true });
  await expect(fresh).toHaveCount(2);
  await button(notes.first(), 'Play').click();
  await expect(button(notes.last(), 'Pause')).toBeVisible();
  await expect(button(notes.first(), 'Play')).toBeVisible();
  await expect(fresh).toHaveCount(0);
  await expect(button(notes.last(), 'Play')).toBeVisible();
  // Now that both were heard, the second is left alone.
  await button(notes.first(), 'Play').click();
  await expect(button(notes.first(), 'Pause')).toBeVisible();
  await expect(button(notes.first(), 'Play')).toBeVisible();
  await expect(button(notes.last(), 'Play')).toBeVisible();
});

test('a microphone that is unplugged leaves what was recorded', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  await ben.evaluate(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wish) => {
      const stream = await open(wish);
      Object.assign(globalThis, { track: stream.getTracks()[0] });
      return stream;
    };
  });
  await record(ben, 2);
  await ben.evaluate(() => {
    const { track } = globalThis as unknown as { track: MediaStreamTrack };
    track.stop();
    // A page that stops a track hears nothing of it; one whose device goes does.
    track.dispatchEvent(new Event('ended'));
  });
  const bar = recorder(ben);
  await expect(ben.getByRole('alert').filter({ hasText: 'microphone went away' })).toBeVisible();
  await expect(button(bar, 'Play')).toBeVisible();
  await button(bar, 'Send').click();
  await expect(voice(ana, 'Ben')).toBeVisible();
});

test('without leave to record, it is said in words, and writing goes on', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben', permissions: [] });
  await introduce(ana, ben);
  const { page } = ben;
  await button(page, 'Record voice note').click();
  const words = page.getByRole('alert').filter({ hasText: 'may not use the microphone' });
  await expect(words).toContainText('It hears nothing of you. Allow it in the browser’s settings');
  await expect(composer(page)).toBeFocused();
  await ben.context.grantPermissions(permissions);
  await button(page, 'Try again').click();
  await expect(recorder(page).getByRole('timer')).toBeVisible();
  await expect(words).toBeHidden();
});

test('a second click on Send records nothing', async ({ newPerson }) => {
  const { ben } = await pair(newPerson);
  await composer(ben).fill('twice');
  await button(ben, 'Send').dblclick();
  await expect(ben.getByRole('article', { name: /^You: twice/ })).toHaveCount(1);
  await expect(button(ben, 'Record voice note')).toBeVisible();
  await expect(recorder(ben)).toHaveCount(0);
});

test('one recording is heard at a time, in all tabs, and none of another chat', async ({
  newPerson,
}) => {
  const { anaPerson, ana, ben } = await pair(newPerson);
  await send(ben, 5);
  await send(ben, 5);
  const first = voice(ana, 'Ben').first();
  const second = voice(ana, 'Ben').last();
  await button(first, 'Play').click();
  await expect(button(first, 'Pause')).toBeVisible();
  await button(second, 'Play').click();
  await expect(button(second, 'Pause')).toBeVisible();
  await expect(button(first, 'Play')).toBeVisible();
  expect(await placeOf(slider(first))).toBeGreaterThan(0);

  const other = await anaPerson.newTab();
  await openChat(other, 'Ben');
  const there = voice(other, 'Ben').first();
  await button(there, 'Play').click();
  await expect(button(second, 'Play')).toBeVisible();
  await expect(button(there, 'Pause')).toBeVisible();

  await openChat(other, 'Notes');
  await openChat(other, 'Ben');
  await expect(button(there, 'Play')).toBeVisible();
  expect(await placeOf(slider(there))).toBeGreaterThan(0);
});

test('a note that is played while one records is not recorded along', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  await send(ben, 2);
  await expect(voice(ana, 'Ben')).toBeVisible();
  const note = voice(ben, 'You');
  await record(ben, 1);
  await button(note, 'Play').click();
  await expect(button(recorder(ben), 'Resume')).toBeVisible();
  await button(recorder(ben), 'Resume').click();
  await expect(button(note, 'Play')).toBeVisible();
});

/** Lets a page be asked whether it is silent. Comes before the first note is shown. */
async function overhear(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => {
    globalThis.Audio = class extends Audio {
      constructor() {
        super();
        Object.assign(globalThis, { heard: this });
      }
    };
  });
  return () =>
    page.evaluate(() => (globalThis as unknown as { heard: HTMLAudioElement }).heard.paused);
}

test('a note that is scrolled away goes on', async ({ newPerson }) => {
  const { page } = await newPerson({ name: 'Ana', permissions });
  await openChat(page, 'Notes');
  const isSilent = await overhear(page);
  await send(page, 6);
  const note = voice(page, 'You');
  await expect(note).toBeVisible();
  for (let line = 0; line < 30; line++) {
    await page.keyboard.insertText(`line ${line}`);
    await page.keyboard.press('Enter');
  }
  await expect(note).toHaveCount(0);
  await page.getByRole('article', { name: /^You: line 29/ }).focus();
  await page.keyboard.press('Home');
  await button(note, 'Play').click();
  await expect.poll(isSilent).toBe(false);
  await page.getByRole('button', { name: /^Jump to latest/ }).click();
  await expect(note).toHaveCount(0);
  expect(await isSilent()).toBe(false);
  await expect.poll(isSilent).toBe(true);
});

test('a note that is deleted is silent', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  const isSilent = await overhear(ana);
  await send(ben, 3);
  const note = voice(ana, 'Ben');
  await button(note, 'Play').click();
  await expect.poll(isSilent).toBe(false);
  await note.focus();
  await ana.keyboard.press('Delete');
  await button(ana, 'Delete for me').click();
  await expect(note).toHaveCount(0);
  await expect.poll(isSilent).toBe(true);
});
