/**
 * Has a backup written, to a file that the person chooses where the browser lets a page write one, else into this
 * origin's folder and from there to the browser's downloads. Loaded before it is clicked: the browser opens its window
 * only in the click itself.
 */
import { type BackupDestination, type BackupResult } from '../../engine/api.ts';
import { toHex } from '../../lib/bytes.ts';
import { engine } from '../contexts/engine-client.ts';
import { remember } from '../contexts/preferences.ts';
import { beginWork } from './backup-work.ts';

interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/** The browser has begun to read a download long before, ms; and copies at least so much of it in a ms. */
const BEGIN_MS = 60_000;
const BYTES_A_MS = 10_000;

/** The day as it stands in names of files. */
function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

/** What is written, as names of files say it. */
const kinds = {
  backup: () => `Sotto backup ${today()}.sotto`,
  archive: () => `Sotto archive ${today()}.zip`,
} as const;

/**
 * Where it goes; undefined when the person did not want it after all. Only for a person's click.
 * @param kind names it
 */
export async function destination(
  kind: keyof typeof kinds,
): Promise<BackupDestination | undefined> {
  const { showSaveFilePicker } = globalThis as SavePicker;
  try {
    if (showSaveFilePicker) {
      const handle = await showSaveFilePicker.call(globalThis, { suggestedName: kinds[kind]() });
      return { kind: 'chosen', handle };
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    // A page in a frame, or a browser that was told never to ask: it can still download.
  }
  const chance = toHex(crypto.getRandomValues(new Uint8Array(8)));
  return { kind: 'own', name: `${kind}-${today()}-${chance}` };
}

/** Hands one that lies in this origin's folder to the browser's downloads, and removes it afterwards. */
export async function download(kind: keyof typeof kinds, name: string): Promise<void> {
  const blob = await engine().call('exportedBackup', { name });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = kinds[kind]();
  link.click();
  // Nothing says when a download is done, and it reads the file until then.
  setTimeout(
    () => {
      URL.revokeObjectURL(url);
      engine()
        .call('discardExported', { name })
        .catch(() => undefined);
    },
    BEGIN_MS + blob.size / BYTES_A_MS,
  );
}

async function write(target: BackupDestination): Promise<BackupResult> {
  const result = await engine().call('exportBackup', target);
  remember('last-backup', String(Date.now()));
  if (target.kind === 'own') await download('backup', target.name);
  return result;
}

/**
 * Asks where to, and begins. Only for a person's click.
 * @param before done while the person chooses; where it rejects, so does this, and nothing begins
 * @returns whether it has begun
 */
export async function exportBackup(before?: () => Promise<unknown>): Promise<boolean> {
  const choice = destination('backup');
  await before?.();
  const target = await choice;
  if (!target) return false;
  void beginWork('export', () => write(target), { downloaded: target.kind === 'own' });
  return true;
}
