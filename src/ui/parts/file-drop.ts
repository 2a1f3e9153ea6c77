/** Files dragged over a chat, open or in the list: where they may be dropped, and the tray that opens for them. */
import { type Standing } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { changeState } from '../contexts/app-state.ts';
import { faultCode } from '../i18n/faults.ts';

/** Browsers say at least this often that something is still dragged over a place, ms. */
const DRAGGED_MS = 400;
let over: ReturnType<typeof setTimeout> | undefined;

/** True for a chat that one may send to. */
export function canAttach({ standing }: { readonly standing: Standing }): boolean {
  return standing !== 'request' && standing !== 'blocked';
}

/** Takes files, marking the place with `data-drop`; text goes where it is dropped. */
export function allowFiles(event: DragEvent): void {
  const place = event.currentTarget as HTMLElement;
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  place.toggleAttribute('data-drop', true);
  clearTimeout(over);
  over = setTimeout(() => place.removeAttribute('data-drop'), DRAGGED_MS);
}

/** Opens the tray for what was dropped, pasted or chosen; false where it was no file. */
export function takeFiles(
  event: Event,
  files: FileList | null | undefined,
  conversation: ConversationId,
): boolean {
  if (!files?.length) return false;
  event.preventDefault();
  const all = [...files];
  import('../dialogs/attachment-tray.ts')
    .then(({ openTray }) => openTray(conversation, all))
    .catch((error: unknown) => changeState({ trouble: faultCode(error) }));
  return true;
}
