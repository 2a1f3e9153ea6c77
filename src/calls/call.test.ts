import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CallView, type CallsApi } from '../engine/api.ts';
import { manualClock } from '../lib/clock.ts';
import { Fault } from '../lib/fault.ts';
import { type CarriedCall, carryCall } from './call.ts';
import type { Peer } from './peer.ts';

/** A microphone as far as it is used: on until it is stopped. */
class FakeMicrophone extends EventTarget {
  enabled = true;
  isOn = true;
  readonly deviceId: string;

  constructor(deviceId: string) {
    super();
    this.deviceId = deviceId;
  }

  getSettings(): { deviceId: string } {
    return { deviceId: this.deviceId };
  }

  stop(): void {
    this.isOn = false;
  }
}

interface Asked {
  readonly deviceId: string;
  grant(): FakeMicrophone;
}

let asked: Asked[] = [];
let microphones: FakeMicrophone[] = [];
let replaceSound: () => Promise<void>;
let open: () => Peer;

vi.mock('../capture/microphone.ts', () => ({
  openMicrophone: (_: unknown, deviceId = 'default') =>
    new Promise((resolve) => {
      asked.push({
        deviceId,
        grant() {
          const microphone = new FakeMicrophone(deviceId);
          microphones.push(microphone);
          const tracks = () => [microphone];
          resolve({ getTracks: tracks, getAudioTracks: tracks });
          return microphone;
        },
      });
    }),
}));

vi.mock('./peer.ts', () => ({ openPeer: () => open() }));

beforeEach(() => {
  asked = [];
  microphones = [];
  replaceSound = async () => undefined;
  open = () =>
    ({
      stats: async () => undefined,
      replaceSound: () => replaceSound(),
      say: () => undefined,
      close: () => undefined,
    }) as unknown as Peer;
});

/** Whatever happened, nobody is listened to once the call is over. */
afterEach(() => {
  expect(microphones.filter(({ isOn }) => isOn)).toEqual([]);
});

const turns = () => new Promise((resolve) => setImmediate(resolve));

const ringing = {
  id: '0'.repeat(32),
  conversation: 'a'.repeat(32),
  name: 'Ana',
  outgoing: false,
  video: false,
  direct: false,
  phase: 'ringing',
  here: false,
  muted: false,
} as unknown as CallView;

/** Answers a call that rings. */
function answer(turnServers: () => Promise<unknown> = async () => ({ urls: [] })) {
  const said: string[] = [];
  const answers: Partial<Record<keyof CallsApi, () => unknown>> = {
    turnServers,
    acceptCall: () => ({ ...ringing, phase: 'connecting', here: true }),
  };
  const call: CarriedCall = carryCall(
    {
      engine: async (method) => {
        said.push(method);
        return (await answers[method]?.()) as never;
      },
      sound: { dataUse: 'full', constantBitRate: true },
      clock: manualClock(),
    },
    { role: 'acceptor', call: ringing },
  );
  return { call, said };
}

async function answered() {
  const { call, said } = answer();
  const first = asked[0]?.grant();
  await turns();
  expect(call.state).toMatchObject({ at: 'connecting', open: true });
  return { call, said, first };
}

test('the microphone is off when the call is over', async () => {
  const { call, first } = await answered();
  expect(first?.isOn).toBe(true);
  call.hangUp();
  expect(call.state).toEqual({ at: 'over' });
});

test('a microphone that is granted after the engine was lost is let go', async () => {
  const { call } = answer(() => Promise.reject(new Fault('port-closed', 'now')));
  await turns();
  expect(call.state).toEqual({ at: 'over', why: 'port-closed' });
  asked[0]?.grant();
  await turns();
});

test('of microphones chosen in quick succession only the last stays on', async () => {
  const { call, first } = await answered();
  const changes = [call.changeMicrophone('one'), call.changeMicrophone('two')];
  const one = asked[1]?.grant();
  await turns();
  const two = asked[2]?.grant();
  await Promise.all(changes);
  expect([first, one, two].map((microphone) => microphone?.isOn)).toEqual([false, false, true]);
  expect(call.microphone).toBe('two');
  call.hangUp();
});

test('one chosen while the first is still asked for is the one of the call', async () => {
  const { call } = answer();
  const change = call.changeMicrophone('chosen');
  asked[1]?.grant();
  await change;
  asked[0]?.grant();
  await turns();
  expect(call.state).toMatchObject({ at: 'connecting' });
  expect(call.microphone).toBe('chosen');
  call.hangUp();
});

test('one that the connection does not take is let go with the call, and so is the one before', async () => {
  const { call } = await answered();
  replaceSound = () => Promise.reject(new Error('no'));
  const change = call.changeMicrophone('other');
  asked[1]?.grant();
  await expect(change).rejects.toThrow();
  call.hangUp();
});

test('a browser without connections ends the call with words, at once', async () => {
  open = () => {
    throw new Error('No WebRTC support');
  };
  const { call, said } = answer();
  asked[0]?.grant();
  await turns();
  expect(call.state).toEqual({ at: 'over', why: 'call-lost' });
  expect(said).toContain('endCall');
});
