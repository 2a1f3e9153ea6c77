import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from './fault.ts';
import { callPort, type PortServer, servePort } from './port.ts';

type Api = {
  double: (n: number) => number;
  fail: (how: 'fault' | 'error') => null;
  hang: (none: null) => null;
  unclonable: (none: null) => unknown;
};
type Event = { readonly said: string };

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** Both ends over a real MessageChannel. */
function connect() {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  let said!: () => void;
  const bye = new Promise<void>((resolve) => (said = resolve));
  let byes = 0;
  const secret = new Error('of this thread only');
  const server: PortServer<Event> = servePort<Api, Event>(
    port1,
    {
      double: async (n) => 2 * n,
      fail: async (how) => {
        throw how === 'fault' ? new Fault('offline', 'on-reconnect', secret) : secret;
      },
      hang: () => new Promise(() => undefined),
      unclonable: async () => () => 1,
    },
    () => {
      byes++;
      said();
    },
  );
  const heard: Event[] = [];
  const client = callPort<Api, Event>(port2, (event) => heard.push(event));
  return { server, client, heard, port1, port2, bye, byes: () => byes };
}

describe('a call', () => {
  it('gets its own answer, however many are under way', async () => {
    const { client } = connect();
    const answers = await Promise.all([1, 2, 3].map((n) => client.call('double', n)));
    expect(answers).toEqual([2, 4, 6]);
  });

  it('rejects with the code and retry of the Fault, and nothing else of it', async () => {
    const { client } = connect();
    const fault: unknown = await client.call('fail', 'fault').catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: 'offline', retry: 'on-reconnect' });
    expect((fault as Fault).cause).toBeUndefined();
  });

  it('rejects with internal for what was thrown and is no Fault', async () => {
    const { client } = connect();
    await expect(client.call('fail', 'error')).rejects.toMatchObject({ code: 'internal' });
  });

  it('of a name that is not served is refused, also of names every object has', async () => {
    const { client } = connect();
    for (const name of ['nothing', 'toString', 'constructor', '__proto__'])
      await expect(client.call(name as 'hang', null)).rejects.toMatchObject({
        code: 'unknown-method',
      });
  });

  it('is answered even when the result cannot cross', async () => {
    const { client } = connect();
    await expect(client.call('unclonable', null)).rejects.toMatchObject({ code: 'internal' });
  });

  it('rejects when the argument cannot cross, and the next one works', async () => {
    const { client } = connect();
    const argument = (() => 1) as unknown as number;
    await expect(client.call('double', argument)).rejects.toMatchObject({ code: 'internal' });
    expect(await client.call('double', 1)).toBe(2);
  });
});

it('brings events in order, and before the answers that follow them', async () => {
  const { client, server, heard } = connect();
  server.emit({ said: 'one' });
  server.emit({ said: 'two' });
  await client.call('double', 1);
  expect(heard).toEqual([{ said: 'one' }, { said: 'two' }]);
});

it('says goodbye once, and calls under way or after it reject with port-closed', async () => {
  const { client, bye, byes } = connect();
  const under = client.call('hang', null);
  client.close();
  client.close();
  await expect(under).rejects.toMatchObject({ code: 'port-closed', retry: 'now' });
  await expect(client.call('double', 1)).rejects.toMatchObject({ code: 'port-closed' });
  await bye;
  expect(byes()).toBe(1);
});

it('lets a message pass that is neither call nor answer', async () => {
  const { client, port1, port2 } = connect();
  port1.postMessage({ type: 'later-version' });
  port2.postMessage({ type: 'later-version' });
  port1.postMessage({ type: 'result', n: 99, result: 1 });
  expect(await client.call('double', 4)).toBe(8);
});
