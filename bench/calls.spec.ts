/**
 * Calls of the built app (`npm run build` first) over real TURN servers on this machine: how long until somebody is
 * heard, how long after a server died, what each sort of sound takes, and what a call costs beside an idle page.
 * Prints; nothing passes or fails on time.
 */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { giveMicrophone } from '../e2e/support/ears.ts';
import { button, createAccount, introduce, openChat, type Person } from '../e2e/support/people.ts';
import { startRelay, type TestRelay } from '../e2e/support/relay.ts';
import { NO_TURN, startTurn, type TestTurn, triesCalls } from '../e2e/support/turn.ts';
import { shapeSound, type Sound } from '../src/calls/description.ts';

const ROUNDS = 20;
/** Of each window in which something is counted. */
const WINDOW_MS = 8_000;
/** Without a packet for so long, the sound has broken off. */
const GAP_MS = 400;

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ??
  NaN;
const print = (what: string, reached: string): void => console.log(`${what.padEnd(52)} ${reached}`);
const printTimes = (what: string, times: readonly number[]): void =>
  print(
    what,
    `p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`,
  );

const call = (page: Page) => page.getByRole('region', { name: 'Call', exact: true });
const incoming = (page: Page) => page.getByRole('dialog', { name: 'Incoming call', exact: true });

async function person(browser: Browser, url: string, name: string, hum: number): Promise<Person> {
  const context = await browser.newContext();
  await giveMicrophone(context, hum);
  const page = await context.newPage();
  await page.goto(url);
  await createAccount(page, name);
  return { context, page, name, newTab: () => context.newPage() };
}

/** When sound of the call after the `calls` first ones was heard, ms of the clock that all share. */
function firstHeard(page: Page, calls: number): Promise<number> {
  return page.evaluate(async (before) => {
    for (;;) {
      const connection = window.ears.connections[before];
      let energy = 0;
      (await connection?.getStats())?.forEach(
        (report: { type: string; kind?: string; totalAudioEnergy?: number }) => {
          if (report.type === 'inbound-rtp' && report.kind === 'audio')
            energy = report.totalAudioEnergy ?? 0;
        },
      );
      if (energy > 0) return Date.now();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }, calls);
}

/** How long nothing came, the next time that the sound breaks off. */
function nextGap(page: Page): Promise<number> {
  return page.evaluate(async (least) => {
    const connection = window.ears.connections.at(-1)!;
    let [received, since] = [-1, performance.now()];
    for (;;) {
      let now = 0;
      (await connection.getStats()).forEach(
        (report: { type: string; kind?: string; packetsReceived?: number }) => {
          if (report.type === 'inbound-rtp' && report.kind === 'audio')
            now = report.packetsReceived ?? 0;
        },
      );
      if (now !== received) {
        const gap = performance.now() - since;
        if (received >= 0 && gap >= least) return gap;
        [received, since] = [now, performance.now()];
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }, GAP_MS);
}

/** Seconds of processor time that all of the browser took within a window. */
async function processorTime(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const read = async (): Promise<number> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const before = await read();
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const taken = (await read()) - before;
  await session.detach();
  return taken;
}

/** The address of the TURN server that a page's call runs over. */
function serverInUse(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const stats = await window.ears.connections.at(-1)!.getStats();
    let url = '';
    stats.forEach((report: { type: string; nominated?: boolean; localCandidateId?: string }) => {
      if (report.type === 'candidate-pair' && report.nominated)
        url = (stats.get(report.localCandidateId ?? '') as { url?: string }).url ?? '';
    });
    return url;
  });
}

test.skip(!triesCalls, NO_TURN);

test.describe('between two people', () => {
  let turns: TestTurn[] = [];
  let relay: TestRelay;

  test.beforeAll(async () => {
    turns = [await startTurn(), await startTurn()];
    relay = await startRelay({ turn: turns });
  });

  test.afterAll(async () => {
    await relay.remove();
    for (const turn of turns) await turn.kill();
  });

  test('setting up, what it costs, and recovery', async ({ browser }) => {
    const ana = await person(browser, relay.url, 'Ana', 440);
    const ben = await person(browser, relay.url, 'Ben', 880);
    await introduce(ben, ana);
    await openChat(ana.page, 'Ben');
    await openChat(ben.page, 'Ana');
    const idle = await processorTime(browser);

    const times: Record<'rings' | 'fromClick' | 'fromAccept', number[]> = {
      rings: [],
      fromClick: [],
      fromAccept: [],
    };
    for (let round = 0; round < ROUNDS; round++) {
      const heard = Promise.all([ana, ben].map(({ page }) => firstHeard(page, round)));
      const clicked = Date.now();
      await button(ana.page, 'Voice call').click();
      await expect(incoming(ben.page)).toBeVisible();
      const rang = Date.now();
      await button(incoming(ben.page), 'Accept').click();
      const accepted = Date.now();
      const [atAna = NaN, atBen = NaN] = await heard;
      times.rings.push(rang - clicked);
      times.fromClick.push(Math.max(atAna, atBen) - clicked);
      times.fromAccept.push(Math.max(atAna, atBen) - accepted);
      if (round === ROUNDS - 1) break;
      await button(call(ana.page), 'Hang up').click();
      for (const { page } of [ana, ben])
        await expect(call(page).getByRole('button', { name: 'Hang up', exact: true })).toBeHidden();
    }
    printTimes('from the click until it rings at the other side', times.rings);
    printTimes('from the click until both are heard', times.fromClick);
    printTimes('from Accept until both are heard', times.fromAccept);

    const talking = await processorTime(browser);
    const per = (seconds: number): string =>
      `${((100 * seconds * 1000) / WINDOW_MS).toFixed(1)} % of a processor`;
    print(
      'both browsers in a call, against idle',
      `${per(talking)}, ${per(idle)}; ratio ${(talking / idle).toFixed(1)}`,
    );

    const used = await serverInUse(ana.page);
    const gaps = Promise.all([ana, ben].map(({ page }) => nextGap(page)));
    await turns.find(({ port }) => used.includes(`:${port}`))?.kill();
    print(
      'without sound after the first of two servers died',
      (await gaps).map((gap) => `${gap.toFixed(0)} ms`).join(' and '),
    );
  });
});

test('bytes of sound a second, without headers', async ({ page }) => {
  await giveMicrophone(page.context(), 440);
  const sounds: Record<string, Sound> = {
    'constant (the default)': { dataUse: 'full', constantBitRate: true },
    full: { dataUse: 'full', constantBitRate: false },
    wideband: { dataUse: 'wideband', constantBitRate: false },
    narrowband: { dataUse: 'narrowband', constantBitRate: false },
    low: { dataUse: 'low', constantBitRate: false },
  };
  let sound: Sound = { dataUse: 'full', constantBitRate: true };
  await page.exposeFunction('shape', (text: string) => shapeSound(text, sound));
  await page.route('http://localhost/bench', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>calls</title>' }),
  );
  await page.goto('http://localhost/bench');
  for (const [name, one] of Object.entries(sounds)) {
    sound = one;
    const rate = await page.evaluate(async (window_) => {
      const shape = (window as unknown as { shape: (text: string) => Promise<string> }).shape;
      const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
      for (const [from, to] of [
        [here, there],
        [there, here],
      ] as const)
        from.onicecandidate = ({ candidate }) => void (candidate && to.addIceCandidate(candidate));
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      for (const track of stream.getTracks()) here.addTrack(track, stream);
      const offer = await shape((await here.createOffer()).sdp ?? '');
      await here.setLocalDescription({ type: 'offer', sdp: offer });
      await there.setRemoteDescription({ type: 'offer', sdp: offer });
      const answer = await shape((await there.createAnswer()).sdp ?? '');
      await there.setLocalDescription({ type: 'answer', sdp: answer });
      await here.setRemoteDescription({ type: 'answer', sdp: answer });
      // Somebody who speaks for two seconds and listens for one.
      let ticks = 0;
      const speech = setInterval(
        () => window.ears.silence(ticks++ % 33 > 21 || Math.random() < 0.3),
        90,
      );
      const sent = async (): Promise<{ bytes: number; at: number }> => {
        let [bytes, at] = [0, 0];
        (await here.getStats()).forEach(
          (report: { type: string; bytesSent?: number; timestamp: number }) => {
            if (report.type === 'outbound-rtp')
              [bytes, at] = [report.bytesSent ?? 0, report.timestamp];
          },
        );
        return { bytes, at };
      };
      while ((await sent()).bytes === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      const before = await sent();
      await new Promise((resolve) => setTimeout(resolve, window_));
      const after = await sent();
      clearInterval(speech);
      here.close();
      there.close();
      for (const track of stream.getTracks()) track.stop();
      return (1000 * (after.bytes - before.bytes)) / (after.at - before.at);
    }, WINDOW_MS);
    print(name, `${rate.toFixed(0)} bytes/s`);
  }
});
