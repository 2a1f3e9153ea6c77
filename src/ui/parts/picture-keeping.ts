/**
 * Keeps the picture of a message to be sent again, as a sticker or GIF, and tells whoever shows it that it was kept.
 * Asks the engine; draws nothing.
 */
import { type AttachmentView, type Collected } from '../../engine/api.ts';
import { createEmitter } from '../../lib/emitter.ts';
import { engine } from '../contexts/engine-client.ts';
import { type MediaPlace, openToShow } from './media-bytes.ts';

const kept = createEmitter<MediaPlace>();

/** Calls `listener` when the picture of a message was kept in this tab; the result stops it. */
export function onKept(listener: (place: MediaPlace) => void): () => void {
  return kept.listen(listener);
}

/** Keeps it. Faults as EngineApi.openAttachment and EngineApi.collect. */
export async function keepPicture(
  kind: Collected['kind'],
  place: MediaPlace,
  attachment: AttachmentView,
): Promise<void> {
  const { type, width = 1, height = 1 } = attachment;
  const source = await openToShow(place, attachment);
  await engine().call('collect', { kind, type, width, height, source });
  kept.emit(place);
}
