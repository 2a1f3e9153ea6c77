/**
 * Keeps what is in the tray as the draft of its chat: the list at once or, while captions are typed, after a pause; then
 * the bytes of each file, one after the other. Hears what other tabs make of the same draft. Draws nothing.
 */
import { type DraftFile } from '../../engine/api.ts';
import { type Clock } from '../../lib/clock.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode } from '../i18n/faults.ts';
import { type TrayItem } from './tray-item.ts';

export interface TrayOutlets {
  /** A file is not kept, or is after all. */
  refused(id: string, code: FaultCode | undefined): void;
  /** Files were sent or taken out in another tab. */
  gone(ids: readonly string[]): void;
  /** What the draft is now, as another tab left it. The result is what the tray makes of it. */
  heard(files: readonly DraftFile[]): readonly TrayItem[];
}

export interface TrayDraft {
  /** What is in the tray now. */
  changed(items: readonly TrayItem[]): void;
  /** Writes what is unsaved, now. */
  flush(): void;
  /** The tray is closed, and listens no more. */
  stop(end: TrayEnd): void;
}

/** Why a tray is closed: the person wants none of it, went elsewhere, or there is nothing left in it. */
export type TrayEnd = 'discarded' | 'left' | 'empty';

/** Pause after the last key in a caption, ms. */
const PAUSE = 400;

const view = ({ id, file, caption, original }: TrayItem): DraftFile => ({
  id,
  name: file.name,
  type: file.type,
  caption,
  original,
});

/** @param kept ids of files whose bytes the engine has already */
export function trayDraft(
  clock: Clock,
  conversation: ConversationId,
  kept: Iterable<string>,
  outlets: TrayOutlets,
): TrayDraft {
  let items: readonly TrayItem[] = [];
  const whole = new Set(kept);
  const refused = new Set<string>();
  /** The list as the engine has it, and as it is to be. */
  let written = '';
  let wanted = '';
  /** What was added or taken out does not wait. */
  let soon = false;
  let cancel: (() => void) | undefined;
  let writing = false;
  let stopped = false;

  function refuse(id: string, code: FaultCode): void {
    refused.add(id);
    // Taken out meanwhile, which is why.
    if (items.some((item) => item.id === id) && code !== 'cancelled') outlets.refused(id, code);
  }

  async function writeList(): Promise<void> {
    const files = items.map(view);
    const now = JSON.stringify(files);
    if (now === written) return;
    written = now;
    try {
      await engine().call('draftFiles', { conversation, files });
    } catch (error) {
      written = '';
      // The next change tries again.
      for (const { id } of items) if (!whole.has(id)) refuse(id, faultCode(error));
      throw error;
    }
  }

  async function writeAll(): Promise<void> {
    for (;;) {
      await writeList();
      if (stopped) return;
      const next = items.find(({ id }) => !whole.has(id) && !refused.has(id));
      if (!next) return;
      try {
        await engine().call('draftFile', { conversation, id: next.id, source: next.file });
        whole.add(next.id);
        outlets.refused(next.id, undefined);
      } catch (error) {
        refuse(next.id, faultCode(error));
      }
    }
  }

  function write(): void {
    cancel?.();
    cancel = undefined;
    soon = false;
    if (writing) return;
    writing = true;
    writeAll()
      // Told with each file.
      .catch(() => undefined)
      .finally(() => (writing = false));
  }

  function flush(): void {
    if (cancel) write();
  }

  const stopListening = engine().listen((event) => {
    if (event.type === 'restarted') {
      // The new engine has what was stored; what was being copied is copied anew.
      written = '';
      refused.clear();
      write();
    }
    if (event.type !== 'draft-files' || event.conversation !== conversation) return;
    const there = new Set(event.files.map(({ id }) => id));
    const gone = [...whole].filter((id) => !there.has(id));
    for (const id of gone) whole.delete(id);
    if (gone.length > 0) outlets.gone(gone);
    // What is being written here comes later, and counts.
    if (cancel || writing || stopped) return;
    for (const id of there) whole.add(id);
    items = outlets.heard(event.files);
    written = wanted = JSON.stringify(items.map(view));
  });

  return {
    changed(next) {
      const ids = new Set(next.map(({ id }) => id));
      const isLess = items.some(({ id }) => !ids.has(id));
      soon ||= isLess || items.length !== next.length;
      // There may be room for the others now.
      if (isLess) refused.clear();
      items = next;
      const now = JSON.stringify(items.map(view));
      if (stopped || now === wanted) return;
      wanted = now;
      cancel?.();
      cancel = clock.after(soon ? 0 : PAUSE, write);
    },
    flush,
    stop(end) {
      stopListening();
      if (end === 'left') flush();
      stopped = true;
      cancel?.();
      if (end !== 'discarded') return;
      // Where that cannot be written it waits in the composer.
      engine()
        .call('draftFiles', { conversation, files: [] })
        .catch(() => undefined);
    },
  };
}
