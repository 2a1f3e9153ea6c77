import { describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../lib/clock.ts';
import { decodeMailboxRequest, encodeDropReply, encodeMailboxReply } from '../wire/frame-codec.ts';
import { type MailboxReply } from '../wire/frames.ts';
import { type MailboxSocket, webSocketLink } from './link.ts';

/** A WebSocket whose other end is the test. */
class FakeSocket {
  static readonly made: FakeSocket[] = [];
  binaryType = '';
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly sent: (string | Uint8Array)[] = [];
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSocket.made.push(this);
  }
  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
  }
  say(data: string | Uint8Array): void {
    const copy = typeof data === 'string' ? data : new Uint8Array(data).buffer;
    this.onmessage?.({ data: copy });
  }
}

const hello: Extract<MailboxReply, { type: 'hello' }> = {
  type: 'hello',
  version: 1,
  host: 'relay.test',
  relayKey: new Uint8Array(32),
  nonce: new Uint8Array(32),
};

interface Opened {
  readonly clock: ManualClock;
  readonly socket: FakeSocket;
  readonly mailbox: MailboxSocket;
  readonly frames: MailboxReply[];
  closes: number;
}

function dial(clock = manualClock()) {
  const frames: MailboxReply[] = [];
  const state = { closes: 0 };
  const link = webSocketLink(
    'https://relay.test',
    clock,
    (url) => new FakeSocket(url) as unknown as WebSocket,
  );
  const open = () =>
    link.openMailbox({
      onFrame: (frame) => frames.push(frame),
      onClose: () => state.closes++,
    });
  const opening = open();
  return { clock, link, open, opening, frames, state, socket: FakeSocket.made.at(-1)! };
}

async function opened(): Promise<Opened & { open: ReturnType<typeof dial>['open'] }> {
  const { clock, open, opening, frames, state, socket } = dial();
  socket.onopen?.();
  socket.say(encodeMailboxReply(hello));
  const mailbox = await opening;
  return {
    clock,
    open,
    socket,
    mailbox,
    frames,
    get closes() {
      return state.closes;
    },
  };
}

describe('connecting', () => {
  it('says hello to the right place and resolves with the hello of the relay', async () => {
    const { socket, mailbox } = await opened();
    expect(socket.url).toBe('wss://relay.test/v1/mailbox');
    expect(socket.binaryType).toBe('arraybuffer');
    expect(decodeMailboxRequest(socket.sent[0] as Uint8Array)).toEqual({
      type: 'hello',
      versions: [1],
    });
    expect(mailbox.hello).toEqual(hello);
  });

  it('fails after 8 s when nobody answers', async () => {
    const { clock, opening, socket, state } = dial();
    socket.onopen?.();
    const failure = expect(opening).rejects.toMatchObject({
      code: 'offline',
      retry: 'on-reconnect',
    });
    clock.advance(8_000);
    await failure;
    expect(socket.closed).toBe(true);
    expect(state.closes).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('fails at once when the socket breaks', async () => {
    const { opening, socket } = dial();
    socket.onerror?.();
    await expect(opening).rejects.toMatchObject({ code: 'offline' });
  });

  it('fails with what a refusal means', async () => {
    const cases = [
      ['unsupported-version', 'unsupported-version'],
      ['wrong-host', 'other-relay'],
    ] as const;
    for (const [refusal, code] of cases) {
      const { opening, socket } = dial();
      socket.say(encodeMailboxReply({ type: 'refused', n: 0, code: refusal }));
      await expect(opening).rejects.toMatchObject({ code, retry: 'never' });
    }
  });

  it('fails when what answers is not a relay', async () => {
    for (const answer of [new Uint8Array(9), encodeDropReply({ ...hello, type: 'hello' })]) {
      const { opening, socket } = dial();
      socket.say(answer);
      await expect(opening).rejects.toThrow();
      expect(socket.closed).toBe(true);
    }
  });
});

describe('an open socket', () => {
  it('hands on frames and its end, once', async () => {
    const here = await opened();
    here.socket.say(encodeMailboxReply({ type: 'drained' }));
    expect(here.frames).toEqual([{ type: 'drained' }]);
    here.socket.onclose?.();
    here.socket.onerror?.();
    expect(here.closes).toBe(1);
    expect(here.clock.waiting).toBe(0);
  });

  it('ends when the relay sends nonsense', async () => {
    const here = await opened();
    here.socket.say(Uint8Array.of(1, 2, 3));
    expect(here.closes).toBe(1);
    expect(here.frames).toEqual([]);
  });

  it('tells nothing after it was closed from here', async () => {
    const here = await opened();
    const { onmessage } = here.socket;
    here.mailbox.close();
    expect(here.socket.closed).toBe(true);
    expect(here.socket.onmessage).toBe(null);
    expect(onmessage).not.toBe(null);
    here.clock.advance(60_000);
    expect(here.closes).toBe(0);
    here.mailbox.send({ type: 'ledger', n: 1 });
    expect(here.socket.sent).toHaveLength(1);
  });
});

describe('a half-open connection', () => {
  it('is found within 15 s of silence', async () => {
    const here = await opened();
    here.clock.advance(10_000);
    expect(here.socket.sent.at(-1)).toBe('k');
    here.clock.advance(4_999);
    expect(here.closes).toBe(0);
    here.clock.advance(1);
    expect(here.closes).toBe(1);
  });

  it('is found within 3 s of a pulse, which goes out every 5 s', async () => {
    const here = await opened();
    here.mailbox.pulse();
    expect(here.socket.sent.at(-1)).toBe('p');
    here.clock.advance(3_000);
    expect(here.closes).toBe(1);
  });

  it('is not what an answering relay looks like', async () => {
    const here = await opened();
    for (let i = 0; i < 20; i++) {
      here.mailbox.pulse();
      here.clock.advance(2_500);
      here.socket.say('q');
      here.clock.advance(2_500);
    }
    for (let i = 0; i < 6; i++) {
      here.clock.advance(10_000);
      expect(here.socket.sent.at(-1)).toBe('k');
      here.socket.say('l');
    }
    expect(here.closes).toBe(0);
  });

  it('is not what a slow upload looks like', async () => {
    const here = await opened();
    here.socket.bufferedAmount = 200_000;
    here.mailbox.keepAlive();
    for (let i = 0; i < 5; i++) {
      here.socket.bufferedAmount -= 30_000;
      here.clock.advance(5_000);
    }
    expect(here.closes).toBe(0);
    here.clock.advance(5_000);
    expect(here.closes).toBe(1);
  });

  it('is judged with more patience after a cut, so that a slow line is not cut for ever', async () => {
    const here = await opened();
    here.mailbox.pulse();
    here.clock.advance(3_000);
    expect(here.closes).toBe(1);
    const again = here.open();
    const socket = FakeSocket.made.at(-1)!;
    socket.say(encodeMailboxReply(hello));
    const mailbox = await again;
    mailbox.pulse();
    here.clock.advance(5_999);
    expect(here.closes).toBe(1);
    socket.say('q');
    here.clock.advance(1);
    expect(here.closes).toBe(1);
  });
});
