/**
 * The relay's side of a drop socket: strangers' requests, passed to the mailbox each names. It knows no mailbox
 * itself, only how to find one, and nothing of who is calling. Source: docs/relay.md, Sockets.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { type Clock } from '../../lib/clock.ts';
import { type AccountId } from '../../lib/ids.ts';
import { decodeDropRequest, encodeDropReply } from '../../wire/frame-codec.ts';
import { type DropReply, type DropRequest } from '../../wire/frames.ts';
import { type Connection, type Peer } from './connection.ts';
import { COSTLY, openFrameSocket } from './frame-socket.ts';
import { type Mailbox } from './mailbox.ts';
import { type Presence } from './presence.ts';

export interface DropConnectionOptions {
  readonly host: string;
  readonly relayKey: Bytes;
  readonly clock: Clock;
  readonly presence: Presence;
  find(id: AccountId): Mailbox | undefined;
}

/** Serves one drop socket. */
export function serveDropSocket(options: DropConnectionOptions, peer: Peer): Connection {
  const { presence } = options;
  let unfollow: (() => void) | undefined;
  const socket = openFrameSocket<DropRequest, DropReply>(
    {
      ...options,
      decode: decodeDropRequest,
      encode: encodeDropReply,
      take,
      costOf: ({ type }) => (type === 'bundle' ? COSTLY : 1),
      onEnd: stopFollowing,
    },
    peer,
  );
  const { send } = socket;

  function greet(versions: readonly number[]): void {
    const hello = socket.greet(versions);
    if (!hello) return;
    socket.takeTime();
    send({ type: 'hello', ...hello });
  }

  function stopFollowing(): void {
    unfollow?.();
    unfollow = undefined;
  }

  function follow({ n, mailbox, token }: Extract<DropRequest, { type: 'follow' }>): void {
    stopFollowing();
    const answer =
      options
        .find(mailbox)
        ?.follow(token, (change) => send({ type: 'presence', mailbox, ...change })) ??
      'not-accepted-now';
    if (typeof answer === 'string') return send({ type: 'refused', n, code: answer });
    unfollow = answer;
    send({ type: 'presence', n, mailbox, ...presence.stateOf(mailbox) });
  }

  function take(request: DropRequest, bytes: number): void {
    if (request.type === 'hello') return greet(request.versions);
    if (!socket.isGreeted) return socket.fail('malformed');
    switch (request.type) {
      case 'follow':
        return follow(request);
      case 'unfollow':
        return stopFollowing();
      case 'ephemeral':
        return options.find(request.mailbox)?.handle(request, send);
      case 'submit':
      case 'bundle': {
        const mailbox = options.find(request.mailbox);
        if (!mailbox) return send({ type: 'refused', n: request.n, code: 'not-accepted-now' });
        return mailbox.handle(request, socket.answerTo(bytes));
      }
    }
  }

  return {
    receive: (frame) => socket.receive(frame),
    pulse: () => undefined,
    closed: () => socket.closed(),
    get unanswered() {
      return socket.unanswered;
    },
  };
}
