/**
 * Leave to use the TURN relays of the own relay: asked for when the socket opens and renewed on a timer, never because
 * a call starts, so that the relay cannot tell from it that there is one. docs/relay.md, "TURN".
 */
import { type Clock } from '../lib/clock.ts';
import { type MailboxRequests } from '../net/requests.ts';
import { type TurnServers } from './api.ts';

/** Half of the relay's twelve hours: what is handed to a call is good for hours more. */
const RENEW_MS = 6 * 3600 * 1000;
/** So long after it came it is used: by this clock alone, which the relay's need not agree with. */
const GOOD_MS = 11 * 3600 * 1000;
/** After a refusal, or the soonest where the relay says that its servers are away for the moment. */
const AGAIN_MS = 10 * 60_000;

export interface Turn {
  /** The relay is reached. Resolves when it has answered, or did not. */
  up(requests: MailboxRequests): Promise<void>;
  down(): void;
  /** What is in hand and still good; none where the relay has none. */
  servers(): TurnServers;
}

const none: TurnServers = { urls: [], username: '', credential: '' };

export function createTurn(clock: Clock): Turn {
  let held: { readonly servers: TurnServers; readonly since: number } | undefined;
  let cancel: () => void = () => undefined;

  function fetch(requests: MailboxRequests): Promise<void> {
    let ended = false;
    const again = (ms: number): void => {
      if (!ended) cancel = clock.after(ms, () => void fetch(requests));
    };
    cancel = () => (ended = true);
    return requests.request({ type: 'turn' }).then(
      ({ urls, username, credential, expires }) => {
        if (ended) return;
        const now = clock.now();
        held = { servers: { urls, username, credential }, since: now };
        // None now: the relay says when there may be some, by a clock that need not agree with this one.
        const soon = Math.max(AGAIN_MS, expires - now);
        again(urls.length > 0 ? RENEW_MS : Math.min(RENEW_MS, soon));
      },
      // The next connection asks anew; a relay that refuses is left alone for a while.
      () => again(AGAIN_MS),
    );
  }

  return {
    up(requests) {
      cancel();
      return fetch(requests);
    },
    down() {
      cancel();
      cancel = () => undefined;
    },
    servers() {
      const age = held ? clock.now() - held.since : 0;
      // A time that lies ahead is from a clock that was set right since.
      return held && age >= 0 && age < GOOD_MS ? held.servers : none;
    },
  };
}
