/** What is allowed to one network address: connections, frames, new mailboxes. In memory only, and never logged. */
import { type IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import { createRates } from '../../core/rates.ts';

export interface AddressLimits {
  /** Sockets open at the same time. */
  readonly connections: number;
  /** Uploads and fetches under way at the same time. */
  readonly transfers: number;
  /** Frames a second in the long run; ten times as many at once. */
  readonly framesPerSecond: number;
  /** New mailboxes an hour. */
  readonly registrationsPerHour: number;
}

export const defaultAddressLimits: AddressLimits = {
  connections: 256,
  transfers: 64,
  framesPerSecond: 1_000,
  registrationsPerHour: 100,
};

export interface Addresses {
  /** Takes a place for a socket, or undefined when all are taken. */
  enter(address: string): AddressAllowance | undefined;
  /** Takes a place for an upload or a fetch, to be given back; undefined when all are taken. */
  transfer(address: string): (() => void) | undefined;
}
export interface AddressAllowance {
  /** Counts a frame as `cost` of them; for how long the address is over its rate now, ms. */
  spend(cost: number): number;
  mayRegister(): boolean;
  leave(): void;
}

/** The network behind a request: what one household or proxy shares counts as one. */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? String(request.headers['x-forwarded-for'] ?? '') : '';
  const last = forwarded.slice(forwarded.lastIndexOf(',') + 1).trim();
  return networkOf(last) ?? networkOf(request.socket.remoteAddress ?? '') ?? '';
}

/** An IPv4 address, or the /64 of an IPv6 one, with or without a port; undefined for anything else. */
function networkOf(text: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const plain = bare.replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return undefined;
  const [head = [], tail = []] = plain
    .replace(/%.*$/, '')
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Counts per address. @param now milliseconds */
export function createAddresses(limits: AddressLimits, now: () => number): Addresses {
  /** Takes one of `most` places of an address. */
  const places = (most: number) => {
    const taken = new Map<string, number>();
    return (address: string): (() => void) | undefined => {
      const count = taken.get(address) ?? 0;
      if (count >= most) return undefined;
      taken.set(address, count + 1);
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        const left = (taken.get(address) ?? 1) - 1;
        if (left > 0) taken.set(address, left);
        else taken.delete(address);
      };
    };
  };
  const connection = places(limits.connections);
  const rates = createRates(now);
  const frames = { burst: 10 * limits.framesPerSecond, perSecond: limits.framesPerSecond };
  const registrations = {
    burst: limits.registrationsPerHour,
    perSecond: limits.registrationsPerHour / 3_600,
  };
  return {
    transfer: places(limits.transfers),
    enter(address) {
      const leave = connection(address);
      return (
        leave && {
          spend: (cost) => rates.spend(`frames/${address}`, frames, cost),
          mayRegister: () => rates.take(`register/${address}`, registrations),
          leave,
        }
      );
    },
  };
}
