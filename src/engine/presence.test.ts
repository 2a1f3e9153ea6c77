import { describe, expect, it } from 'vitest';
import { type Alterations, alteredLink } from './testing/altered-link.ts';
import { type Person } from './testing/person.ts';
import { createWorld, introduce, wrongClock } from './testing/world.ts';

type Chat = Awaited<ReturnType<Person['chat']>>;

const look = (person: Person, conversation: Chat) =>
  person.call('setTab', { visible: true, focused: true, conversation });
const details = async (person: Person, conversation: Chat) =>
  (await person.call('openChat', { conversation, limit: 1 })).chat;
const isOnlineFor = async (person: Person, conversation: Chat) =>
  (await details(person, conversation)).presence?.online;

async function pair(seed: number, alterations: Alterations = {}, shift = { ms: 0 }) {
  const world = createWorld(seed);
  const ana = await world.person('Ana', {
    link: alteredLink(world.relay.link(), alterations),
    clock: wrongClock(world.clock, shift),
  });
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.until(
    async () => (await ben.messages(chats.withAna)).at(-1)?.state === 'delivered',
    'they know each other',
  );
  await world.calm(50);
  return { world, ana, ben, ...chats };
}

describe('presence', () => {
  it('shows who has a tab in view, and for how long they are gone', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(401);
    await look(ben, withAna);
    await look(ana, withBen);
    await world.until(() => isOnlineFor(ben, withAna).then((online) => online === true), 'online');
    await ana.call('setTab', { visible: false, focused: false });
    await world.until(() => isOnlineFor(ben, withAna).then((online) => online === false), 'gone');
    const gone = (await details(ben, withAna)).presence?.lastSeen ?? 0;
    expect(world.clock.now() - gone).toBeLessThan(60_000);
    // Known also after a restart, without the relay.
    await ben.stop();
    world.relay.down();
    await ben.restart();
    await look(ben, withAna);
    expect((await details(ben, withAna)).presence).toEqual({ online: false, lastSeen: gone });
  });

  it('is told of the chat on screen only', async () => {
    const follows: string[] = [];
    const { world, ana, ben, withBen } = await pair(402, {
      toDrop(frame) {
        if (frame.type === 'follow') follows.push(frame.mailbox);
        return frame;
      },
    });
    const eve = await world.person('Eve');
    const { withBen: withEve } = await introduce(world, ana, eve);
    await world.calm(50);
    expect(follows).toEqual([]);
    await look(ana, withBen);
    await world.calm(50);
    await look(ana, withEve);
    await world.calm(50);
    expect(new Set(follows)).toEqual(new Set([withBen, withEve] as string[]));
    expect(ben.name).toBe('Ben');
  });

  it('is reciprocal: whoever hides it does not see it, and cannot be seen', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(403);
    await look(ben, withAna);
    await look(ana, withBen);
    await world.until(() => isOnlineFor(ben, withAna).then((online) => online === true), 'online');
    await ana.call('changeSettings', { lastSeen: false });
    await world.until(
      async () => (await details(ben, withAna)).presence === undefined,
      'Ben sees nothing any more',
    );
    expect((await details(ana, withBen)).presence).toBeUndefined();
    await ana.call('changeSettings', { lastSeen: true });
    await world.until(() => isOnlineFor(ben, withAna).then((online) => online === true), 'again');
  });

  it('ends for whoever is blocked', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(404);
    await look(ben, withAna);
    await look(ana, withBen);
    await world.until(() => isOnlineFor(ben, withAna).then((online) => online === true), 'online');
    await ana.call('block', { conversation: withBen });
    await world.until(() => isOnlineFor(ben, withAna).then((online) => !online), 'dark');
    for (let i = 0; i < 10; i++) {
      world.clock.advance(5_000);
      await world.calm(10);
    }
    expect(await isOnlineFor(ben, withAna)).toBe(false);
  });

  it('said of the future by a relay or a wrong clock is said of now, and does not stick', async () => {
    let lie = 30 * 24 * 3600_000;
    const { world, ana, ben, withAna, withBen } = await pair(405, {
      fromDrop: (frame) =>
        frame.type === 'presence' && frame.lastSeen !== undefined
          ? { ...frame, lastSeen: frame.lastSeen + lie }
          : frame,
    });
    await look(ana, withBen);
    await look(ben, withAna);
    await world.until(
      async () => (await details(ana, withBen)).presence?.lastSeen !== undefined,
      'a time is told',
    );
    expect((await details(ana, withBen)).presence?.lastSeen).toBeLessThanOrEqual(world.clock.now());
    lie = 0;
    await ben.call('setTab', { visible: false, focused: false });
    await world.until(() => isOnlineFor(ana, withBen).then((online) => online === false), 'gone');
    const gone = world.clock.now();
    await ana.restart();
    await world.calm(50);
    expect(gone - ((await details(ana, withBen)).presence?.lastSeen ?? 0)).toBeLessThan(90_000);
  });
});

describe('typing', () => {
  it('shows while it lasts, ends by itself after six seconds, and with the message', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(411);
    await look(ben, withAna);
    const typing = async () => (await details(ben, withAna)).typing;
    await ana.call('setTyping', { conversation: withBen, active: true });
    await world.calm(50);
    expect(await typing()).toBe(true);
    world.clock.advance(6_001);
    await world.calm(10);
    expect(await typing()).toBe(false);
    // Started and stopped within one millisecond.
    await ana.call('setTyping', { conversation: withBen, active: true });
    await ana.call('setTyping', { conversation: withBen, active: false });
    await world.calm(50);
    expect(await typing()).toBe(false);
    await ana.call('setTyping', { conversation: withBen, active: true });
    await world.calm(50);
    expect(await typing()).toBe(true);
    await ana.call('send', { conversation: withBen, text: 'done' });
    await world.until(async () => (await ben.texts(withAna)).includes('done'), 'Ben reads');
    expect(await typing()).toBe(false);
    expect(ben.events.some((event) => event.type === 'chats' && event.changed[0]?.typing)).toBe(
      true,
    );
  });

  it('does not come back when an old notice is repeated, and goes on after a clock was set back', async () => {
    const shift = { ms: 3600_000 };
    const kept: Parameters<NonNullable<Alterations['toDrop']>>[0][] = [];
    const { world, ana, ben, withAna, withBen } = await pair(
      412,
      {
        toDrop(frame) {
          if (frame.type === 'ephemeral') kept.push(frame);
          return frame;
        },
      },
      shift,
    );
    await look(ben, withAna);
    const typing = async () => (await details(ben, withAna)).typing;
    await ana.call('setTyping', { conversation: withBen, active: true });
    await world.calm(50);
    expect(await typing()).toBe(true);
    world.clock.advance(6_001);
    await world.calm(10);
    const drop = await world.relay
      .link()
      .openDrop({ onFrame: () => undefined, onClose: () => undefined });
    for (const frame of kept) drop.send(frame);
    await world.calm(50);
    expect(await typing()).toBe(false);
    shift.ms = 0;
    await ana.call('setTyping', { conversation: withBen, active: true });
    await world.calm(50);
    expect(await typing()).toBe(true);
  });

  it('is reciprocal, and nothing of it goes to strangers or the blocked', async () => {
    let notices = 0;
    const { world, ana, ben, withAna, withBen } = await pair(413, {
      toDrop(frame) {
        if (frame.type === 'ephemeral') notices++;
        return frame;
      },
    });
    const type = async () => {
      notices = 0;
      await ana.call('setTyping', { conversation: withBen, active: true });
      await world.calm(50);
      return notices;
    };
    expect(await type()).toBe(1);
    await ben.call('changeSettings', { typing: false });
    await world.calm(80);
    expect(await type()).toBe(0);
    await ben.call('changeSettings', { typing: true });
    await world.calm(80);
    expect(await type()).toBe(1);
    await ana.call('changeSettings', { typing: false });
    await world.calm(80);
    expect(await type()).toBe(0);
    await ben.call('setTyping', { conversation: withAna, active: true });
    await world.calm(50);
    expect((await details(ana, withBen)).typing).toBe(false);
    await ana.call('changeSettings', { typing: true });
    await ana.call('block', { conversation: withBen });
    await world.calm(80);
    expect(await type()).toBe(0);
  });
});
