/**
 * How fast backups are written and read: in memory as a ratio to raw WebCrypto AES-GCM at the same chunk size in the
 * same run, and through the built app in Chromium, from disk to disk, with the memory that it takes.
 * SOTTO_BACKUP_MIB and SOTTO_BACKUP_MESSAGES say how much (2048 and 200000 for the goals of docs).
 */
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, test } from '@playwright/test';
import { backupStream, makeBackupHeader } from '../src/backup/backup-header.ts';
import { createBackupReader, readLayout } from '../src/backup/backup-reader.ts';
import { createBackupWriter } from '../src/backup/backup-writer.ts';
import { createRecoveryKey } from '../src/backup/recovery-key.ts';
import { systemRandom } from '../src/crypto/random.ts';
import { CHUNK_BYTES, sealChunk } from '../src/crypto/stream.ts';
import { concat, release } from '../src/lib/bytes.ts';
import { writeLargeBackup } from '../e2e/support/backup-file.ts';
import { backupSection, openBackup, withoutSaveWindow } from '../e2e/support/backups.ts';
import { button } from '../e2e/support/people.ts';
import { startRelay } from '../e2e/support/relay.ts';
import { watchMemory } from '../e2e/support/memory.ts';

const MIB = 1024 * 1024;
const SIZE = 256 * MIB;
const ROUNDS = 5;
const AT_ONCE = 16;
const mib = Number(process.env['SOTTO_BACKUP_MIB'] ?? 256);
const messages = Number(process.env['SOTTO_BACKUP_MESSAGES'] ?? 20_000);
const FILE_MIB = 32;

/** Best of some rounds, MiB a second: what else the machine does only ever makes it slower. */
async function speed(work: () => Promise<unknown>): Promise<number> {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    best = Math.max(best, SIZE / MIB / ((performance.now() - began) / 1000));
  }
  return best;
}

test('in memory', async () => {
  const key = createRecoveryKey(systemRandom);
  const header = makeBackupHeader(key, systemRandom(32), CHUNK_BYTES);
  const stream = await backupStream(header, key);
  const chunk = new Uint8Array(CHUNK_BYTES);
  const raw = await speed(async () => {
    for (let at = 0; at < SIZE; at += AT_ONCE * CHUNK_BYTES)
      release(
        ...(await Promise.all(
          Array.from({ length: AT_ONCE }, (_, n) => sealChunk(stream, n, false, chunk)),
        )),
      );
  });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const write = async (take: (bytes: Uint8Array<ArrayBuffer>) => void): Promise<void> => {
    const writer = await createBackupWriter(header, stream, take);
    await writer.long('medium', new Uint8Array(2), SIZE, () => undefined);
    await writer.finish();
  };
  const written = await speed(() => write(() => undefined));
  await write((bytes) => void parts.push(bytes.slice()));
  const file = concat(...parts);
  const source = {
    size: file.length,
    read: async (from: number, to: number) => file.slice(from, to),
  };
  const read = await speed(async () => {
    const reader = await createBackupReader(source, await readLayout(source), stream);
    const medium = await reader.next();
    while (await medium?.piece());
  });
  const print = (what: string, reached: number): void =>
    console.log(
      `${what}: ${Math.round(reached)} MiB/s; raw AES-GCM: ${Math.round(raw)} MiB/s; ratio ${(reached / raw).toFixed(2)} (goal 0.90)`,
    );
  print('writing a backup in memory', written);
  print('reading a backup in memory', read);
});

test('through the app', async ({ playwright, launchOptions }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-bench-backup-'));
  const relay = await startRelay();
  const profile = join(folder, 'profile');
  const context = await playwright.chromium.launchPersistentContext(profile, {
    ...launchOptions,
    locale: 'en-US',
  });
  try {
    const path = join(folder, 'large.sotto');
    const out = await open(path, 'w');
    const files = Math.round(mib / FILE_MIB);
    const size = { messages, files, fileBytes: FILE_MIB * MIB };
    const host = new URL(relay.url).host;
    const digits = await writeLargeBackup({ host, ...size }, async (bytes) => {
      await out.write(bytes);
    });
    await out.close();
    const [page = await context.newPage()] = context.pages();
    await page.goto(relay.url);
    await withoutSaveWindow(page);
    await button(page, 'Restore from a backup').click();
    await openBackup(page, path, digits);
    await noteLongTasks(page);
    const dialog = page.getByRole('dialog');
    const restoring = await timed(profile, async () => {
      await button(dialog, 'Restore').click();
      await dialog.getByText(/were restored\./).waitFor({ timeout: 600_000 });
    });
    await button(dialog, 'Done').click();
    await button(page, 'Settings').click();
    // A key that came with a backup is confirmed: it writes at once.
    const exporting = await timed(profile, async () => {
      await button(page, 'Export backup').click();
      await backupSection(page).getByText('The backup is complete').waitFor({ timeout: 600_000 });
    });
    const bytes = (await stat(path)).size;
    console.log(
      `through the app, ${messages + files} messages and ${mib} MiB of media (file ${Math.round(bytes / MIB)} MiB): in ${restoring}, out ${exporting}; longest task of the page ${await longestTask(page)} ms`,
    );
  } finally {
    await context.close();
    await relay.remove();
    await rm(folder, { recursive: true, force: true });
  }
});

async function timed(profile: string, work: () => Promise<void>): Promise<string> {
  const stop = watchMemory([profile]);
  const began = performance.now();
  await work();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return `${seconds} s, ${Math.round(stop() / MIB)} MiB more in one process`;
}

async function noteLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask' });
    Object.assign(globalThis, { longTasks: tasks });
  });
}

const longestTask = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.round(Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks)),
  );
