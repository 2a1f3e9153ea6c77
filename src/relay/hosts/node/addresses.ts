/** What is allowed to one network address: connections, frames, new mailboxes. In memory only, and never logged. */
import { type IncomingMessage } from 'node:http';
import { createRates } from '../../core/rates.ts';

export interface AddressLimits {
  /** Sockets open at the same time. */
  readonly connections: number;
  /** Frames a second in the long run; ten times as many at once. */
  readonly framesPerSecond: number;
  /** New mailboxes an hour. */
  readonly registrationsPerHour: number;
}

export const defaultAddressLimits: AddressLimits = {
  connections: 256,
  framesPerSecond: 1_000,
  registrationsPerHour: 100,
};

export interface Addresses {
  /** Takes a place for a socket, or undefined when all are taken. */
  enter(address: string): AddressAllowance | undefined;
}
export interface AddressAllowance {
  /** Counts a frame; false when the address has to wait. */
  mayFrame(): boolean;
  mayRegister(): boolean;
  leave(): void;
}

/** The address behind a request, IPv6 by its /64: what one household or proxy shares is one. */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = String(forwarded ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  const address = (last || request.socket.remoteAddress || '').replace(/^::ffff:/, '');
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}

/** Counts per address. @param now milliseconds */
export function createAddresses(limits: AddressLimits, now: () => number): Addresses {
  const open = new Map<string, number>();
  const rates = createRates(now);
  const frames = { burst: 10 * limits.framesPerSecond, perSecond: limits.framesPerSecond };
  const registrations = {
    burst: limits.registrationsPerHour,
    perSecond: limits.registrationsPerHour / 3_600,
  };
  return {
    enter(address) {
      const count = open.get(address) ?? 0;
      if (count >= limits.connections) return undefined;
      open.set(address, count + 1);
      let inside = true;
      return {
        mayFrame: () => rates.take(`frames/${address}`, frames),
        mayRegister: () => rates.take(`register/${address}`, registrations),
        leave() {
          if (!inside) return;
          inside = false;
          const left = (open.get(address) ?? 1) - 1;
          if (left > 0) open.set(address, left);
          else open.delete(address);
        },
      };
    },
  };
}
