/**
 * What every host of the relay must do, written once: each frame and each refusal, over whatever sockets and
 * database the host has. Source: docs/relay.md.
 */
import { describe } from 'vitest';
import { type HostUnderTest } from '../test-client.ts';
import { describeBlobs } from './blobs.ts';
import { describeDelivery } from './delivery.ts';
import { describeHostileFrames } from './hostile-frames.ts';
import { hostTest } from './host-test.ts';
import { describeLedger } from './ledger.ts';
import { describePrekeys } from './prekeys.ts';
import { describePresence } from './presence.ts';
import { describeRegistration } from './registration.ts';
import { describeTokens } from './tokens.ts';
import { describeTurn } from './turn.ts';

/** Runs the suite against a host. @param http whether the host serves blobs itself */
export function describeConformance(
  name: string,
  startHost: () => Promise<HostUnderTest>,
  { http }: { readonly http: boolean },
): void {
  describe(`the relay on ${name}`, () => {
    const it = hostTest(startHost);
    describeRegistration(it);
    describeHostileFrames(it);
    describeDelivery(it);
    describeTokens(it);
    describePrekeys(it);
    describePresence(it);
    describeLedger(it);
    describeTurn(it);
    if (http) describeBlobs(it);
  });
}
