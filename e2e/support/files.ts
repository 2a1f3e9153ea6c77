/** Files for the journeys, made by the browser that sends them, and the ways a person brings them in. */
import { expect, type Locator, type Page } from '@playwright/test';
import { button, composer } from './people.ts';

export interface NamedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Stripes, so that a picture does not shrink to nothing; each hue is another picture. */
export async function picture(
  page: Page,
  {
    width = 800,
    height = 600,
    type = 'image/png',
    hue = 0,
  }: { width?: number; height?: number; type?: string; hue?: number } = {},
): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([w, h, t, start]) => {
      const canvas = new OffscreenCanvas(w, h);
      const context = canvas.getContext('2d')!;
      for (let x = 0; x < w; x += 8) {
        context.fillStyle = `hsl(${(start + x) % 360} 70% ${30 + (x % 40)}%)`;
        context.fillRect(x, 0, 8, h);
      }
      const blob = await canvas.convertToBlob({ type: t });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [width, height, type, hue] as const,
  );
  return Buffer.from(bytes);
}

/** A JPEG into which a camera wrote a place: `secret` stands in its Exif block. */
export async function photoWithPlace(page: Page, secret: string): Promise<Buffer> {
  const plain = await picture(page, { type: 'image/jpeg' });
  const exif = Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\0'), Buffer.from(secret)]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 0xff]);
  return Buffer.concat([plain.subarray(0, 2), head, exif, plain.subarray(2)]);
}

/** A film of a second without sound. */
export async function film(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 180;
    const context = canvas.getContext('2d')!;
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    const over = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (let frame = 0; frame < 30; frame++) {
      context.fillStyle = `hsl(${frame * 12} 80% 50%)`;
      context.fillRect(0, 0, 320, 180);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    recorder.stop();
    await over;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  return Buffer.from(bytes);
}

/** Pastes a film with sound: noise in picture and tone, so that some seconds of it are some megabytes. */
export async function pasteNoisyFilm(page: Page): Promise<void> {
  await composer(page).evaluate(async (box) => {
    const canvas = document.createElement('canvas');
    canvas.width = 400;
    canvas.height = 224;
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(400, 224);
    const pixels = new Uint32Array(image.data.buffer);
    const sound = new AudioContext();
    const tone = sound.createOscillator();
    const out = sound.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    const stream = canvas.captureStream(25);
    stream.addTrack(out.stream.getAudioTracks()[0]!);
    const recorder = new MediaRecorder(stream, {
      mimeType: 'video/webm;codecs=vp8,opus',
      videoBitsPerSecond: 20_000_000,
    });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    const over = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    const begin = performance.now();
    while (performance.now() - begin < 4_000) {
      for (let at = 0; at < pixels.length; at++) pixels[at] = Math.random() * 0xffff_ffff;
      context.putImageData(image, 0, 0);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    recorder.stop();
    await over;
    await sound.close();
    const data = new DataTransfer();
    data.items.add(new File(parts, 'noise.webm', { type: 'video/webm' }));
    box.dispatchEvent(
      new ClipboardEvent('paste', { bubbles: true, composed: true, clipboardData: data }),
    );
  });
  await expect(tray(page)).toBeVisible();
}

/** A tone as a WAV file, 88 kB for each second. */
export function tone(seconds: number): Buffer {
  const rate = 44_100;
  const bytes = Buffer.alloc(44 + 2 * rate * seconds);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  // PCM, one channel, 16 bits.
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let at = 0; at < rate * seconds; at++)
    bytes.writeInt16LE(Math.round(8_000 * Math.sin((at * 2 * Math.PI * 440) / rate)), 44 + 2 * at);
  return bytes;
}

/** The dialog in which files are looked at before they go. */
export const tray = (page: Page): Locator =>
  page.getByRole('dialog', { name: 'Send files', exact: true });

/** Chooses files with `Attach`; the tray is open then. */
export async function choose(page: Page, ...files: NamedFile[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Attach').click();
  await (await chooser).setFiles(files);
  await expect(tray(page)).toBeVisible();
}

/** Sends what is in the tray. */
export async function sendTray(page: Page): Promise<void> {
  await button(tray(page), 'Send').click();
  await expect(tray(page)).toBeHidden();
}

/** Brings files to an element as a person's mouse or clipboard would. */
export async function give(
  target: Locator,
  how: 'drop' | 'paste',
  ...files: NamedFile[]
): Promise<void> {
  const plain = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    bytes: [...buffer],
  }));
  await target.evaluate(
    (element, [kind, list]) => {
      const data = new DataTransfer();
      for (const { name, mimeType, bytes } of list)
        data.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
      const init = { bubbles: true, cancelable: true, composed: true };
      if (kind === 'paste')
        element.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
      else {
        const over = new DragEvent('dragover', { ...init, dataTransfer: data });
        // A place that does not take the drag gets no drop either.
        if (!element.dispatchEvent(over))
          element.dispatchEvent(new DragEvent('drop', { ...init, dataTransfer: data }));
      }
    },
    [how, plain] as const,
  );
}
