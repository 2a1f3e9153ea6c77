/**
 * A bad way to a TURN server: a UDP proxy on 127.0.0.1 that loses, delays and jumbles what passes, by a seed, and
 * writes down what somebody on the way sees of it: size, time, direction and the headers that are in the clear.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seededNumbers } from '../../src/crypto/testing/seeded.ts';

const ADDRESS = '127.0.0.1';
const PARTS = 1_000_000;

/** From the browser to the TURN server, and back. */
export type Direction = 'up' | 'down';

/** What happens to packets of one direction. */
export interface Weather {
  /** Part that is lost, 0 to 1. */
  readonly loss?: number;
  /** ms. */
  readonly delay?: number;
  /** Up to so many ms more, each packet for itself, so that they overtake each other. */
  readonly jitter?: number;
}

/** A packet as it came, whether it was lost then or not. */
export interface SeenPacket {
  readonly direction: Direction;
  /** The browser's port: one for each of its TURN allocations. */
  readonly client: number;
  /** ms, of `performance`. */
  readonly at: number;
  readonly bytes: number;
  readonly lost: boolean;
  readonly kind: PacketKind;
  /** Of sound: RTP's type of payload, RFC 3550. */
  readonly payload?: number;
}

/**
 * `turn`: between browser and TURN server. The rest is what two browsers say to each other through it; `padding` has
 * no sound in it and measures the way.
 */
export type PacketKind = 'turn' | 'sound' | 'padding' | 'rtcp' | 'stun' | 'dtls' | 'other';

export interface LossyUdp {
  readonly url: string;
  readonly port: number;
  /** Everything since the start or since it was last emptied. */
  readonly packets: SeenPacket[];
  /** From now on. A packet of a call passes twice, up from one side and down to the other. */
  change(weather: Partial<Record<Direction, Weather>>): void;
  close(): Promise<void>;
}

/** RFC 8656: ChannelData, and the indications that carry data before there is a channel. */
function carried(packet: Buffer): Buffer | undefined {
  if (packet.length < 4) return undefined;
  const first = packet.readUInt16BE(0);
  if (first >= 0x4000 && first <= 0x4fff) return packet.subarray(4, 4 + packet.readUInt16BE(2));
  if (first !== 0x0016 && first !== 0x0017) return undefined;
  for (let at = 20; at + 4 <= packet.length;) {
    const length = packet.readUInt16BE(at + 2);
    if (packet.readUInt16BE(at) === 0x0013) return packet.subarray(at + 4, at + 4 + length);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return undefined;
}

/** By the first bytes, as the browsers tell them apart themselves: RFC 7983 and RFC 5761. */
function classify(packet: Buffer): { kind: PacketKind; payload?: number } {
  const inner = carried(packet);
  if (!inner) return { kind: 'turn' };
  const [first = 255, second = 0] = inner;
  if (first <= 3) return { kind: 'stun' };
  if (first >= 20 && first <= 63) return { kind: 'dtls' };
  if (first < 128 || first > 191) return { kind: 'other' };
  if (second >= 192 && second <= 223) return { kind: 'rtcp' };
  return (first & 0x20) !== 0 ? { kind: 'padding' } : { kind: 'sound', payload: second & 0x7f };
}

/** Stands in front of the TURN server at `port`; with `seed` the same packets fare the same. */
export async function startLossyUdp(port: number, seed: number): Promise<LossyUdp> {
  const draw = seededNumbers(seed);
  const chance = (): number => draw(PARTS) / PARTS;
  const packets: SeenPacket[] = [];
  const servers = new Map<number, Socket>();
  let weathers: Readonly<Record<Direction, Weather>> = { up: {}, down: {} };
  let isOpen = true;

  function pass(
    direction: Direction,
    client: number,
    packet: Buffer,
    onward: (packet: Buffer) => void,
  ): void {
    const { loss = 0, delay = 0, jitter = 0 } = weathers[direction];
    // As many draws for each packet, whatever the weather.
    const [fate, wait] = [chance(), delay + chance() * jitter];
    const lost = fate < loss;
    const { length: bytes } = packet;
    packets.push({ direction, client, at: performance.now(), bytes, lost, ...classify(packet) });
    if (lost) return;
    if (wait === 0) onward(packet);
    else setTimeout(() => isOpen && onward(packet), wait);
  }

  const front = createSocket('udp4');
  front.on('error', () => undefined);

  function serverOf(client: number): Socket {
    const known = servers.get(client);
    if (known) return known;
    const server = createSocket('udp4');
    servers.set(client, server);
    // The TURN server is gone: nobody answers, as nobody would further away.
    server.on('error', () => undefined);
    server.on('message', (packet) =>
      pass('down', client, packet, (onward) => front.send(onward, client, ADDRESS)),
    );
    return server;
  }

  front.on('message', (packet, { port: client }) => {
    const server = serverOf(client);
    pass('up', client, packet, (onward) => server.send(onward, port, ADDRESS));
  });
  front.bind(0, ADDRESS);
  await once(front, 'listening');
  const { port: own } = front.address();
  return {
    url: `turn:${ADDRESS}:${own}?transport=udp`,
    port: own,
    packets,
    change(weather) {
      weathers = { ...weathers, ...weather };
    },
    async close() {
      isOpen = false;
      for (const server of servers.values()) server.close();
      front.close();
      await once(front, 'close');
    },
  };
}
