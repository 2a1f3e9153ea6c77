import { describe, expect, it } from 'vitest';
import { callPort } from '../lib/port.ts';
import { createIdentity } from '../protocol/identity.ts';
import { type EngineApi, type EngineEvent } from './api.ts';
import { alteredLink } from './testing/altered-link.ts';
import { type Person } from './testing/person.ts';
import { portPair } from './testing/port-pair.ts';
import { createWorld, introduce, isOnline } from './testing/world.ts';

const standing = async (person: Person) => (await person.call('snapshot', null)).account.standing;

async function twoInstallations(seed: number) {
  const world = createWorld(seed);
  const identity = await createIdentity(world.random);
  const ana = await world.person('Ana', { identity });
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  return { world, identity, ana, ben, ...chats };
}

describe('an account in two browsers', () => {
  it('is taken over also by whoever asks in the very moment in which it turns out to be held', async () => {
    const { world, identity, ana } = await twoInstallations(111);
    const other = await world.person('Ana', { withoutAccount: true });
    const [inside, outside] = portPair();
    other.engine.connect(inside);
    let claimed: Promise<unknown> | undefined;
    const tab = callPort<EngineApi, EngineEvent>(outside, (event) => {
      if (event.type === 'connection' && event.connection.status === 'paused')
        claimed ??= tab.call('claimAccount', null);
    });
    await tab.call('snapshot', null);
    await other.engine.adoptIdentity('Ana', identity);
    await world.until(() => claimed !== undefined, 'it is held', 60_000);
    await claimed;
    await world.until(
      async () => (await standing(ana)) === 'held-elsewhere',
      'the first gives way',
      60_000,
    );
  });

  it('the first stands back and stays readable; taking it back, the talk goes on and nothing is lost', async () => {
    const { world, identity, ana, ben, withAna, withBen } = await twoInstallations(101);
    const other = await world.person('Ana', { identity });
    await world.until(
      async () => (await standing(other)) === 'held-elsewhere',
      'the second installation hears that the account is held',
    );
    await other.call('claimAccount', null);
    await world.until(
      async () => (await standing(ana)) === 'held-elsewhere',
      'the first gives way',
    );
    expect((await ana.call('snapshot', null)).connection.status).toBe('paused');
    expect(await ana.texts(withBen)).toEqual(['hello']);

    await ana.call('send', { conversation: withBen, text: 'written while held elsewhere' });
    await ben.call('send', { conversation: withAna, text: 'who holds this?' });
    // A restart changes nothing about who holds it.
    await ana.restart();
    await world.calm(50);
    expect(await standing(ana)).toBe('held-elsewhere');
    expect((await ana.call('snapshot', null)).connection.status).toBe('paused');

    await ana.call('claimAccount', null);
    await world.until(async () => (await standing(ana)) === 'ready', 'Ana has it back');
    await world.until(
      async () => (await ben.texts(withAna)).includes('written while held elsewhere'),
      'what waited goes out',
    );
    await world.until(
      async () => (await ana.texts(withBen)).includes('who holds this?'),
      'what Ben could not send arrives',
    );
    await world.until(
      async () => (await standing(other)) === 'held-elsewhere',
      'the second gives way in turn',
    );
    await ben.call('send', { conversation: withAna, text: 'good' });
    await world.until(async () => (await ana.texts(withBen)).includes('good'), 'and on it goes');
    await world.until(
      async () =>
        [...(await ana.messages(withBen)), ...(await ben.messages(withAna))].every(
          ({ own, state, body }) => body.kind === 'text' && (!own || state === 'delivered'),
        ),
      'no stub is left, and everything is delivered',
    );
  });

  it('a crash in the middle of a claim greets everybody all the same', async () => {
    for (const nth of [1, 2, 3]) {
      const { world, identity, ana, ben, withAna, withBen } = await twoInstallations(110 + nth);
      const other = await world.person('Ana', { identity });
      await world.until(async () => (await standing(other)) === 'held-elsewhere', 'it is held');
      await other.call('claimAccount', null);
      await world.until(async () => (await standing(ana)) === 'held-elsewhere', 'Ana gives way');
      let commits = 0;
      let armed = false;
      await ana.restart({
        afterCommit() {
          if (armed && ++commits === nth) throw new Error('crash');
        },
      });
      await world.calm(50);
      armed = true;
      await ana.call('claimAccount', null).catch(() => undefined);
      await world.calm(50);
      await ana.restart();
      await world.until(async () => {
        if ((await standing(ana)) === 'ready') return true;
        await ana.call('claimAccount', null).catch(() => undefined);
        return false;
      }, 'Ana has it back');
      await ben.call('send', { conversation: withAna, text: 'are you there?' });
      await world.until(
        async () => (await ana.texts(withBen)).includes('are you there?'),
        `Ben knows the new tokens (crash after commit ${nth})`,
      );
    }
  });

  it('a new installation without contacts is believed over the older one', async () => {
    const { world, identity, ana, ben, withAna } = await twoInstallations(120);
    for (let i = 0; i < 8; i++) await ana.call('changeSettings', { typing: i % 2 === 1 });
    await world.calm(50);
    await ana.stop();
    world.clock.advance(60_000);
    const other = await world.person('Ana', { identity });
    await world.until(async () => (await standing(other)) === 'held-elsewhere', 'it is held');
    await other.call('claimAccount', null);
    const { link } = await ben.call('ownInvite', null);
    const toBen = await other.call('startChat', { text: link });
    await other.call('send', { conversation: toBen, text: 'my new browser' });
    await world.until(
      async () => (await ben.texts(withAna)).includes('my new browser'),
      'Ben reads it',
    );
    await ben.call('send', { conversation: withAna, text: 'welcome back' });
    await world.until(
      async () => (await other.texts(toBen)).includes('welcome back'),
      'Ben has the tokens of the new browser',
    );
  });

  it('an unanswered question survives a claim: the answer comes by the new tokens', async () => {
    const world = createWorld(130);
    const identity = await createIdentity(world.random);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben', { identity });
    await world.until(async () => (await isOnline(ana)) && (await isOnline(ben)), 'online');
    const withAna = await ben.call('startChat', {
      text: (await ana.call('ownInvite', null)).link,
    });
    await ben.call('send', { conversation: withAna, text: 'may I?' });
    await world.until(
      async () => (await ana.call('snapshot', null)).chats.length === 2,
      'the request arrives',
    );
    const other = await world.person('Ben', { identity });
    await world.until(async () => (await standing(other)) === 'held-elsewhere', 'it is held');
    await other.call('claimAccount', null);
    await world.until(async () => (await standing(ben)) === 'held-elsewhere', 'Ben gives way');
    await ben.call('claimAccount', null);
    await world.until(async () => (await standing(ben)) === 'ready', 'Ben has it back');
    await world.calm(50);
    const withBen = await ana.chat();
    await ana.call('acceptRequest', { conversation: withBen });
    await ana.call('send', { conversation: withBen, text: 'you may' });
    await world.until(async () => (await ben.texts(withAna)).includes('you may'), 'Ben reads it');
  });

  it('contacts are greeted a few at a time', async () => {
    const world = createWorld(140);
    const identity = await createIdentity(world.random);
    let counting = false;
    const fetched: number[] = [];
    const link = alteredLink(world.relay.link(), {
      toDrop(frame) {
        if (counting && frame.type === 'bundle') fetched.push(world.clock.now());
        return frame;
      },
    });
    const ana = await world.person('Ana', { identity, link });
    const friends: Person[] = [];
    const chats: Awaited<ReturnType<typeof introduce>>[] = [];
    for (let i = 0; i < 24; i++) {
      const friend = await world.person(`Friend ${i}`);
      chats.push(await introduce(world, ana, friend));
      friends.push(friend);
    }
    const other = await world.person('Ana', { identity });
    await world.until(async () => (await standing(other)) === 'held-elsewhere', 'it is held');
    await other.call('claimAccount', null);
    await world.until(async () => (await standing(ana)) === 'held-elsewhere', 'Ana gives way');
    await other.stop();
    counting = true;
    const start = world.clock.now();
    await ana.call('claimAccount', null);
    await world.until(() => new Set(fetched).size > 0 && fetched.length >= 24, 'all are greeted');
    expect(fetched.filter((time) => time < start + 500).length).toBeLessThan(16);
    const [last] = chats.slice(-1);
    const friend = friends.at(-1);
    if (!last || !friend) throw new Error('no friends');
    await friend.call('send', { conversation: last.withAna, text: 'still friends' });
    await world.until(
      async () => (await ana.texts(last.withBen)).includes('still friends'),
      'the last one reaches Ana',
    );
  });

  it('what contacts had written to the older one is seen, and read once both know each other again', async () => {
    const { world, identity, ana, ben, withAna } = await twoInstallations(150);
    await ana.stop();
    await ben.call('send', { conversation: withAna, text: 'are you there?' });
    await ben.call('send', { conversation: withAna, text: 'hello?' });
    await world.until(
      async () => (await ben.messages(withAna)).at(-1)?.state === 'sent',
      'they wait for Ana',
    );
    const other = await world.person('Ana', { identity });
    await world.until(async () => (await standing(other)) === 'held-elsewhere', 'it is held');
    await other.call('claimAccount', null);
    const request = async () =>
      (await other.call('snapshot', null)).chats.find((chat) => chat.standing === 'request');
    await world.until(async () => (await request())?.unread === 2, 'somebody wrote');
    await world.calm(50);
    const withBen = await other.chat();
    expect((await request())?.name).not.toBe('');
    expect((await other.messages(withBen)).map(({ body }) => body)).toEqual([
      { kind: 'undecryptable', reason: 'no-session', resend: 'after-accept' },
      { kind: 'undecryptable', reason: 'no-session', resend: 'after-accept' },
    ]);
    // Nothing goes back to somebody who is not accepted.
    const queue = () =>
      world.relay.dump().queue.flatMap((row) => ('mailbox' in row ? [row.mailbox] : []));
    await ben.stop();
    await other.call('markRead', { conversation: withBen, order: 1_000 });
    world.clock.advance(60_000);
    await world.calm(50);
    expect(queue()).toEqual([]);
    await ben.restart();

    await other.call('startChat', { text: (await ben.call('ownInvite', null)).link });
    await world.until(
      async () => (await other.texts(withBen)).join() === 'are you there?,hello?',
      'both are there, in their places',
    );
    expect((await request())?.id).toBeUndefined();
    await world.until(
      async () =>
        (await ben.messages(withAna)).every(({ own, state }) => !own || state === 'delivered'),
      'Ben sees that they arrived',
    );
    await other.call('send', { conversation: withBen, text: 'I am' });
    await world.until(async () => (await ben.texts(withAna)).includes('I am'), 'the talk goes on');
    expect((await other.call('snapshot', null)).chats.map(({ name }) => name)).toContain('Ben');
  });

  it('accepting is enough where they came back by themselves', async () => {
    const { world, identity, ana, ben, withAna } = await twoInstallations(151);
    await ana.stop();
    await ben.call('send', { conversation: withAna, text: 'lost?' });
    await world.until(
      async () => (await ben.messages(withAna)).at(-1)?.state === 'sent',
      'it waits for Ana',
    );
    const other = await world.person('Ana', { identity });
    await world.until(async () => (await standing(other)) === 'held-elsewhere', 'it is held');
    await other.call('claimAccount', null);
    await world.until(
      async () => (await other.call('snapshot', null)).chats.length === 2,
      'somebody wrote',
    );
    await ben.call('send', { conversation: withAna, text: 'by a new link' });
    await world.until(
      async () =>
        (await ben.call('openChat', { conversation: withAna, limit: 1 })).chat.waiting?.reason ===
        'not-accepted-now',
      'his token is no good any more',
    );
    await ben.call('startChat', { text: (await other.call('ownInvite', null)).link });
    const withBen = await other.chat();
    await world.until(
      async () => (await other.messages(withBen)).length === 2,
      'what he writes comes by the link',
    );
    await other.call('acceptRequest', { conversation: withBen });
    await world.until(
      async () => (await other.texts(withBen)).join() === 'lost?,by a new link',
      'what was lost takes its place',
    );
  });
});
