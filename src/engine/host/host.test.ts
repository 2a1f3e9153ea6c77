import { expect, test } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import { type PortLike } from '../../lib/port.ts';
import { type StandDown, type StopReason, type ToHost, type ToTab } from './control.ts';
import { type Host, type LendWorker, type Running, startHost } from './host.ts';
import { memoryLocks } from './testing/locks.ts';

type Channel = {
  postMessage(message: StandDown): void;
  onmessage: ((event: MessageEvent<StandDown>) => unknown) | null;
};

/** One browser profile with hosts and tabs that can die. */
function browser() {
  const clock = manualClock();
  const newLocks = memoryLocks();
  const channels = new Set<Channel>();
  let serial = 0;
  /** Engines that run now, by the host's name; more than one would break a ratchet. */
  const running = new Set<string>();
  const lenders = new Map<string, LendWorker>();

  /** Lets everything that is due happen, ports included. */
  async function settle(ms = 0): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (ms) clock.advance(ms);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  function newHost(
    build: number,
    how: {
      stopsAlone?: boolean;
      failing?: () => Fault | undefined;
      deaf?: boolean;
      /** Opens only when this is there. */
      slow?: Promise<void>;
    } = {},
  ) {
    const name = `host ${++serial}`;
    const locks = newLocks();
    const connected: PortLike[] = [];
    const byes: PortLike[] = [];
    let selfStop: (reason: StopReason) => void = () => undefined;
    const channel: Channel = {
      onmessage: null,
      postMessage(message) {
        for (const other of channels) {
          if (other !== channel) other.onmessage?.(new MessageEvent('message', { data: message }));
        }
      },
    };
    if (!how.deaf) channels.add(channel);
    const host: Host = startHost({
      build,
      locks,
      clock,
      id: name,
      others: channel,
      stopsAlone: how.stopsAlone ?? false,
      async open(onStopped, lendWorker): Promise<Running> {
        lenders.set(name, lendWorker);
        await how.slow;
        const fault = how.failing?.();
        if (fault) throw fault;
        running.add(name);
        selfStop = (reason) => {
          running.delete(name);
          onStopped(reason);
        };
        return {
          connect(port) {
            connected.push(port);
            port.onmessage = ({ data }: MessageEvent<{ type: string }>) => {
              if (data.type === 'bye') byes.push(port);
            };
          },
          stop: async () => void running.delete(name),
        };
      },
    });
    return {
      name,
      host,
      connected,
      byes,
      lendWorker: () => lenders.get(name)!('media-file'),
      stopItself: (reason: StopReason) => selfStop(reason),
      die() {
        running.delete(name);
        channels.delete(channel);
        locks.die();
      },
    };
  }

  async function newTab(host: Host) {
    const lock = `tab ${++serial}`;
    const locks = newLocks();
    void locks.request(lock, {}, () => new Promise(() => undefined));
    const { port1, port2 } = new MessageChannel();
    const heard: string[] = [];
    /** Numbers under which workers were asked for. */
    const asked: number[] = [];
    port1.onmessage = ({ data }: MessageEvent<ToTab>) => {
      if (data.type === 'lend') asked.push(data.n);
      else heard.push(data.type === 'ready' ? 'ready' : (data.code ?? data.reason));
    };
    host.accept(port2);
    const say = (message: ToHost): void => port1.postMessage(message);
    await settle();
    say({ type: 'hello', lock });
    await settle();
    const lend = (worker?: MessagePort): void => {
      const message = { type: 'lent', n: asked.shift() ?? -1 } satisfies ToHost;
      port1.postMessage(message, worker ? [worker] : []);
    };
    return { heard, asked, lend, say, die: () => locks.die(), end: () => port1.close() };
  }

  return { newHost, newTab, settle, running };
}

test('a host that takes long to open its own engine does not take it for that of another', async () => {
  const { newHost, newTab, settle } = browser();
  let opened!: () => void;
  const slow = new Promise<void>((resolve) => (opened = resolve));
  const { heard } = await newTab(newHost(1, { slow }).host);
  await settle(10_000);
  expect(heard).toEqual([]);
  opened();
  await settle();
  expect(heard).toEqual(['ready']);
});

test('the first tab starts the engine, the next ones share it', async () => {
  const { newHost, newTab, running } = browser();
  const one = newHost(1);
  const a = await newTab(one.host);
  const b = await newTab(one.host);
  expect([a.heard, b.heard]).toEqual([['ready'], ['ready']]);
  expect(one.connected).toHaveLength(2);
  expect([...running]).toEqual([one.name]);
});

test('a tab that crashes says goodbye through its lock', async () => {
  const { newHost, newTab, settle } = browser();
  const one = newHost(1);
  const a = await newTab(one.host);
  await newTab(one.host);
  a.die();
  await settle();
  expect(one.byes).toEqual([one.connected[0]]);
});

test('of two hosts of one build the second waits, says so, and goes on when the first is gone', async () => {
  const { newHost, newTab, settle, running } = browser();
  const one = newHost(1);
  const two = newHost(1);
  await newTab(one.host);
  const b = await newTab(two.host);
  expect(b.heard).toEqual([]);
  await settle(500);
  expect(b.heard).toEqual(['other-tab']);
  await settle(60_000);
  expect([...running]).toEqual([one.name]);
  one.die();
  await settle();
  expect(b.heard).toEqual(['other-tab', 'ready']);
  expect([...running]).toEqual([two.name]);
});

test('a click takes the engine over, and another click takes it back', async () => {
  const { newHost, newTab, settle, running } = browser();
  const one = newHost(1);
  const two = newHost(1);
  const a = await newTab(one.host);
  const b = await newTab(two.host);
  await settle(500);
  b.say({ type: 'use-here' });
  await settle();
  expect(b.heard).toEqual(['other-tab', 'ready']);
  expect(a.heard).toEqual(['ready', 'other-tab']);
  expect([...running]).toEqual([two.name]);
  a.say({ type: 'use-here' });
  await settle();
  expect(a.heard.at(-1)).toBe('ready');
  expect(b.heard.at(-1)).toBe('other-tab');
  expect([...running]).toEqual([one.name]);
});

test('an older build stands down for a newer one and never comes back', async () => {
  const { newHost, newTab, settle, running } = browser();
  const older = newHost(1);
  const newer = newHost(2);
  const a = await newTab(older.host);
  const b = await newTab(newer.host);
  expect(a.heard).toEqual(['ready', 'newer']);
  expect(b.heard).toEqual(['ready']);
  a.say({ type: 'use-here' });
  await settle(10_000);
  expect([...running]).toEqual([newer.name]);
  const late = await newTab(older.host);
  expect(late.heard).toEqual(['newer']);
});

test('an older build that does not answer is replaced after a while', async () => {
  const { newHost, newTab, settle, running } = browser();
  const older = newHost(1, { deaf: true });
  const newer = newHost(2);
  await newTab(older.host);
  const b = await newTab(newer.host);
  await settle(500);
  await settle(2_499);
  expect([...running]).toEqual([older.name]);
  await settle(1);
  expect([...running]).toEqual([newer.name]);
  expect(b.heard).toEqual(['ready']);
});

test('an older build that comes second learns that it is old', async () => {
  const { newHost, newTab, settle, running } = browser();
  const newer = newHost(2);
  const older = newHost(1);
  await newTab(newer.host);
  const b = await newTab(older.host);
  await settle(500);
  expect(b.heard).toEqual(['newer']);
  await settle(10_000);
  expect([...running]).toEqual([newer.name]);
});

test('after an erased account a tab that reloads finds a new engine', async () => {
  const { newHost, newTab, settle, running } = browser();
  const one = newHost(1);
  const a = await newTab(one.host);
  one.stopItself('erased');
  await settle();
  expect(a.heard).toEqual(['ready', 'erased']);
  a.die();
  const again = await newTab(one.host);
  expect(again.heard).toEqual(['ready']);
  expect([...running]).toEqual([one.name]);
});

test('a database that does not open is told by its code, and the next tab tries again', async () => {
  const { newHost, newTab } = browser();
  let fault: Fault | undefined = new Fault('storage-newer');
  const one = newHost(1, { failing: () => fault });
  const a = await newTab(one.host);
  expect(a.heard).toEqual(['storage-newer']);
  fault = undefined;
  const b = await newTab(one.host);
  expect(b.heard).toEqual(['ready']);
});

test('a page that is put aside frees the engine, and asks for it when it returns', async () => {
  const { newHost, newTab, settle, running } = browser();
  const page = newHost(1, { stopsAlone: true });
  const a = await newTab(page.host);
  a.say({ type: 'bye' });
  await settle();
  expect([...running]).toEqual([]);
  const other = newHost(1);
  const b = await newTab(other.host);
  expect(b.heard).toEqual(['ready']);
  const back = await newTab(page.host);
  await settle(500);
  expect(back.heard.at(-1)).toBe('other-tab');
});

test('a worker is lent by the tab that came last, and is gone with it', async () => {
  const { newHost, newTab, settle } = browser();
  const one = newHost(1);
  const first = await newTab(one.host);
  const second = await newTab(one.host);
  const lending = one.lendWorker();
  await settle();
  expect([first.asked.length, second.asked.length]).toEqual([0, 1]);
  const { port1, port2 } = new MessageChannel();
  second.lend(port2);
  const { port, gone } = await lending;
  const heard = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  port.postMessage('work');
  expect(await heard).toBe('work');
  second.die();
  await gone;
  port1.close();
});

test('a tab that is frozen, cannot or goes away is passed over; without another there is no worker', async () => {
  const { newHost, newTab, settle } = browser();
  const one = newHost(1);
  const first = await newTab(one.host);
  const going = await newTab(one.host);
  const unable = await newTab(one.host);
  const frozen = await newTab(one.host);
  const lending = one.lendWorker();
  await settle();
  expect(frozen.asked.length).toBe(1);
  await settle(3_000);
  unable.lend();
  await settle();
  going.die();
  await settle();
  const { port1, port2 } = new MessageChannel();
  first.lend(port2);
  await lending;
  // What comes when nobody waits any more is told to end.
  const late = new MessageChannel();
  const told = new Promise((resolve) => (late.port1.onmessage = ({ data }) => resolve(data)));
  frozen.lend(late.port2);
  expect(await told).toEqual({ type: 'bye' });
  for (const tab of [first, unable, frozen]) tab.die();
  await settle();
  await expect(one.lendWorker()).rejects.toThrow('no-tab');
  port1.close();
  late.port1.close();
});
