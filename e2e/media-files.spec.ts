/** Files as such: saved as they were, harmless whatever they are, and on their way through pauses and a lost relay. */
import { readFile } from 'node:fs/promises';
import { choose, picture, sendTray, tray } from './support/files.ts';
import { expect, type NewPerson, test } from './support/journey.ts';
import { button, introduce, message, type Person } from './support/people.ts';

async function pair(newPerson: (how: NewPerson) => Promise<Person>) {
  const ana = await newPerson({ name: 'Ana' });
  const ben = await newPerson({ name: 'Ben' });
  await introduce(ben, ana);
  return { ana: ana.page, ben: ben.page };
}

test('a file is fetched when asked for, and saved as it was', async ({ newPerson }) => {
  const { ana, ben } = await pair(newPerson);
  const buffer = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 31) % 251));
  await choose(ben, { name: 'plan.pdf', mimeType: 'application/pdf', buffer });
  await sendTray(ben);
  const theirs = message(ana, { from: 'Ben', text: 'File plan.pdf' });
  await theirs.getByRole('button', { name: /^Download 700/ }).click();
  const downloading = ana.waitForEvent('download');
  await button(theirs, 'Save').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('plan.pdf');
  expect((await readFile(await download.path())).equals(buffer)).toBe(true);
});

test('what a browser would run, cannot show, or should not open is a file', async ({
  newPerson,
}) => {
  const { ana, ben } = await pair(newPerson);
  const bomb = await picture(ben, { width: 40, height: 40 });
  // The header of a PNG says how large it will be: 100,000 × 100,000 pixels.
  bomb.writeUInt32BE(100_000, 16);
  bomb.writeUInt32BE(100_000, 20);
  const script =
    '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="x"</script></svg>';
  await choose(
    ben,
    { name: 'bomb.png', mimeType: 'image/png', buffer: bomb },
    { name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(script) },
    { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>1</script>') },
    {
      name: 'photo.heic',
      mimeType: 'image/heic',
      buffer: Buffer.from('no picture at all, but long enough'),
    },
    { name: 'nothing.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(0) },
    { name: '..\\..\\a\u202Egpj.exe', mimeType: 'image/png', buffer: Buffer.from('MZ') },
  );
  await expect(tray(ben)).toContainText('This picture cannot be shown here. It goes as a file');
  await sendTray(ben);
  const names = ['bomb.png', 'drawing.svg', 'page.html', 'photo.heic', 'nothing.bin', 'agpj.exe'];
  for (const name of names) {
    const theirs = message(ana, { from: 'Ben', text: `File ${name}` });
    await theirs.getByRole('button', { name: /^Download / }).click();
    await expect(button(theirs, 'Save')).toBeVisible();
    await expect(theirs.getByRole('img', { name })).toHaveCount(0);
  }
  const downloading = ana.waitForEvent('download');
  await button(message(ana, { from: 'Ben', text: 'File drawing.svg' }), 'Save').click();
  const download = await downloading;
  expect(await readFile(await download.path(), 'utf8')).toBe(script);
  expect(await ana.title()).not.toBe('x');
});

test('an upload waits for the relay, is paused, goes on and can be cancelled', async ({
  newPerson,
  relay,
}) => {
  const { ana, ben } = await pair(newPerson);
  const buffer = Buffer.alloc(300_000, 7);
  await relay.stop();
  for (const name of ['kept.bin', 'dropped.bin']) {
    await choose(ben, { name, mimeType: 'application/octet-stream', buffer });
    await sendTray(ben);
  }
  const kept = message(ben, { from: 'You', text: 'File kept.bin' });
  const dropped = message(ben, { from: 'You', text: 'File dropped.bin' });
  await button(kept, 'Pause').click();
  await expect(kept).toContainText('Paused');
  await button(dropped, 'Cancel upload').click();
  await expect(dropped).toHaveCount(0);
  await ben.reload();
  await expect(kept).toContainText('Paused');
  await relay.start();
  await button(kept, 'Go on').click();
  const theirs = message(ana, { from: 'Ben', text: 'File kept.bin' });
  await expect(theirs).toBeVisible();
  await expect(message(ana, { from: 'Ben', text: 'File dropped.bin' })).toHaveCount(0);
  await theirs.getByRole('button', { name: /^Download / }).click();
  await expect(button(theirs, 'Save')).toBeVisible();
});

test('a large file goes to the disk part by part', async ({ newPerson }) => {
  const { ana } = await pair(newPerson);
  await ana.getByRole('link', { name: /^Notes/ }).click();
  // Stands in for the browser's own dialog, which no test can press: the file lies where the page may write.
  await ana.evaluate(() => {
    Object.assign(window, {
      showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => {
        const folder = await navigator.storage.getDirectory();
        return folder.getFileHandle(`saved-${suggestedName}`, { create: true });
      },
    });
  });
  const size = 66 * 1024 * 1024;
  await ana.getByRole('textbox', { name: 'Message', exact: true }).evaluate((box, length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 4096) bytes[at] = at / 4096;
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'large.bin', { type: 'application/octet-stream' }));
    box.dispatchEvent(
      new ClipboardEvent('paste', { bubbles: true, composed: true, clipboardData: data }),
    );
  }, size);
  await sendTray(ana);
  const mine = message(ana, { from: 'You', text: 'File large.bin' });
  await button(mine, 'Save').click();
  const read = () =>
    ana.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle('saved-large.bin').catch(() => undefined);
      if (!handle) return undefined;
      const file = await handle.getFile();
      const bytes = new Uint8Array(await file.arrayBuffer());
      let wrong = 0;
      for (let at = 0; at < bytes.length; at += 4096)
        if (bytes[at] !== ((at / 4096) & 255)) wrong++;
      return { size: file.size, wrong };
    });
  await expect.poll(read).toEqual({ size, wrong: 0 });
  await expect(button(mine, 'Save')).toBeVisible();
});
