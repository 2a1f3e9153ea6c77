/**
 * The relay's side of a drop socket: strangers' requests, passed to the mailbox each names. It knows no mailbox
 * itself, only how to find one, and nothing of who is calling. Source: docs/relay.md, Sockets.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { type Clock } from '../../lib/clock.ts';
import { type AccountId } from '../../lib/ids.ts';
import { decodeDropRequest, encodeDropReply } from '../../wire/frame-codec.ts';
import { type DropReply, type DropRequest, type RefusalCode } from '../../wire/frames.ts';
import { WIRE_VERSIONS } from '../../wire/version.ts';
import { type Connection, GREETING_MS, type Peer } from './connection.ts';
import { refusalOfFault } from './mailbox-connection.ts';
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
  const { host, clock, presence } = options;
  let state: 'new' | 'greeted' | 'closed' = 'new';
  let unfollow: (() => void) | undefined;
  let unanswered = 0;
  const cancelGreeting = clock.after(GREETING_MS, () => close(1008));

  function send(frame: DropReply): void {
    if (state !== 'closed') peer.send(encodeDropReply(frame));
  }

  function close(code: 1002 | 1008 | 1009): void {
    if (state === 'closed') return;
    ended();
    peer.close(code);
  }

  function ended(): void {
    state = 'closed';
    cancelGreeting();
    stopFollowing();
  }

  /** A fault of the connection itself: refused under number 0, then closed. */
  function fail(code: RefusalCode): void {
    send({ type: 'refused', n: 0, code });
    close(code === 'too-large' ? 1009 : 1002);
  }

  function greet(versions: readonly number[]): void {
    if (state !== 'new') return fail('malformed');
    const version = WIRE_VERSIONS.find((one) => versions.includes(one));
    if (version === undefined) return fail('unsupported-version');
    if (peer.host !== host) return fail('wrong-host');
    state = 'greeted';
    cancelGreeting();
    send({ type: 'hello', version, host, relayKey: options.relayKey });
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

  function take(request: DropRequest): void {
    if (request.type === 'hello') return greet(request.versions);
    if (state !== 'greeted') return fail('malformed');
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
        const size = request.type === 'submit' ? request.envelope.length : 0;
        unanswered += size;
        return mailbox.handle(request, (reply) => {
          unanswered -= size;
          send(reply);
        });
      }
    }
  }

  return {
    receive(frame) {
      if (state === 'closed') return;
      let request: DropRequest;
      try {
        request = decodeDropRequest(frame);
      } catch (error) {
        return fail(refusalOfFault(error));
      }
      take(request);
    },
    pulse: () => undefined,
    closed: ended,
    get unanswered() {
      return unanswered;
    },
  };
}
