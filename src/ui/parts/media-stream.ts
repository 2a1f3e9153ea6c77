/**
 * Films and sounds for a player, by parts: the player asks the service worker for an address of this page's own making,
 * and the service worker asks back here (lib/played-media.ts). Nothing is held whole. Where no service worker stands
 * between, the whole file is opened as a Blob. Loaded with the first player.
 */
import { type AttachmentView } from '../../engine/api.ts';
import { firstPartOf } from '../../lib/byte-range.ts';
import { toHex } from '../../lib/bytes.ts';
import { Fault, type FaultCode, isFault } from '../../lib/fault.ts';
import {
  isPlayedType,
  MEDIA_PATH,
  type MediaAnswer,
  type MediaQuestion,
} from '../../lib/played-media.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode } from '../i18n/faults.ts';
import { type MediaPlace } from './media-bytes.ts';

/** What a player plays. */
export interface Playable {
  readonly url: string;
  /** Ends it: the address is nobody's any more. */
  readonly release: () => void;
}

interface Played {
  readonly place: MediaPlace;
  readonly type: string;
  readonly size: number;
  readonly failed: (code: FaultCode) => void;
}

/** Bytes of an answer at most, a whole number of sealed chunks. */
const PART_BYTES = 2 * 1024 * 1024;
const HANDLE_BYTES = 16;

/** What players of this page play now, by handle. */
const playing = new Map<string, Played>();
let listening = false;

async function answer({ handle, range }: MediaQuestion): Promise<MediaAnswer> {
  const played = playing.get(handle);
  if (!played) return { state: 'unknown' };
  const { place, type, size } = played;
  const part = firstPartOf(range, size, PART_BYTES);
  if (!part) return { state: 'outside', size };
  try {
    const read = () => engine().call('readAttachment', { ...place, ...part });
    // An engine that ended is followed by another.
    const bytes = await read().catch((error: unknown) =>
      isFault(error, 'port-closed') ? read() : Promise.reject(error as Fault),
    );
    // Closed meanwhile.
    if (!playing.has(handle)) return { state: 'unknown' };
    return { state: 'part', type, size, from: part.from, bytes };
  } catch (error) {
    if (playing.has(handle)) played.failed(faultCode(error));
    return { state: 'failed' };
  }
}

function listen(container: ServiceWorkerContainer): void {
  if (listening) return;
  listening = true;
  container.addEventListener('message', ({ data, ports: [port] }: MessageEvent<unknown>) => {
    const isQuestion = typeof data === 'object' && data !== null && 'handle' in data;
    if (!isQuestion || !port) return;
    void answer(data as MediaQuestion).then((given) =>
      port.postMessage(given, given.state === 'part' ? [given.bytes.buffer] : []),
    );
  });
}

/** An address that is answered by parts; undefined where nobody answers it. Faults as in EngineApi.readAttachment. */
async function openByParts(
  place: MediaPlace,
  { type, size }: AttachmentView,
  failed: (code: FaultCode) => void,
): Promise<Playable | undefined> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container?.controller || !isPlayedType(type) || size === 0) return undefined;
  listen(container);
  const handle = toHex(crypto.getRandomValues(new Uint8Array(HANDLE_BYTES)));
  const release = (): void => void playing.delete(handle);
  const url = MEDIA_PATH + handle;
  let fault: FaultCode | undefined;
  playing.set(handle, { place, type, size, failed: (code) => (fault = code) });
  // An older version may still serve this page, and a player would not tell a damaged file from that.
  const first = await fetch(url, { headers: { Range: 'bytes=0-0' } }).catch(() => undefined);
  await first?.arrayBuffer().catch(() => undefined);
  if (first?.status === 206) {
    playing.set(handle, { place, type, size, failed });
    return { url, release };
  }
  release();
  if (fault) throw new Fault(fault);
  return undefined;
}

/**
 * Opens a film or a sound that is here.
 * @param failed what is played cannot be read on
 * @throws Fault as EngineApi.openAttachment
 */
export async function openPlayable(
  place: MediaPlace,
  attachment: AttachmentView,
  failed: (code: FaultCode) => void,
): Promise<Playable> {
  const byParts = await openByParts(place, attachment, failed);
  if (byParts) return byParts;
  const url = URL.createObjectURL(await engine().call('openAttachment', place));
  return { url, release: () => URL.revokeObjectURL(url) };
}
