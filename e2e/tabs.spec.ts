import { type Page } from '@playwright/test';
import { crash, freeze } from './support/devtools.ts';
import { expect, test } from './support/journey.ts';
import {
  composer,
  expectMessage,
  introduce,
  message,
  openChat,
  type Person,
  readWholeChat,
  send,
} from './support/people.ts';

const EACH = Number(process.env['SOTTO_TABS_MESSAGES'] ?? 150);

/** Random numbers in [0, 1) from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const numbered = (who: string, n: number): string => `${who} ${String(n).padStart(3, '0')}`;

/** Sends and sees the own bubble. A tab whose engine died meanwhile keeps the text, and the person presses again. */
async function sendSurely(page: Page, text: string): Promise<void> {
  const bubble = message(page, { from: 'You', text });
  await composer(page).fill(text);
  for (;;) {
    await composer(page).press('Enter');
    try {
      await bubble.waitFor({ state: 'attached', timeout: 10_000 });
      break;
    } catch (error) {
      if ((await composer(page).inputValue()) !== text) throw error;
    }
  }
  // When the answer was lost but not the message, the text still stands there.
  if ((await composer(page).inputValue()) !== '') await composer(page).fill('');
}

/** What one person sees: the numbered texts of each sender, in order. */
async function textsIn(page: Page, senders: readonly string[]): Promise<string[][]> {
  // A tab behind another draws one frame a second.
  await page.bringToFront();
  const names = await readWholeChat(page);
  return senders.map((sender) =>
    names
      .filter((name) => name.startsWith(`${sender}: `))
      .map((name) => name.slice(sender.length + 2).split(', ')[0] ?? '')
      .filter((text) => /^[ab] \d/.test(text)),
  );
}

// A trace of thousands of actions costs more than the actions.
test.use({ trace: 'off' });

test('every tab is live and shows the same', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  const second = await ana.newTab();
  await openChat(second, 'Ben');
  await expectMessage(second, { from: 'You', text: 'Hello, Ben' });
  await send(second, 'from the second tab');
  await expectMessage(ana.page, { from: 'You', text: 'from the second tab' });
  await send(ben.page, 'to both');
  await expectMessage(ana.page, { from: 'Ben', text: 'to both' });
  await expectMessage(second, { from: 'Ben', text: 'to both' });
  await composer(ana.page).fill('begun in the first');
  await expect(composer(second)).toHaveValue('begun in the first');
});

test('a frozen tab keeps nobody waiting and catches up', async ({ newPerson }) => {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);
  const second = await ana.newTab();
  await openChat(second, 'Ben');
  const thaw = await freeze(ana.page);
  await send(second, 'while the first sleeps');
  await send(ben.page, 'I see');
  await expectMessage(second, { from: 'Ben', text: 'I see' });
  await thaw();
  await expectMessage(ana.page, { from: 'Ben', text: 'I see' });
});

test(`tabs close, reload and crash at random while both send ${EACH}: none lost, none doubled, in order`, async ({
  newPerson,
}) => {
  test.setTimeout(900_000);
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`tabs: SEED=${seed}`);
  const random = seeded(seed);
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ana, ben);

  const openTab = async (person: Person): Promise<Page> => {
    const page = await person.newTab();
    await openChat(page, 'Ben');
    return page;
  };
  const tabs = [ana.page, await openTab(ana), await openTab(ana)];

  async function disturb(): Promise<void> {
    const place = Math.floor(random() * tabs.length);
    const page = tabs[place]!;
    const choice = random();
    if (choice < 0.4) {
      await page.reload();
      await openChat(page, 'Ben');
      return;
    }
    if (choice < 0.7) await page.close();
    else await crash(page);
    tabs[place] = await openTab(ana);
  }

  const begin = performance.now();
  const anaSends = async (): Promise<void> => {
    for (let n = 1; n <= EACH; n++) {
      const page = tabs[Math.floor(random() * tabs.length)]!;
      await sendSurely(page, numbered('a', n));
      if (random() < 0.08) await disturb();
    }
  };
  const benSends = async (): Promise<void> => {
    for (let n = 1; n <= EACH; n++) await sendSurely(ben.page, numbered('b', n));
  };
  await Promise.all([anaSends(), benSends()]);
  console.log(`tabs: all sent after ${Math.round(performance.now() - begin)} ms`);

  const all = (who: string): string[] =>
    Array.from({ length: EACH }, (_, index) => numbered(who, index + 1));
  await expectMessage(ben.page, { from: 'Ana', text: numbered('a', EACH) });
  const sees = (page: Page, ...senders: string[]) =>
    expect.poll(() => textsIn(page, senders), { timeout: 180_000 });
  await sees(ben.page, 'Ana', 'You').toEqual([all('a'), all('b')]);
  for (const page of tabs) await sees(page, 'You', 'Ben').toEqual([all('a'), all('b')]);
});
