/** What a browser counts of the sound of its call: read in a page with ears (ears.ts). */
import { expect, type Page } from '@playwright/test';

/** Opus samples a second, whatever it is used for. RFC 7587. */
const SAMPLES_PER_SECOND = 48_000;

export interface SoundFigures {
  /** Samples that were played, and those of them that were made up for lost ones. */
  readonly played: number;
  readonly concealed: number;
  readonly received: number;
  readonly lost: number;
  readonly bytesOut: number;
  readonly packetsOut: number;
}

/** All since the call began. */
export function soundFigures(page: Page): Promise<SoundFigures> {
  return page.evaluate(async () => {
    const connection = window.ears.connections.at(-1);
    if (!connection) throw new Error('this page has no connection');
    const reports: Record<string, unknown>[] = [];
    (await connection.getStats()).forEach((report: Record<string, unknown>) => {
      reports.push(report);
    });
    const of = (type: string): Record<string, unknown> =>
      reports.find((report) => report['type'] === type && report['kind'] === 'audio') ?? {};
    const [incoming, outgoing] = [of('inbound-rtp'), of('outbound-rtp')];
    const count = (report: Record<string, unknown>, name: string): number =>
      Number(report[name] ?? 0);
    return {
      played: count(incoming, 'totalSamplesReceived'),
      concealed: count(incoming, 'concealedSamples'),
      received: count(incoming, 'packetsReceived'),
      lost: count(incoming, 'packetsLost'),
      bytesOut: count(outgoing, 'bytesSent'),
      packetsOut: count(outgoing, 'packetsSent'),
    };
  });
}

/** What came meanwhile, after so many seconds of sound were played from now on. */
export async function soundWithin(
  page: Page,
  seconds: number,
): Promise<{ concealed: number; loss: number }> {
  const before = await soundFigures(page);
  let after = before;
  await expect
    .poll(async () => (after = await soundFigures(page)).played - before.played, {
      timeout: seconds * 3_000,
    })
    .toBeGreaterThanOrEqual(seconds * SAMPLES_PER_SECOND);
  const lost = after.lost - before.lost;
  return {
    concealed: (after.concealed - before.concealed) / (after.played - before.played),
    loss: lost / (lost + after.received - before.received),
  };
}

/** Speaks, as far as a hum can: the microphone goes on and off in no regular way. @returns ends it, humming */
export async function speak(page: Page): Promise<() => Promise<void>> {
  const timer = await page.evaluate(() =>
    window.setInterval(() => window.ears.silence(Math.random() < 0.4), 90),
  );
  return () =>
    page.evaluate((id) => {
      clearInterval(id);
      window.ears.silence(false);
    }, timer);
}
