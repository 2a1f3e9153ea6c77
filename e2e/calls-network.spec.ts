/**
 * Calls over bad networks and with broken relays, and what somebody on the way sees of them: every TURN server stands
 * behind a proxy that can lose packets and writes down the size and time of each.
 */
import { type Page } from '@playwright/test';
import { openDatabase } from '../src/relay/hosts/node/database.ts';
import { databasePath } from '../src/relay/hosts/node/schema.ts';
import { ANA, BEN, call, expectToHear, incoming, pair, rows, talk } from './support/calling.ts';
import { soundWithin, speak } from './support/call-figures.ts';
import { chromiumFlags, findChromium } from './support/chromium.mjs';
import { giveMicrophone, microphonesOn } from './support/ears.ts';
import { choose, picture, sendTray } from './support/files.ts';
import { expect, test as base } from './support/journey.ts';
import { type LossyUdp, type SeenPacket, startLossyUdp } from './support/lossy-udp.ts';
import {
  bytesNeedle,
  type File,
  find,
  type Needle,
  readFolder,
  textNeedle,
} from './support/needles.ts';
import {
  button,
  chatLine,
  createAccount,
  expectMessage,
  introduce,
  log,
  openChat,
  send,
} from './support/people.ts';
import { readTables } from './support/relay-rows.ts';
import { NO_TURN, startTurn, type TestTurn, triesCalls } from './support/turn.ts';

const SEED = 20_260;
const ALL_LOST = { up: { loss: 1 }, down: { loss: 1 } };
const NONE_LOST = { up: {}, down: {} };

interface Fixtures {
  /** Each TURN server with the way to it. */
  ways: { turn: TestTurn; way: LossyUdp }[];
  /** The relay's secret, where it is not that of the TURN servers. */
  wrongSecret: string;
}

const test = base.extend<Fixtures>({
  wrongSecret: ['', { option: true }],

  ways: async ({ turnServers }, use) => {
    const ways: Fixtures['ways'] = [];
    while (ways.length < turnServers) {
      const turn = await startTurn();
      ways.push({ turn, way: await startLossyUdp(turn.port, SEED + ways.length) });
    }
    await use(ways);
    for (const { turn, way } of ways) {
      await way.close();
      await turn.kill();
    }
  },

  turns: async ({ ways, wrongSecret }, use) => {
    await use(
      ways.map(({ turn, way }) => ({
        ...turn,
        url: way.url,
        port: way.port,
        secret: wrongSecret || turn.secret,
      })),
    );
  },
});

test.use({ turnServers: 1 });
test.skip(!triesCalls, NO_TURN);

/** Nobody is on the telephone: nothing rings, and no microphone is on. */
async function expectNoCall(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await expect(incoming(page)).toBeHidden();
    await expect(call(page).getByRole('button', { name: 'Hang up', exact: true })).toBeHidden();
    await expect.poll(() => microphonesOn(page)).toBe(0);
  }
}

/** Sound that passes from now on, once there is enough of it. */
async function soundPackets(way: LossyUdp, enough = 120): Promise<SeenPacket[]> {
  const from = way.packets.length;
  const sound = () => way.packets.slice(from).filter(({ kind }) => kind === 'sound');
  await expect.poll(() => sound().length, { timeout: 30_000 }).toBeGreaterThan(enough);
  return sound();
}

const sizesOf = (packets: readonly SeenPacket[]): number[] => [
  ...new Set(packets.map(({ bytes }) => bytes)),
];

/** What the other side hears, in packets: one size, whatever is said. @returns that size */
async function expectOneSize(way: LossyUdp, speaker: Page): Promise<number> {
  let sizes: number[] = [];
  await expect
    .poll(async () => (sizes = sizesOf(await soundPackets(way, 60))), { timeout: 30_000 })
    .toHaveLength(1);
  const end = await speak(speaker);
  expect(sizesOf(await soundPackets(way))).toEqual(sizes);
  await end();
  await speaker.evaluate(() => window.ears.silence(true));
  expect(sizesOf(await soundPackets(way))).toEqual(sizes);
  await speaker.evaluate(() => window.ears.silence(false));
  return sizes[0]!;
}

/** An envelope as the relay stored it. `ttl`: ms until it is thrown away. */
interface Envelope {
  readonly class: string;
  readonly ttl: number;
  readonly size: number;
}

/** Writes down what is put into the relay's queue from now on. @returns gives it, and begins anew */
function watchQueue(data: string): () => Envelope[] {
  const open = () => {
    const database = openDatabase(databasePath(data));
    database.exec('PRAGMA busy_timeout = 5000');
    return database;
  };
  const first = open();
  first.exec(`
    CREATE TABLE watched (class TEXT, ttl INTEGER, size INTEGER) STRICT;
    CREATE TRIGGER watch AFTER INSERT ON queue BEGIN
      INSERT INTO watched VALUES (new.class, new.expires - new.arrived, length(new.envelope));
    END`);
  first.close();
  let last = 0;
  return () => {
    const database = open();
    const rows = database
      .prepare('SELECT rowid AS number, class, ttl, size FROM watched WHERE rowid > ?')
      .all([last]);
    database.close();
    last = Math.max(last, ...rows.map((row) => Number(row['number'])));
    return rows.map((row) => ({
      class: String(row['class'] as string),
      ttl: Number(row['ttl']),
      size: Number(row['size']),
    }));
  };
}

/** How many envelopes wait at the relay. */
const waitingFor = (data: string): number => readTables(data).get('queue')!.rows.length;

/** What a connection is known by: names, passwords and keys of the search for ways, and the leave for the relays. */
function secretsOf(page: Page): Promise<Needle[]> {
  return page
    .evaluate(() => {
      const connection = window.ears.connections.at(-1)!;
      const text = `${connection.localDescription?.sdp}\n${connection.remoteDescription?.sdp}`;
      const found = [...text.matchAll(/^a=(?:ice-pwd:|fingerprint:sha-256 )(\S+)/gm)];
      const servers = connection.getConfiguration().iceServers ?? [];
      return [
        ...found.map(([, value = '']) => value),
        ...servers.flatMap(({ username = '', credential = '' }) => [username, credential]),
      ];
    })
    .then((values) =>
      [...new Set(values)].flatMap((value) => [
        textNeedle(value),
        ...(/^([0-9A-F]{2}:){31}/.test(value)
          ? [bytesNeedle(value, Buffer.from(value.replaceAll(':', ''), 'hex'))]
          : []),
      ]),
    );
}

test('whoever watches the packets cannot tell speech from silence, and a fifth of them lost is still understood', async ({
  newPerson,
  ways,
}) => {
  test.setTimeout(180_000);
  const [{ way }] = ways as [Fixtures['ways'][number]];
  const { ana, ben } = await pair(newPerson);
  await talk(ana, ben);
  await expectToHear(ana, BEN);
  // The name of the stream (RFC 8843) stands in the packets until the other side is known to have it.
  const first = way.packets.find(({ kind }) => kind === 'sound')!;
  await expect
    .poll(async () => Math.max(...sizesOf(await soundPackets(way, 20))), { timeout: 30_000 })
    .toBeLessThan(first.bytes);
  const established = way.packets.length;
  const size = await expectOneSize(way, ana);

  const words = (packets: readonly SeenPacket[]): number[] =>
    sizesOf(packets.filter(({ kind }) => kind === 'dtls')).sort((a, b) => a - b);
  const before = way.packets.length;
  await button(call(ana), 'Mute microphone').click();
  await expectToHear(ben, 0);
  await expect(call(ben)).toContainText('Ana has muted the microphone');
  expect(sizesOf(await soundPackets(way))).toEqual([size]);
  await button(call(ana), 'Mute microphone').click();
  await expectToHear(ben, ANA);
  const after = way.packets.length;
  await soundPackets(way, 400);
  // What tells it to Ben is no other than what goes out all the time.
  const quiet = words([...way.packets.slice(established, before), ...way.packets.slice(after)]);
  for (const bytes of words(way.packets.slice(before, after))) expect(quiet).toContain(bytes);

  way.change({ up: { loss: 0.2 } });
  for (const page of [ana, ben]) await speak(page);
  // By what the other side misses each sends every packet's sound once more in the next (RED, type 63).
  const senders = (packets: readonly SeenPacket[], redundant: boolean) =>
    new Set(
      packets
        .filter(({ direction, payload }) => direction === 'up' && (payload === 63) === redundant)
        .map(({ client }) => client),
    ).size;
  await expect
    .poll(async () => senders(await soundPackets(way, 60), true), { timeout: 30_000 })
    .toBe(2);
  // A machine that is busy elsewhere is late with packets, and what is late is concealed as what is lost: so the first
  // eight seconds in which it keeps up are taken.
  await expect(async () => {
    const heard = await Promise.all([ana, ben].map((page) => soundWithin(page, 8)));
    for (const { loss, concealed } of heard) {
      expect(loss).toBeGreaterThan(0.1);
      expect(concealed).toBeLessThan(0.08);
    }
  }).toPass({ timeout: 60_000 });
  expect(await expectOneSize(way, ana)).toBeGreaterThan(size);

  way.change(NONE_LOST);
  await expect
    .poll(async () => senders(await soundPackets(way, 60), true), { timeout: 30_000 })
    .toBe(0);
  for (const page of [ana, ben])
    await expect
      .poll(async () => (await soundWithin(page, 1)).concealed, { timeout: 30_000 })
      .toBeLessThan(0.02);
});

test('a network that is gone for ten seconds does not end the call', async ({
  newPerson,
  ways,
}) => {
  const [{ way }] = ways as [Fixtures['ways'][number]];
  const { ana, ben } = await pair(newPerson);
  await talk(ana, ben);
  await expectToHear(ana, BEN);
  const { at } = way.packets.at(-1)!;
  way.change(ALL_LOST);
  for (const page of [ana, ben])
    await expect(call(page)).toContainText('Connection lost, looking for another way');
  await expect.poll(() => way.packets.at(-1)!.at - at, { timeout: 20_000 }).toBeGreaterThan(10_000);
  way.change(NONE_LOST);
  await expectToHear(ana, BEN);
  await expectToHear(ben, ANA);
  for (const page of [ana, ben]) {
    await expect(call(page)).toContainText(/\d:\d\d/);
    expect(await page.evaluate(() => window.ears.connections.length)).toBe(1);
  }
  await button(call(ana), 'Hang up').click();
  for (const page of [ana, ben]) {
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page)).toContainText(/Voice call, 0:[1-9]\d/);
  }
  await expectNoCall(ana, ben);
});

test.describe('with a relay and TURN servers that do not agree on their secret', () => {
  test.use({ wrongSecret: 'not the secret of the TURN servers' });

  test('nobody talks, both are told why, and nothing goes on ringing or recording', async ({
    newPerson,
    ways,
  }) => {
    const [{ turn }] = ways as [Fixtures['ways'][number]];
    const { ana, ben } = await pair(newPerson);
    await button(ana, 'Voice call').click();
    await button(incoming(ben), 'Accept').click();
    await expect(call(ben).getByRole('alert')).toContainText(
      'The TURN server does not accept the pass that the relay gave out.',
    );
    await expect(call(ana)).toContainText('The call did not come about');
    await expectNoCall(ana, ben);

    await turn.kill();
    await button(call(ben), 'Call again').click();
    await button(incoming(ana), 'Accept').click();
    await expect(call(ana).getByRole('alert')).toContainText('No TURN server answers.', {
      timeout: 20_000,
    });
    await expect(call(ben)).toContainText('The call did not come about');
    await expectNoCall(ana, ben);
    for (const page of [ana, ben])
      await expect(rows(page).filter({ hasText: 'did not come about' })).toHaveCount(2);
  });
});

test('when the browser of one is killed, the other is told and does not go on recording', async ({
  newPerson,
  browser,
  address,
}) => {
  const server = await browser.browserType().launchServer({
    executablePath: findChromium()!,
    args: chromiumFlags,
  });
  const doomed = await browser.browserType().connect(server.wsEndpoint());
  const context = await doomed.newContext({ locale: 'en-US' });
  await giveMicrophone(context, BEN);
  const page = await context.newPage();
  await page.goto(address);
  await createAccount(page, 'Ben');
  const ben = { context, page, name: 'Ben', newTab: () => context.newPage() };
  const ana = await newPerson({ name: 'Ana', hum: ANA });
  await introduce(ben, ana);
  await openChat(ana.page, 'Ben');
  // Ana, who makes the offers, tries again and again.
  await talk(ben.page, ana.page);
  await expectToHear(ana.page, BEN);
  await server.kill();
  await expect(call(ana.page).getByRole('alert')).toContainText(
    'The connection to the other side was lost.',
    { timeout: 40_000 },
  );
  await expectNoCall(ana.page);
  await expect(rows(ana.page)).toContainText(/Voice call, 0:\d\d/);
});

test('whoever comes back after the call was given up finds it missed, and nothing rings', async ({
  newPerson,
  address,
}) => {
  const ana = await newPerson({ name: 'Ana', hum: ANA });
  const ben = await newPerson({ name: 'Ben', hum: BEN });
  await introduce(ben, ana);
  await openChat(ana.page, 'Ben');
  // However short it rings.
  await ben.context.addInitScript(() => {
    let rings = 0;
    Object.assign(window, { rings: () => rings });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node.nodeName === 'INCOMING-CALL') rings++;
    }).observe(document, { childList: true, subtree: true });
  });
  const rings = () => ben.page.evaluate(() => (window as unknown as { rings(): number }).rings());
  await ben.page.goto('about:blank');
  await expect(ana.page.getByRole('main').getByText('online', { exact: true })).toBeHidden();

  await button(ana.page, 'Voice call').click();
  await expect(call(ana.page)).toContainText('Calling…');
  await button(call(ana.page), 'Hang up').click();
  await expect(rows(ana.page)).toContainText('Cancelled voice call');
  await send(ana.page, 'never mind');
  await expectMessage(ana.page, { from: 'You', text: 'never mind', state: 'Sent' });
  await ben.page.goto(address);
  await openChat(ben.page, 'Ana');
  await expectMessage(ben.page, { from: 'Ana', text: 'never mind' });
  await expect(rows(ben.page)).toContainText('Missed voice call');
  expect(await rings()).toBe(0);
  await button(ana.page, 'Voice call').click();
  await expect(incoming(ben.page)).toBeVisible();
  expect(await rings()).toBe(1);
  await button(call(ana.page), 'Hang up').click();
  await expect(rows(ben.page)).toHaveCount(2);

  // One that nobody hung up, for the browser was closed; found two minutes later.
  await ben.page.goto('about:blank');
  await button(ana.page, 'Voice call').click();
  await expect(call(ana.page)).toContainText('Calling…');
  await ana.page.close();
  await ben.page.clock.install({ time: Date.now() + 120_000 });
  await ben.page.goto(`${address}?host=page`);
  await openChat(ben.page, 'Ana');
  await expect(rows(ben.page)).toHaveCount(3);
  await expect(rows(ben.page).last()).toContainText('Missed voice call');
  expect(await rings()).toBe(0);
});

test('after eleven calls the relay holds nothing that tells a call from a message', async ({
  newPerson,
  relay,
}) => {
  test.setTimeout(180_000);
  const ana = await newPerson({ name: 'Ana', hum: ANA });
  const ben = await newPerson({ name: 'Ben', hum: BEN });
  const eva = await newPerson({ name: 'Eva', hum: 660 });
  const files: File[] = [];
  const keep = async (when: string): Promise<void> => {
    for (const { path, bytes } of await readFolder(relay.data))
      files.push({ path: `${path} ${when}`, bytes });
  };
  const before = [...readTables(relay.data)].map(([table, { columns }]) => [table, columns]);
  const submitted = watchQueue(relay.data);

  // Messages: acquaintance, words of every length, a picture, and what is said of them.
  await introduce(ben, ana);
  await introduce(eva, ana);
  await openChat(ana.page, 'Ben');
  await openChat(ben.page, 'Ana');
  for (const length of [3, 80, 300, 600, 750]) {
    const text = 'ab '.repeat(length / 3).trim();
    await send(ana.page, text);
    await expectMessage(ben.page, { from: 'Ana', text });
    await send(ben.page, `${length} letters`);
    await expectMessage(ana.page, { from: 'Ben', text: `${length} letters` });
  }
  await choose(ana.page, { name: 'a.png', mimeType: 'image/png', buffer: await picture(ana.page) });
  await sendTray(ana.page);
  await expect(log(ben.page).getByRole('article', { name: /^Ana: Photo/ })).toHaveCount(1);
  const messages = submitted();

  // Calls: talked, declined, taken back, busy, missed and blocked, in both directions.
  const names: Needle[] = [];
  const [a, b, e] = [ana.page, ben.page, eva.page];
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    await talk(from, to);
    await expectToHear(to, to === a ? BEN : ANA);
    names.push(...(await secretsOf(from)), ...(await secretsOf(to)));
    await button(call(from), 'Hang up').click();
    await expect(call(to)).toContainText('Call ended');
    await button(from, 'Voice call').click();
    await button(incoming(to), 'Decline').click();
    await expect(call(from)).toContainText('Declined');
    await button(from, 'Voice call').click();
    await expect(incoming(to)).toBeVisible();
    await button(call(from), 'Hang up').click();
    await expect(incoming(to)).toBeHidden();
  }
  await talk(a, b);
  await openChat(e, 'Ana');
  await button(e, 'Voice call').click();
  await expect(call(e)).toContainText('Busy: in another call');
  await button(call(b), 'Hang up').click();
  await expectNoCall(a, b, e);
  await openChat(a, 'Eva');
  await talk(e, a);
  await button(call(e), 'Hang up').click();
  await expectNoCall(a, e);
  await openChat(a, 'Ben');
  await b.goto('about:blank');
  await button(a, 'Voice call').click();
  await button(call(a), 'Hang up').click();
  await expect(rows(a).last()).toContainText('Cancelled voice call');
  await expect.poll(() => waitingFor(relay.data)).toBeGreaterThanOrEqual(2);
  await keep('with a call waiting');
  await b.goBack();
  await openChat(b, 'Ana');
  await expect(rows(b).last()).toContainText('Missed voice call');
  const calls = submitted();

  await openChat(a, 'Eva');
  await expect(rows(a)).toHaveCount(2);
  await button(a, 'Chat details').click();
  await a.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click();
  await a.keyboard.press('Escape');
  await button(e, 'Voice call').click();
  await expect(call(e)).toContainText('Calling…');
  await button(call(e), 'Hang up').click();
  // What comes after it is here, so that it was, too.
  await send(b, 'still here');
  await expect(chatLine(a, 'Ben')).toContainText('still here');
  await expectNoCall(a, e);
  await expect(rows(a)).toHaveCount(2);

  await relay.stop();
  await keep('at the end');
  const printed = { path: 'what it printed', bytes: Buffer.from(relay.log()) };

  await test.step('calls go as messages do: one class, one time to wait, sizes that messages have', () => {
    expect(calls.length).toBeGreaterThan(30);
    const manners = (envelopes: readonly Envelope[]) => [
      ...new Set(envelopes.map((one) => `${one.class} for ${one.ttl} ms`)),
    ];
    expect(manners(calls)).toEqual(manners(messages));
    expect(manners(calls)).toHaveLength(1);
    const sizes = new Set(messages.map(({ size }) => size));
    for (const { size } of calls) expect([...sizes]).toContain(size);
  });

  await test.step('no table or column is there for them', () => {
    const after = [...readTables(relay.data)].map(([table, { columns }]) => [table, columns]);
    expect(after.filter(([table]) => table !== 'watched')).toEqual(before);
  });

  await test.step('nothing of what connected them is in a file or in what was printed', () => {
    expect(names.length).toBeGreaterThan(20);
    const words = ['candidate', 'fingerprint', 'call-signal', 'webrtc', 'useinbandfec'];
    const needles = [...names, ...words.map(textNeedle)];
    expect(find([printed, ...files], needles)).toEqual([]);
    const planted = Buffer.from(`a=fingerprint:${words[0]}`);
    expect(find([{ path: 'planted', bytes: planted }], needles)).toHaveLength(2);
    expect(relay.log()).not.toMatch(/\bcall(?!s {3}on)/i);
  });
});
