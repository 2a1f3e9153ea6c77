import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MediaAnswer, type MediaQuestion } from '../lib/played-media.ts';
import { answerMedia, type AskedPage } from './media.ts';

const asked = (handle = 'abc', more: Partial<Request> & { range?: string } = {}) => ({
  url: `https://sotto.example/media/${handle}`,
  method: more.method ?? 'GET',
  mode: more.mode ?? ('no-cors' as const),
  headers: new Headers({ Range: more.range ?? 'bytes=0-' }),
});

/** A page that answers so, and notes what it was asked. */
function page(answer: MediaAnswer) {
  const questions: MediaQuestion[] = [];
  const asked: AskedPage = {
    postMessage(question, [port]) {
      questions.push(question);
      (port as MessagePort).postMessage(answer);
      (port as MessagePort).close();
    },
  };
  return { asked, questions };
}

const bytes = new Uint8Array([1, 2, 3]);
const part = { state: 'part', type: 'video/webm', size: 10, from: 4, bytes } as const;

afterEach(() => void vi.useRealTimers());

describe('a request for a part of a film', () => {
  it('is answered with what its page gives, as something harmless', async () => {
    const { asked: ana, questions } = page(part);
    const response = await answerMedia(asked('abc', { range: 'bytes=4-' }), ana);
    expect(questions).toEqual([{ type: 'media', handle: 'abc', range: 'bytes=4-' }]);
    expect(response.status).toBe(206);
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-length': '3',
      'content-range': 'bytes 4-6/10',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'video/webm',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it.each([
    [{ state: 'unknown' }, 404],
    [{ state: 'outside', size: 10 }, 416],
    [{ state: 'failed' }, 500],
    [{ ...part, type: 'text/html' }, 500],
    [{ ...part, type: 'image/svg+xml' }, 500],
    [{ ...part, bytes: new Uint8Array(0) }, 500],
  ] as const)('%o becomes %i without a body', async (answer, status) => {
    const response = await answerMedia(asked(), page(answer).asked);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(response.headers.get('content-range')).toBe(status === 416 ? 'bytes */10' : null);
  });

  it('of no page, of a navigation, or to write something reaches nobody', async () => {
    const { asked: ana, questions } = page(part);
    const refused = [
      await answerMedia(asked(), undefined),
      await answerMedia(asked('abc', { mode: 'navigate' }), ana),
      await answerMedia(asked('abc', { method: 'POST' }), ana),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(questions).toEqual([]);
  });

  it('whose page says nothing is refused after a while', async () => {
    vi.useFakeTimers();
    const waiting = answerMedia(asked(), { postMessage: () => undefined });
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await waiting).status).toBe(404);
  });
});
