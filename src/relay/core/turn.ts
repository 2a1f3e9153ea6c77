/**
 * Names and passwords for TURN servers, which carry the packets of calls. The relay and those servers share a secret
 * and nothing else: a password is computed by the one and computed again by the other, so neither keeps a list. A name
 * holds the hour in which it ends and random letters: it says neither for whom nor when it was made.
 * Source: draft-uberti-behave-turn-rest-00, section 2.2; docs/relay.md, Calls.
 */
import { hmacSha1 } from '../../crypto/hmac-sha1.ts';
import { toHex, utf8 } from '../../lib/bytes.ts';
import { type Clock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import { type AccountId } from '../../lib/ids.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { type TurnServers } from '../../wire/frames.ts';
import { expiryOf } from './hours.ts';
import { type RelayLimits } from './limits.ts';
import { type Rates } from './rates.ts';

/** How long a name is good at least, seconds; up to an hour longer. */
const LIFETIME_SECONDS = 12 * 3_600;
/** When to ask again while no server can be reached, seconds. */
const AGAIN_SECONDS = 10 * 60;
const NAME_BYTES = 16;

/** The TURN servers that an operator has. */
export interface TurnConfig {
  /** `turn:` and `turns:` addresses, 8 at most; none while there should be servers and are none. */
  readonly urls: readonly string[];
  /** What the servers know, too (`static-auth-secret` of coturn). */
  readonly secret: string;
}

/** The servers as they are now; undefined where the relay has no calls. */
export type PresentTurn = () => TurnConfig | undefined;

export interface Turn {
  /** The servers, with a name and a password made now. Throws Fault `rate-limited`. */
  servers(account: AccountId): TurnServers;
}

export interface TurnOptions {
  readonly present: PresentTurn;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly rates: Rates;
  readonly limits: Pick<RelayLimits, 'turn'>;
}

/** The password that belongs to a name. */
export function turnCredential(secret: string, username: string): string {
  return btoa(String.fromCharCode(...hmacSha1(utf8(secret), utf8(username))));
}

/** Makes names and passwords for whatever servers there are when one asks. */
export function openTurn({ present, clock, random, rates, limits }: TurnOptions): Turn {
  return {
    servers(account) {
      const now = clock.now();
      const config = present();
      if (!config?.urls.length) {
        const expires = expiryOf(now, config ? AGAIN_SECONDS : LIFETIME_SECONDS);
        return { urls: [], username: '', credential: '', expires };
      }
      // A server counts what one name may use, so names must not be had without end.
      if (!rates.take(`turn/${account}`, limits.turn)) throw new Fault('rate-limited');
      const expires = expiryOf(now, LIFETIME_SECONDS);
      const username = `${expires / 1000}:${toHex(random(NAME_BYTES))}`;
      return {
        urls: config.urls,
        username,
        credential: turnCredential(config.secret, username),
        expires,
      };
    },
  };
}
