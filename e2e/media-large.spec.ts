/**
 * A large file from disk to disk: sealed, uploaded, fetched, checked and saved, with the memory that the browser takes
 * meanwhile. `SOTTO_LARGE_MIB=2048` makes it as large as a file may be (`npm run soak:media`).
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { type BrowserContext, type Page } from '@playwright/test';
import { sendTray, tray } from './support/files.ts';
import { expect, test } from './support/journey.ts';
import { watchMemory } from './support/memory.ts';
import { button, createAccount, introduce, message, type Person } from './support/people.ts';

const MIB = 1024 * 1024;
const PART = 4 * MIB;
const size = Number(process.env['SOTTO_LARGE_MIB'] ?? 200) * MIB - 1;
const PATIENCE_MS = 60_000 + size / 2_000;

/** SHA-256 of each 4 MiB of a file. */
async function hashesOf(path: string): Promise<string[]> {
  const hashes: string[] = [];
  for await (const part of createReadStream(path, { highWaterMark: PART }))
    hashes.push(
      createHash('sha256')
        .update(part as Buffer)
        .digest('hex'),
    );
  return hashes;
}

/** The same of a file that the page wrote. */
function hashesInPage(page: Page): Promise<string[]> {
  return page.evaluate(async (length) => {
    const folder = await navigator.storage.getDirectory();
    const file = await (await folder.getFileHandle('saved-large.bin')).getFile();
    const hashes: string[] = [];
    for (let at = 0; at < file.size; at += length) {
      const part = await file.slice(at, at + length).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', part));
      hashes.push([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
    }
    return hashes;
  }, PART);
}

/** The browser's own dialog, which no test can press: the file lies where the page may write. */
function answerSavePicker(page: Page): Promise<void> {
  return page.evaluate(() => {
    Object.assign(window, {
      showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => {
        const folder = await navigator.storage.getDirectory();
        return folder.getFileHandle(`saved-${suggestedName}`, { create: true });
      },
    });
  });
}

/** A file of bytes that do not repeat from one chunk to the next. */
async function write(path: string): Promise<void> {
  const out = createWriteStream(path);
  const block = Buffer.alloc(MIB);
  for (let at = 0; at < size; at += MIB) {
    for (let i = 0; i < MIB; i += 8) block.writeUInt32LE((at / MIB) * 7 + i, i);
    const part = Buffer.from(block.subarray(0, Math.min(MIB, size - at)));
    if (!out.write(part)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

test('goes from disk to disk, and memory stays small', async ({
  playwright,
  launchOptions,
  address,
}, info) => {
  test.setTimeout(3 * PATIENCE_MS);
  const contexts: BrowserContext[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'sotto-large-'));
  try {
    const source = join(folder, 'large.bin');
    await write(source);
    // A profile on the disk: what a private window keeps lies in memory.
    const open = async (name: string): Promise<Person> => {
      const context = await playwright.chromium.launchPersistentContext(join(folder, name), {
        ...launchOptions,
        locale: 'en-US',
      });
      contexts.push(context);
      const [page = await context.newPage()] = context.pages();
      await page.goto(address);
      await createAccount(page, name);
      return { context, page, name, newTab: () => context.newPage() };
    };
    const ana = await open('Ana');
    const ben = await open('Ben');
    await introduce(ben, ana);
    // Everything that a small file loads is there before the memory is counted.
    const chooser = ben.page.waitForEvent('filechooser');
    await button(ben.page, 'Attach').click();
    await (await chooser).setFiles(source);
    await expect(tray(ben.page)).toBeVisible();
    await answerSavePicker(ana.page);
    const stop = watchMemory([join(folder, 'Ana'), join(folder, 'Ben')]);
    let taken: number;
    try {
      await sendTray(ben.page);
      const theirs = message(ana.page, { from: 'Ben', text: 'File large.bin' });
      await expect(theirs).toBeVisible({ timeout: PATIENCE_MS });
      await theirs.getByRole('button', { name: /^Download / }).click();
      const save = button(theirs, 'Save');
      await expect(save).toBeVisible({ timeout: PATIENCE_MS });
      await save.click();
      await expect(button(theirs, 'Cancel')).toBeVisible();
      await expect(save).toBeVisible({ timeout: PATIENCE_MS });
    } finally {
      taken = stop();
    }
    expect(await hashesInPage(ana.page)).toEqual(await hashesOf(source));
    const words = `no page or worker grew by more than ${Math.round(taken / MIB)} MiB`;
    info.annotations.push({ type: 'memory', description: words });
    console.log(`large file: ${Math.round(size / MIB)} MiB, ${words}`);
    // The figure is what counts (a quiet machine: below 150); this only tells streaming from holding it all.
    expect(taken).toBeLessThan(400 * MIB);
  } finally {
    for (const context of contexts) await context.close();
    await rm(folder, { recursive: true, force: true });
  }
});
