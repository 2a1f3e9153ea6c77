/** Voice calls, from one microphone to the other ear, over real TURN servers. Ana hums at 440 Hz, Ben at 880. */
import { type Locator, type Page } from '@playwright/test';
import { ANA, BEN, call, expectToHear, incoming, pair, rows, talk } from './support/calling.ts';
import { connectionOf, microphonesOn } from './support/ears.ts';
import { expect, test } from './support/journey.ts';
import { button, openChat } from './support/people.ts';
import { startRelay } from './support/relay.ts';
import { NO_TURN, triesCalls } from './support/turn.ts';

test.use({ turnServers: 2 });
test.skip(!triesCalls, NO_TURN);

test('two people hear each other over relays, and neither learns the other’s address', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await button(ana, 'Voice call').click();
  await expect(incoming(ben)).toContainText('Ana');
  await expect(call(ana)).toContainText('Ringing…');
  // Until somebody accepts, nobody looks for a way, and Ben's microphone is off.
  for (const page of [ana, ben])
    expect(await page.evaluate(() => window.ears.found.length)).toBe(0);
  expect(await microphonesOn(ben)).toBe(0);

  await button(incoming(ben), 'Accept').click();
  await expect(incoming(ben)).toBeHidden();
  await expectToHear(ana, BEN);
  await expectToHear(ben, ANA);
  for (const page of [ana, ben]) {
    const { local, remote, codec, parameters, found, descriptions } = await connectionOf(page);
    expect({ local, remote, codec }).toEqual({
      local: 'relay',
      remote: 'relay',
      codec: 'audio/opus',
    });
    expect(parameters).toContain('cbr=1');
    expect(parameters).toContain('useinbandfec=1');
    for (const candidate of found) expect(candidate).toContain(' typ relay raddr 0.0.0.0 rport 0');
    for (const line of descriptions.match(/^a=candidate:.*$/gm) ?? [])
      expect(line).toContain('typ relay');
    expect(descriptions).not.toContain('ssrc-audio-level');
  }

  await button(call(ana), 'Mute microphone').click();
  await expectToHear(ben, 0);
  await expect(call(ben)).toContainText('Ana has muted the microphone');
  await ana.keyboard.press('m');
  await expect(button(call(ana), 'Mute microphone')).toHaveAttribute('aria-pressed', 'false');
  await expectToHear(ben, ANA);

  await button(call(ben), 'Hang up').click();
  for (const page of [ana, ben]) {
    await expect(page.getByRole('status').filter({ hasText: 'Call ended' })).toBeVisible();
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page)).toContainText(/Voice call, 0:\d\d/);
    await expect.poll(() => microphonesOn(page)).toBe(0);
  }
});

test('a call is declined, taken back, or missed, and each leaves a line that calls back', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await button(ana, 'Voice call').click();
  await button(incoming(ben), 'Decline').click();
  await expect(call(ana)).toContainText('Declined');
  await expect.poll(() => microphonesOn(ana)).toBe(0);

  await button(call(ana), 'Call again').click();
  await expect(incoming(ben)).toBeVisible();
  await button(call(ana), 'Hang up').click();
  await expect(incoming(ben)).toBeHidden();
  await expect(rows(ben)).toHaveCount(2);
  await expect(rows(ben).last()).toContainText('Missed voice call');
  await expect(rows(ana).last()).toContainText('Cancelled voice call');

  await button(rows(ben).last(), 'Call back').click();
  await expect(incoming(ana)).toContainText('Ben');
  await button(incoming(ana), 'Accept').click();
  await expectToHear(ana, BEN);
  await button(call(ana), 'Hang up').click();
});

test('it rings in all tabs, one carries the call, the others show and end it', async ({
  newPerson,
}) => {
  const { ana, ben, benPerson } = await pair(newPerson);
  const second = await benPerson.newTab();
  await expect(second.getByRole('navigation', { name: 'Chats', exact: true })).toBeVisible();
  await button(ana, 'Voice call').click();
  await expect(incoming(ben)).toBeVisible();
  await button(incoming(second), 'Accept').click();
  await expect(incoming(ben)).toBeHidden();
  await expectToHear(second, ANA);
  await expect(call(ben)).toContainText('in another tab');
  await button(call(ben), 'Mute microphone').click();
  await expectToHear(ana, 0);
  await button(call(ben), 'Mute microphone').click();
  await expectToHear(ana, BEN);
  // The tab that carries it crashes: the other side is not left listening to nothing.
  await second.close();
  await expect(call(ana)).toContainText('Call ended');
  await expect(call(ben)).toContainText('Call ended');
  await expect.poll(() => microphonesOn(ana)).toBe(0);
});

test('when both call at the same moment they talk', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  // Pressed also where the other's call has begun to ring in between, which a pointer would find in its way.
  await Promise.all(
    [ana, ben].map((page) =>
      button(page, 'Voice call').evaluate((press) => (press as HTMLElement).click()),
    ),
  );
  await expect(async () => {
    // Whoever was a moment later than that sees the other's call ring, as in any other call.
    for (const page of [ana, ben])
      if (await incoming(page).isVisible()) await button(incoming(page), 'Accept').click();
    for (const page of [ana, ben])
      await expect(call(page)).toContainText(/\d:\d\d/, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expectToHear(ana, BEN);
  await expectToHear(ben, ANA);
});

test('the call goes on over the second relay when the first is killed', async ({
  newPerson,
  turns,
}) => {
  const { ana, ben } = await pair(newPerson);
  await talk(ana, ben);
  await expectToHear(ana, BEN);
  const used = await ana.evaluate(async () => {
    const stats = await window.ears.connections.at(-1)!.getStats();
    let url = '';
    stats.forEach((report: { type: string; nominated?: boolean; localCandidateId?: string }) => {
      if (report.type === 'candidate-pair' && report.nominated)
        url = (stats.get(report.localCandidateId ?? '') as { url?: string }).url ?? '';
    });
    return url;
  });
  const turn = turns.find(({ port }) => used.includes(`:${port}`)) ?? turns[0];
  await turn?.kill();
  await expectToHear(ana, BEN);
  await expectToHear(ben, ANA);
  for (const page of [ana, ben]) await expect(call(page)).toContainText(/\d:\d\d/);
});

test('without a microphone nobody rings, and what rings here goes on ringing', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  const deny = (page: Page) =>
    page.evaluate(() => {
      const { mediaDevices } = navigator;
      const working = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = () => {
        mediaDevices.getUserMedia = working;
        return Promise.reject(new DOMException('no', 'NotAllowedError'));
      };
    });
  await deny(ana);
  await button(ana, 'Voice call').click();
  await expect(call(ana).getByRole('alert')).toContainText('may not use the microphone');
  await expect(rows(ana)).toHaveCount(0);
  await button(call(ana), 'Call again').click();
  await expect(incoming(ben)).toBeVisible();
  await deny(ben);
  await button(incoming(ben), 'Accept').click();
  await expect(call(ben).getByRole('alert')).toContainText('may not use the microphone');
  await button(incoming(ben), 'Accept').click();
  await expectToHear(ben, ANA);
});

/** Opens Settings and begins a call with oneself. */
async function testCall(page: Page): Promise<Locator> {
  await button(page, 'Settings').click();
  const section = page.getByRole('region', { name: 'Calls', exact: true });
  await button(section, 'Test call').click();
  return section;
}

test('a test call brings the own voice back over the relay, and says when there is none', async ({
  newPerson,
}) => {
  const { page } = await newPerson({ name: 'Ana', hum: ANA });
  const section = await testCall(page);
  await expect(section.getByRole('status')).toContainText(
    'The relay works: your address stays hidden',
  );
  await expectToHear(page, ANA);
  for (const candidate of await page.evaluate(() => window.ears.found))
    expect(candidate).toContain(' typ relay raddr 0.0.0.0 rport 0');
  await page.evaluate(() => window.ears.silence(true));
  await expect(section.getByRole('alert')).toContainText('Your microphone is silent');
  await button(section, 'Stop').click();
  await expect(button(section, 'Test call')).toBeVisible();
  await expect.poll(() => microphonesOn(page)).toBe(0);
  expect(
    await page.evaluate(() =>
      window.ears.connections.map(({ connectionState }) => connectionState),
    ),
  ).toEqual(['closed', 'closed']);
  // Whoever leaves Settings leaves nothing on either.
  await button(section, 'Test call').click();
  await expect(section.getByRole('status')).toContainText('you hear yourself');
  await button(page, 'Back').click();
  await expect.poll(() => microphonesOn(page)).toBe(0);
});

test('a test call says what is wrong with the relay, or that it has none for calls', async ({
  newPerson,
  turns,
}) => {
  const refusing = await startRelay({
    turn: turns.map(({ url }) => ({ url, secret: 'another secret than the TURN server has' })),
  });
  const bare = await startRelay();
  try {
    const { page } = await newPerson({ name: 'Ana', hum: ANA, address: `${refusing.url}/` });
    const section = await testCall(page);
    await expect(section.getByRole('alert')).toContainText(
      'The TURN server does not accept the pass that the relay gave out.',
    );
    await expect.poll(() => microphonesOn(page)).toBe(0);
    const ben = await newPerson({ name: 'Ben', hum: BEN, address: `${bare.url}/` });
    await expect((await testCall(ben.page)).getByRole('alert')).toContainText(
      'This relay has no TURN server.',
    );
    expect(await microphonesOn(ben.page)).toBe(0);
  } finally {
    await refusing.remove();
    await bare.remove();
  }
});

test('whoever wants no calls gets a line in the chat instead, and cannot call', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  await button(ben, 'Settings').click();
  const section = ben.getByRole('region', { name: 'Calls', exact: true });
  await section.getByRole('radio', { name: 'No calls' }).check({ force: true });
  await expect(button(section, 'Test call')).toBeHidden();
  await openChat(ben, 'Ana');
  await button(ana, 'Voice call').click();
  await expect(rows(ben)).toContainText('Missed voice call');
  await expect(incoming(ben)).toBeHidden();
  await expect(call(ana)).toContainText('Calling…');
  await button(call(ana), 'Hang up').click();
  await button(ben, 'Voice call').click();
  await expect(call(ben).getByRole('alert')).toContainText('Calls are switched off.');
  expect(await microphonesOn(ben)).toBe(0);
});
