/**
 * Answers a player's requests for parts of a film or a sound. The bytes come from the very page whose player asks; no
 * other is asked, so that a handle is worth nothing elsewhere. Keeps nothing between two requests: the browser may end
 * this worker at any time. Reads no file and knows no key.
 */
import { release } from '../lib/bytes.ts';
import {
  isPlayedType,
  MEDIA_PATH,
  type MediaAnswer,
  type MediaQuestion,
} from '../lib/played-media.ts';

/** As much of a Client as is asked. */
export interface AskedPage {
  postMessage(question: MediaQuestion, transfer: Transferable[]): void;
}

/** A page that plays nothing hears no question, ms. */
const PATIENCE_MS = 10_000;

/** Whatever it is, it is no document, runs nothing, is kept nowhere and belongs to this origin. */
const harmless = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Plain text, for a browser saves what says of itself nothing. */
const refusal = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, {
    status,
    headers: { ...harmless, 'Content-Type': 'text/plain', ...headers },
  });

function ask(page: AskedPage, question: MediaQuestion): Promise<MediaAnswer> {
  const { port1, port2 } = new MessageChannel();
  return new Promise<MediaAnswer>((resolve) => {
    const timer = setTimeout(() => resolve({ state: 'unknown' }), PATIENCE_MS);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data as MediaAnswer);
    };
    page.postMessage(question, [port2]);
  }).finally(() => port1.close());
}

/**
 * Answers a request under MEDIA_PATH: 206 with the first part of what was asked for, 416 where the file has no such
 * bytes, 404 for a handle that is not the page's, 500 where the page could not read them.
 * @param page whose request it is; undefined for what is no window
 */
export async function answerMedia(
  request: Pick<Request, 'method' | 'mode' | 'url' | 'headers'>,
  page: AskedPage | undefined,
): Promise<Response> {
  // Whoever opens the address instead of playing it gets nothing.
  if (!page || request.method !== 'GET' || request.mode === 'navigate') return refusal(404);
  const handle = new URL(request.url).pathname.slice(MEDIA_PATH.length);
  const range = request.headers.get('Range') ?? '';
  const answer = await ask(page, { type: 'media', handle, range });
  if (answer.state === 'unknown') return refusal(404);
  if (answer.state === 'failed') return refusal(500);
  if (answer.state === 'outside')
    return refusal(416, { 'Content-Range': `bytes */${answer.size}` });
  const { type, size, from, bytes } = answer;
  if (!isPlayedType(type) || bytes.length === 0) return refusal(500);
  const headers = {
    ...harmless,
    'Content-Type': type,
    'Content-Length': String(bytes.length),
    'Content-Range': `bytes ${from}-${from + bytes.length - 1}/${size}`,
    'Accept-Ranges': 'bytes',
  };
  const response = new Response(bytes, { status: 206, headers });
  // The response has a copy.
  release(bytes);
  return response;
}
