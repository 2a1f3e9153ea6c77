import { describe, expect, it } from 'vitest';
import { type CallBody } from './api.ts';
import { type Alterations, alteredLink } from './testing/altered-link.ts';
import { type Person } from './testing/person.ts';
import { callOf, endOf, openTab, signalsTo } from './testing/tab.ts';
import { createWorld, introduce, isOnline, wrongClock } from './testing/world.ts';

type Chat = Awaited<ReturnType<Person['chat']>>;

const description = new Uint8Array(600).fill(7);

async function pair(seed: number, alterations: Alterations = {}) {
  const world = createWorld(seed);
  const ana = await world.person('Ana', { link: alteredLink(world.relay.link(), alterations) });
  const ben = await world.person('Ben');
  const chats = await introduce(world, ana, ben);
  await world.until(
    async () => (await ben.messages(chats.withAna)).at(-1)?.state === 'delivered',
    'they know each other',
  );
  return { world, ana, ben, ...chats };
}

/** The rows of calls in a chat. */
async function calls(person: Person, conversation: Chat): Promise<CallBody[]> {
  const messages = await person.messages(conversation);
  return messages.flatMap(({ body }) => (body.kind === 'call' ? [body] : []));
}

const unreadOf = async (person: Person, conversation: Chat) =>
  (await person.call('snapshot', null)).chats.find(({ id }) => id === conversation)?.unread;

type Pair = Awaited<ReturnType<typeof pair>>;

/** Ana calls Ben; it rings. */
async function ring({ world, ana, ben, withBen }: Pair) {
  const { id } = await ana.call('startCall', {
    conversation: withBen,
    video: false,
    direct: false,
  });
  await world.until(() => callOf(ben)?.phase === 'ringing', 'it rings at Ben', 10_000);
  await world.until(() => callOf(ana)?.phase === 'ringing', 'Ana hears that it rings', 10_000);
  return id;
}

/** Ben accepts, and they hear each other. */
async function talk(all: Pair) {
  const { world, ana, ben } = all;
  const id = await ring(all);
  await ben.call('acceptCall', { id });
  await ben.call('signalCall', { id, signal: { type: 'offer', description } });
  await world.until(() => signalsTo(ana).length > 0, 'the offer comes', 10_000);
  await ana.call('signalCall', { id, signal: { type: 'answer', description, round: 1 } });
  await world.until(() => signalsTo(ben).length > 0, 'the answer comes', 10_000);
  await ana.call('callConnected', { id });
  await ben.call('callConnected', { id });
  return id;
}

describe('a call', () => {
  it('rings, is accepted, carries what the tabs say to each other, and ends on both sides with its length', async () => {
    const all = await pair(801);
    const { world, ana, ben, withAna, withBen } = all;
    const id = await ring(all);
    expect(callOf(ana)).toMatchObject({ name: 'Ben', outgoing: true, here: true });
    expect(callOf(ben)).toMatchObject({ id, name: 'Ana', outgoing: false, here: false });
    expect(await unreadOf(ben, withAna)).toBe(1);

    expect(await ben.call('acceptCall', { id })).toMatchObject({ here: true, phase: 'connecting' });
    await ben.call('signalCall', { id, signal: { type: 'offer', description } });
    await world.until(() => signalsTo(ana).length > 0, 'the offer comes', 10_000);
    expect(callOf(ana)?.phase).toBe('connecting');
    expect(signalsTo(ana)).toEqual([{ type: 'offer', description, round: 1 }]);
    await ana.call('signalCall', { id, signal: { type: 'answer', description, round: 1 } });
    await world.until(() => signalsTo(ben).length > 0, 'the answer comes', 10_000);
    expect(signalsTo(ben)).toMatchObject([{ type: 'answer', description }]);

    await ana.call('callConnected', { id });
    await ben.call('callConnected', { id });
    world.clock.advance(65_000);
    await ana.call('endCall', { id, how: 'hangup' });
    await world.until(() => endOf(ben) !== undefined, 'Ben hears that it is over', 10_000);
    expect(callOf(ana)).toBeUndefined();
    expect(callOf(ben)).toBeUndefined();
    const [mine] = await calls(ana, withBen);
    const [theirs] = await calls(ben, withAna);
    expect(mine).toMatchObject({ outcome: 'talked', duration: 65_000 });
    expect(theirs?.duration).toBeGreaterThanOrEqual(65_000);
    expect(await unreadOf(ben, withAna)).toBe(0);
    // The next call finds everything free.
    await ring(all);
  });

  it('that is declined, cancelled or not answered says so on both sides, and a missed one counts as unread', async () => {
    const all = await pair(802);
    const { world, ana, ben, withAna, withBen } = all;
    const ended = async (at: Person, times: number) =>
      world.until(
        () => at.events.filter((event) => event.type === 'call' && event.ended).length === times,
        'it ends',
        120_000,
      );

    await ben.call('endCall', { id: await ring(all), how: 'decline' });
    await ended(ana, 1);
    await ana.call('endCall', { id: await ring(all), how: 'hangup' });
    await ended(ben, 2);
    expect(await unreadOf(ben, withAna)).toBe(1);
    await ring(all);
    await ended(ana, 3);
    await ended(ben, 3);
    await ring(all);
    await ben.call('acceptCall', { id: callOf(ben)?.id ?? ('' as never) });
    await ben.call('endCall', { id: callOf(ben)?.id ?? ('' as never), how: 'failed' });
    await ended(ana, 4);
    expect(endOf(ana)).toMatchObject({ outcome: 'failed' });

    const outcomes = async (person: Person, chat: Chat) =>
      (await calls(person, chat)).map(({ outcome }) => outcome);
    await world.calm();
    expect(await outcomes(ana, withBen)).toEqual(['declined', 'cancelled', 'unanswered', 'failed']);
    expect(await outcomes(ben, withAna)).toEqual(['declined', 'missed', 'missed', 'failed']);
    expect(await unreadOf(ben, withAna)).toBe(2);
  });

  it('rings in every tab, and only the first to accept carries it', async () => {
    const all = await pair(803);
    const { ben } = all;
    const second = openTab(ben);
    await second.call('snapshot', null);
    const id = await ring(all);
    expect(callOf(second)).toMatchObject({ id, phase: 'ringing', here: false });
    const answers = await Promise.allSettled([
      ben.call('acceptCall', { id }),
      second.call('acceptCall', { id }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(answers[1]).toMatchObject({ reason: { code: 'call-taken' } });
    expect(callOf(ben)).toMatchObject({ here: true, phase: 'connecting' });
    expect(callOf(second)).toMatchObject({ here: false, phase: 'connecting' });
    // What is said to the other side comes from whoever carries it.
    await expect(
      second.call('signalCall', { id, signal: { type: 'offer', description } }),
    ).rejects.toMatchObject({ code: 'call-taken' });
    // A tab that opens later is told at once, and may end it or switch the microphone.
    const third = openTab(ben);
    await third.call('snapshot', null);
    expect(callOf(third)).toMatchObject({ id, here: false });
    await third.call('muteCall', { id, muted: true });
    expect(callOf(ben)).toMatchObject({ muted: true });
    await third.call('endCall', { id, how: 'hangup' });
    expect(callOf(ben)).toBeUndefined();
  });

  it('ends on both sides when the tab that carries it goes', async () => {
    const all = await pair(804);
    const { world, ana, ben, withBen } = all;
    const carrying = openTab(ben);
    await carrying.call('snapshot', null);
    const id = await ring(all);
    await carrying.call('acceptCall', { id });
    await carrying.call('signalCall', { id, signal: { type: 'offer', description } });
    await carrying.call('callConnected', { id });
    await world.until(() => signalsTo(ana).length > 0, 'the offer comes', 10_000);
    await ana.call('callConnected', { id });
    world.clock.advance(3_000);
    carrying.close();
    await world.until(() => endOf(ana) !== undefined, 'Ana hears of it', 10_000);
    expect(endOf(ben)).toMatchObject({ id, outcome: 'talked' });
    expect((await calls(ana, withBen)).map(({ outcome }) => outcome)).toEqual(['talked']);
  });

  it('is one when both call at the same moment', async () => {
    for (const seed of [805, 806, 807, 808]) {
      const { world, ana, ben, withAna, withBen } = await pair(seed);
      const call = { video: false, direct: false };
      await Promise.allSettled([
        ana.call('startCall', { conversation: withBen, ...call }),
        ben.call('startCall', { conversation: withAna, ...call }),
      ]);
      const both = () => [callOf(ana), callOf(ben)];
      await world.until(
        () =>
          both().some((one) => one?.phase === 'connecting') && callOf(ana)?.id === callOf(ben)?.id,
        'they have one call',
        20_000,
      );
      // Whoever made the other call answers this one, without being asked.
      const answering = [ana, ben].find((one) => callOf(one)?.outgoing === false);
      const waiting = answering === ana ? ben : ana;
      expect(callOf(answering ?? ana)).toMatchObject({ here: true, phase: 'connecting' });
      // Neither tab was told that its call is over: that would take its microphone away.
      for (const one of [ana, ben]) expect(endOf(one)).toBeUndefined();
      const id = callOf(waiting)?.id ?? ('' as never);
      await answering?.call('signalCall', { id, signal: { type: 'offer', description } });
      await world.until(() => signalsTo(waiting).length > 0, 'the offer comes', 10_000);
      expect(callOf(waiting)).toMatchObject({ outgoing: true, phase: 'connecting', here: true });
      await world.calm();
      const outcomes = (await calls(ana, withBen)).map(({ outcome }) => outcome);
      expect(outcomes.toSorted()).toEqual(['cancelled', 'ringing']);
    }
  });

  it('finds whoever talks already busy', async () => {
    const all = await pair(809);
    const { world, ben, withAna } = all;
    await talk(all);
    const eve = await world.person('Eve');
    const { withAna: withBen, withBen: withEve } = await introduce(world, ben, eve);
    await world.until(() => isOnline(eve), 'Eve is online');
    await eve.call('startCall', { conversation: withBen, video: false, direct: false });
    await world.until(() => endOf(eve) !== undefined, 'Eve hears of it', 10_000);
    expect(endOf(eve)?.outcome).toBe('busy');
    expect(await calls(ben, withEve)).toMatchObject([{ outcome: 'missed' }]);
    expect(callOf(ben)).toMatchObject({ phase: 'talking', conversation: withAna });
    await expect(
      ben.call('startCall', { conversation: withEve, video: false, direct: false }),
    ).rejects.toMatchObject({ code: 'in-a-call' });
  });

  it('that the relay held too long, or that ended meanwhile, is a missed call and does not ring', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(810);
    await ben.stop();
    await ana.call('startCall', { conversation: withBen, video: true, direct: false });
    // The caller's browser dies before it can say that nobody answered.
    await world.calm(60);
    await ana.stop();
    world.clock.advance(24 * 3600_000);
    await ben.restart();
    await world.until(async () => (await calls(ben, withAna)).length === 1, 'it arrives', 60_000);
    expect(await calls(ben, withAna)).toEqual([{ kind: 'call', video: true, outcome: 'missed' }]);
    expect(callOf(ben)).toBeUndefined();
    expect(ben.events.some(({ type }) => type === 'notify')).toBe(true);
    // And at the caller's it failed, whatever became of it.
    await ana.restart();
    expect((await calls(ana, withBen)).map(({ outcome }) => outcome)).toEqual(['failed']);
    expect(
      (await ana.call('snapshot', null)).chats.find(({ id }) => id === withBen)?.last?.body,
    ).toMatchObject({ outcome: 'failed' });
  });

  it('that was taken back while the other side was away is missed there, and does not ring for a moment', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(817);
    await ben.stop();
    const { id } = await ana.call('startCall', {
      conversation: withBen,
      video: false,
      direct: false,
    });
    await world.calm(5);
    await ana.call('endCall', { id, how: 'hangup' });
    await world.calm(5);
    await ben.restart();
    await world.until(async () => (await calls(ben, withAna)).length === 1, 'it arrives', 60_000);
    await world.calm(5);
    expect(await calls(ben, withAna)).toMatchObject([{ outcome: 'missed' }]);
    expect(ben.events.some((event) => event.type === 'call' && event.call)).toBe(false);
    expect(ben.events.some(({ type }) => type === 'notify')).toBe(true);
    expect(await unreadOf(ben, withAna)).toBe(1);
  });

  it('that was held back for hours on its way is missed, and a clock that is minutes off keeps nobody from ringing', async () => {
    for (const [seed, off, rings] of [
      [851, 3 * 3600_000, false],
      [852, 5 * 60_000, true],
    ] as const) {
      const world = createWorld(seed);
      const shift = { ms: 0 };
      const ana = await world.person('Ana', { clock: wrongClock(world.clock, shift) });
      const ben = await world.person('Ben');
      const { withAna, withBen } = await introduce(world, ana, ben);
      shift.ms = -off;
      await ana.call('startCall', { conversation: withBen, video: false, direct: false });
      await world.until(async () => (await calls(ben, withAna)).length === 1, 'it comes', 20_000);
      await world.calm();
      expect(callOf(ben)?.phase).toBe(rings ? 'ringing' : undefined);
    }
  });

  it('that nobody takes back stops to ring by itself', async () => {
    const all = await pair(811);
    const { world, ana, ben, withAna } = all;
    await ring(all);
    await ana.stop();
    await world.until(() => endOf(ben) !== undefined, 'it ends', 90_000);
    expect(await calls(ben, withAna)).toMatchObject([{ outcome: 'missed' }]);
  });

  it('reaches accepted contacts only, and only while the relay is reached', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(812);
    const start = (person: Person, conversation: Chat) =>
      person.call('startCall', { conversation, video: false, direct: false });
    await ben.call('block', { conversation: withAna });
    await expect(start(ben, withAna)).rejects.toMatchObject({ code: 'blocked' });
    await start(ana, withBen);
    await world.until(() => endOf(ana) !== undefined, 'nobody answers', 90_000);
    expect(endOf(ana)?.outcome).toBe('unanswered');
    expect(callOf(ben)).toBeUndefined();
    expect(await calls(ben, withAna)).toEqual([]);
    // Somebody whose link was opened and who has not accepted yet.
    const eve = await world.person('Eve');
    await world.until(() => isOnline(eve), 'Eve is online');
    const { link } = await eve.call('ownInvite', null);
    const withEve = await ana.call('startChat', { text: link });
    await expect(start(ana, withEve)).rejects.toMatchObject({ code: 'blocked' });
    world.relay.down();
    await world.until(async () => !(await isOnline(ana)), 'offline');
    await expect(start(ana, withBen)).rejects.toMatchObject({ code: 'offline' });
    expect(await calls(ana, withBen)).toHaveLength(1);
  });

  it('rings nowhere where calls are switched off, and leaves a missed call that its caller cannot tell apart', async () => {
    const { world, ana, ben, withAna, withBen } = await pair(816);
    expect((await ben.call('snapshot', null)).settings.calls).toBe('relay');
    await ben.call('changeSettings', { calls: 'never' });
    await ben.restart();
    const { id } = await ana.call('startCall', {
      conversation: withBen,
      video: false,
      direct: false,
    });
    await world.until(async () => (await calls(ben, withAna)).length === 1, 'it comes', 10_000);
    await world.until(() => endOf(ana) !== undefined, 'nobody answers', 90_000);
    expect(endOf(ana)).toMatchObject({ id, outcome: 'unanswered' });
    expect(
      ana.events.some((event) => event.type === 'call' && event.call?.phase === 'ringing'),
    ).toBe(false);
    expect(ben.events.some(({ type }) => type === 'call')).toBe(false);
    expect(await calls(ben, withAna)).toMatchObject([{ outcome: 'missed' }]);
    expect(await unreadOf(ben, withAna)).toBe(1);
    const back = { conversation: withAna, video: false, direct: false };
    await expect(ben.call('startCall', back)).rejects.toMatchObject({ code: 'calls-off' });
    await ben.call('changeSettings', { calls: 'relay' });
    expect(await ben.call('startCall', back)).toMatchObject({ outgoing: true });
  });

  it('connects nothing by an answer to an offer that was not the last one', async () => {
    const all = await pair(815);
    const { world, ana, ben } = all;
    const id = await talk(all);
    const answers = () => signalsTo(ben).filter(({ type }) => type === 'answer').length;
    expect(answers()).toBe(1);
    const offer = (fill: number) =>
      ben.call('signalCall', {
        id,
        signal: { type: 'offer', description: new Uint8Array(500).fill(fill) },
      });
    // Ana answers the second offer when Ben has begun anew already.
    await offer(1);
    await world.until(() => signalsTo(ana).length === 2, 'the second offer comes', 10_000);
    await Promise.all([
      offer(2),
      ana.call('signalCall', { id, signal: { type: 'answer', description, round: 2 } }),
    ]);
    await world.until(() => signalsTo(ana).length === 3, 'the third offer comes', 10_000);
    expect(answers()).toBe(1);
    await ana.call('signalCall', { id, signal: { type: 'answer', description, round: 3 } });
    await world.until(() => answers() === 2, 'the answer to the third comes', 10_000);
  });

  it('is over when the other side is blocked, whether it rings or they talk, and rings no more', async () => {
    const all = await pair(816);
    const { world, ana, ben, withAna } = all;
    await ring(all);
    await ben.call('block', { conversation: withAna });
    expect(callOf(ben)).toBeUndefined();
    await world.until(() => endOf(ana) !== undefined, 'Ana hears that it is over', 10_000);
    expect(endOf(ana)).toMatchObject({ outcome: 'declined' });
    await ben.call('unblock', { conversation: withAna });
    await world.calm();
    await talk(all);
    await ben.call('block', { conversation: withAna });
    expect(callOf(ben)).toBeUndefined();
    expect(endOf(ben)).toMatchObject({ outcome: 'talked' });
  });

  it('that was missed stays so when the same person rings again', async () => {
    const all = await pair(817);
    const { world, ana, ben, withAna } = all;
    const first = await ring(all);
    await ana.restart();
    await world.until(() => isOnline(ana), 'Ana is back', 10_000);
    const second = await ana.call('startCall', {
      conversation: all.withBen,
      video: false,
      direct: false,
    });
    await world.until(() => callOf(ben)?.id === second.id, 'it rings again', 10_000);
    await ben.call('endCall', { id: second.id, how: 'decline' });
    await world.calm();
    const ends = ben.events.flatMap((event) =>
      event.type === 'call' && event.ended ? [event.ended] : [],
    );
    expect(ends).toMatchObject([
      { id: first, outcome: 'missed' },
      { id: second.id, outcome: 'declined' },
    ]);
    expect((await calls(ben, withAna)).map(({ outcome }) => outcome)).toEqual([
      'missed',
      'declined',
    ]);
    expect(await unreadOf(ben, withAna)).toBe(1);
  });

  it('is taken on a full disk, too, which is told', async () => {
    const all = await pair(818);
    const { world, ana, ben } = all;
    const id = await ring(all);
    await world.calm();
    ben.disk.failNext('storage-full');
    expect(await ben.call('acceptCall', { id })).toMatchObject({ here: true });
    await world.calm();
    expect(ben.events).toContainEqual({ type: 'trouble', code: 'storage-full' });
    await ben.call('signalCall', { id, signal: { type: 'offer', description } });
    await world.until(() => signalsTo(ana).length > 0, 'the offer comes', 10_000);
  });

  it('is not begun or taken for a tab that is gone', async () => {
    const all = await pair(819);
    const { world, ana, ben, withBen } = all;
    const quick = openTab(ana);
    await quick.call('snapshot', null);
    quick
      .call('startCall', { conversation: withBen, video: false, direct: false })
      .catch(() => undefined);
    quick.close();
    await world.calm();
    expect(callOf(ben)).toBeUndefined();
    const id = await ring(all);
    const hasty = openTab(ben);
    await hasty.call('snapshot', null);
    hasty.call('acceptCall', { id }).catch(() => undefined);
    hasty.close();
    await world.calm();
    expect(callOf(ben)).toMatchObject({ id, phase: 'ringing' });
  });

  it('takes no step from anybody but the other side, and none of another call', async () => {
    const all = await pair(813);
    const { world, ana, ben } = all;
    const id = await ring(all);
    const eve = await world.person('Eve');
    const { withAna: withBen } = await introduce(world, ben, eve);
    // Eve knows the id of the call, by whatever way.
    await eve.call('startCall', { conversation: withBen, video: false, direct: false });
    await world.until(() => endOf(eve) !== undefined, 'Ben is busy', 10_000);
    const before = ana.events.length;
    await ben.call('acceptCall', { id });
    await expect(
      ben.call('signalCall', {
        id: id.replace(/./g, '0') as typeof id,
        signal: { type: 'restart' },
      }),
    ).rejects.toMatchObject({ code: 'call-over' });
    expect(signalsTo({ events: ana.events.slice(before) })).toEqual([]);
    expect(callOf(ben)).toMatchObject({ id, phase: 'connecting' });
  });
});

describe('leave to use the TURN relays', () => {
  it('is waited for by whoever asks the moment the connection stands, and not taken for none', async () => {
    const world = createWorld(861);
    const held: (() => void)[] = [];
    let asks = 0;
    const link = alteredLink(world.relay.link(), {
      toMailbox(frame, answer) {
        if (frame.type !== 'turn') return frame;
        asks++;
        const reply = {
          type: 'turn-servers',
          n: frame.n,
          urls: ['turn:127.0.0.1:3478'],
          username: 'u',
          credential: 'c',
          expires: 0,
        } as const;
        held.push(() => answer(reply));
        return undefined;
      },
    });
    const ana = await world.person('Ana', { link });
    await world.until(() => isOnline(ana), 'Ana is online');
    const servers = ana.call('turnServers', null);
    await world.until(() => asks === 1, 'the relay is asked', 10_000);
    held[0]?.();
    expect(await servers).toMatchObject({ urls: ['turn:127.0.0.1:3478'] });
    expect(asks).toBe(1);
  });

  it('is fetched with the connection, renewed on a timer, and not when a call starts', async () => {
    const asked: string[] = [];
    const all = await pair(814, {
      toMailbox(frame) {
        if (frame.type === 'turn') asked.push(frame.type);
        return frame;
      },
    });
    const { world, ana } = all;
    await world.until(() => asked.length === 1, 'it is asked for', 20_000);
    await talk(all);
    expect(asked).toHaveLength(1);
    await world.until(() => asked.length === 2, 'it is renewed', 7 * 3600_000);
    expect(await ana.call('turnServers', null)).toMatchObject({ urls: [] });
  });
});
