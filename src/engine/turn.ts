/**
 * Leave to use the TURN relays of the own relay: asked for when the socket opens and renewed on a timer, never because
 * a call starts, so that the relay cannot tell from it that there is one. docs/relay.md, "TURN".
 */
import { type Clock } from '../lib/clock.ts';
import { Fault } from '../lib/fault.ts';
import { type MailboxRequests } from '../net/requests.ts';
import { type ConnectionView, type TurnServers } from './api.ts';

/** Half of the relay's twelve hours: what is handed to a call is good for hours more. */
const RENEW_MS = 6 * 3600 * 1000;
/** So long after it came it is used: by this clock alone, which the relay's need not agree with. */
const GOOD_MS = 11 * 3600 * 1000;
/** After a refusal, or the soonest where the relay says that its servers are away for the moment. */
const AGAIN_MS = 10 * 60_000;

/** How the relay is reached at the moment. */
export interface TurnLine {
  readonly status: ConnectionView['status'];
  readonly line: { readonly mailboxRequests: MailboxRequests } | undefined;
}

export interface Turn {
  /** The connection may have come up, gone down or failed to come up. */
  look(): void;
  /**
   * What is in hand and still good; no URLs where the relay has none. Waits for a connection that is being made and
   * for the relay's first answer. Throws Fault `offline` where the relay did not say.
   */
  servers(): Promise<TurnServers>;
}

/** Looks at the connection at once, and whenever it is told to. */
export function createTurn(clock: Clock, connection: TurnLine): Turn {
  let held: { readonly servers: TurnServers; readonly since: number } | undefined;
  let current: MailboxRequests | undefined;
  let cancel: () => void = () => undefined;
  let hasAnswered = false;
  let waiting: (() => void)[] = [];

  function fetch(requests: MailboxRequests): void {
    const again = (ms: number): void => {
      cancel = clock.after(ms, () => fetch(requests));
    };
    requests
      .request({ type: 'turn' })
      .then(
        ({ urls, username, credential, expires }) => {
          if (current !== requests) return;
          const now = clock.now();
          held = { servers: { urls, username, credential }, since: now };
          // None now: the relay says when there may be some, by a clock that need not agree with this one.
          const soon = Math.max(AGAIN_MS, expires - now);
          again(urls.length > 0 ? RENEW_MS : Math.min(RENEW_MS, soon));
        },
        // The next connection asks anew; a relay that refuses is left alone for a while.
        () => {
          if (current === requests) again(AGAIN_MS);
        },
      )
      .finally(() => {
        if (current !== requests) return;
        hasAnswered = true;
        release();
      });
  }

  function release(): void {
    for (const go of waiting) go();
    waiting = [];
  }

  function look(): void {
    const requests = connection.line?.mailboxRequests;
    if (requests !== current) {
      cancel();
      cancel = () => undefined;
      current = requests;
      hasAnswered = false;
      if (requests) fetch(requests);
    }
    if (!isComing()) release();
  }

  function isComing(): boolean {
    return current ? !hasAnswered : connection.status === 'connecting';
  }

  function inHand(): TurnServers | undefined {
    const age = held ? clock.now() - held.since : 0;
    // A time that lies ahead is from a clock that was set right since.
    return held && age >= 0 && age < GOOD_MS ? held.servers : undefined;
  }

  look();
  return {
    look,
    async servers() {
      while (isComing() && !inHand()?.urls.length)
        await new Promise<void>((go) => waiting.push(go));
      const servers = inHand();
      if (!servers) throw new Fault('offline');
      return servers;
    },
  };
}
