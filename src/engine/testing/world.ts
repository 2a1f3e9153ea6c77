/** A relay in memory, a clock that moves when nothing else does, and seeded randomness. */
import { type Clock, type ManualClock, manualClock } from '../../lib/clock.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { createIdentity } from '../../protocol/identity.ts';
import { createKyberPrekeys } from '../../protocol/prekey-making.ts';
import { type MemoryRelay, createMemoryRelay } from '../../relay/core/testing/in-memory-host.ts';
import { type Person, type PersonParts, startPerson } from './person.ts';

export interface World {
  readonly clock: ManualClock;
  readonly relay: MemoryRelay;
  readonly random: RandomBytes;
  person(name: string, parts?: Partial<PersonParts>): Promise<Person>;
  /** Turns the event loop, and time when nothing moves, until `condition` holds. Throws after `maxMs` of clock time. */
  until(condition: () => boolean | Promise<boolean>, what: string, maxMs?: number): Promise<void>;
  /** Lets everything under way finish, without moving time. */
  calm(turns?: number): Promise<void>;
}

/** Bytes from a seed: xorshift128, for tests only. */
export function seededRandom(seed: number): RandomBytes {
  let [x, y, z, w] = [seed ^ 0x9e3779b9, 362436069, 521288629, 88675123];
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const t = x ^ (x << 11);
      [x, y, z] = [y, z, w];
      w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
      bytes[i] = w >>> 24;
    }
    return bytes;
  };
}

/** Parts of the crypto that load when first used: here before any clock runs, which would not wait for them. */
const warm = seededRandom(0);
await createKyberPrekeys(1, 1, await createIdentity(warm), 0, warm);

// So do parts of the engine that are loaded in the middle of its work.
await Promise.all([
  import('../healing.ts'),
  import('../kinds/resend.ts'),
  import('../kinds/call-signal.ts'),
  import('../calls.ts'),
  import('../turn.ts'),
  import('../later-methods.ts'),
  import('../collection.ts'),
  import('../storage-use.ts'),
  import('../backup/automatic.ts'),
  import('../backup/backups.ts'),
  import('../backup/archives.ts'),
  import('../notices.ts'),
  import('../deletion.ts'),
  import('../account-making.ts'),
  import('../prekey-supply.ts'),
]);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let underway = 0;

/** Counts what other threads do: simulated time must not run away from it on a busy machine. */
function watch<Name extends string>(owner: Record<Name, unknown>, name: Name): void {
  const work = owner[name] as (...parameters: unknown[]) => Promise<unknown>;
  Object.defineProperty(owner, name, {
    configurable: true,
    value(this: unknown, ...parameters: unknown[]) {
      underway++;
      return work.apply(this, parameters).finally(() => underway--);
    },
  });
}
for (const name of [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveBits',
  'importKey',
  'generateKey',
  'digest',
] as const)
  watch(globalThis.crypto.subtle, name);
watch(Blob.prototype, 'arrayBuffer');

/** Turns the event loop until other threads owe nothing and `quiet` turns in a row brought nothing new. */
async function rest(quiet: number): Promise<void> {
  for (let calm = 0; calm < quiet; calm++) {
    await turn();
    if (underway > 0) calm = 0;
  }
}

/** A world with its own relay. */
export function createWorld(seed = 1): World {
  const clock = manualClock();
  const random = seededRandom(seed);
  const host = 'relay.test';
  const relay = createMemoryRelay({ clock, random, host });

  return {
    clock,
    relay,
    random,
    calm: (turns = 20) => rest(turns),
    person: (name, parts = {}) =>
      startPerson({
        name,
        link: relay.link(),
        blobs: relay.blobs,
        clock,
        random,
        host,
        ...parts,
      }),
    async until(condition, what, maxMs = 3600_000) {
      const end = clock.now() + maxMs;
      while (!(await condition())) {
        await rest(6);
        if (await condition()) return;
        if (clock.now() > end) throw new Error(`It never came to this: ${what}`);
        clock.advance(Math.min(clock.next() ?? 5_000, 5_000));
      }
    },
  };
}

/** A clock that goes as `clock` does and shows another time. */
export function wrongClock(clock: ManualClock, off: { ms: number }): Clock {
  return { now: () => clock.now() + off.ms, after: (ms, run) => clock.after(ms, run) };
}

/** True while the person is connected. */
export async function isOnline(person: Person): Promise<boolean> {
  return (await person.call('snapshot', null)).connection.status === 'online';
}

/** Ben opens Ana's link, writes, and Ana accepts. Returns the chat as each of them knows it. */
export async function introduce(world: World, ana: Person, ben: Person) {
  await world.until(
    async () => (await ana.call('snapshot', null)).connection.status === 'online',
    `${ana.name} is online`,
  );
  const { link } = await ana.call('ownInvite', null);
  const withAna = await ben.call('startChat', { text: link });
  await ben.call('send', { conversation: withAna, text: 'hello' });
  const request = async () => {
    const { chats } = await ana.call('snapshot', null);
    return chats.find(({ standing, name }) => standing === 'request' && name === ben.name)?.id;
  };
  await world.until(async () => (await request()) !== undefined, 'the request arrives');
  const withBen = await request();
  if (withBen === undefined) throw new Error('the request is gone');
  await ana.call('acceptRequest', { conversation: withBen });
  await world.until(
    async () =>
      (await ben.call('openChat', { conversation: withAna, limit: 10 })).chat.standing ===
      'accepted',
    'the acceptance arrives',
  );
  return { withAna, withBen };
}
