/** What the parts of the engine know of the own account: its key, its name, how many prekeys it keeps at the relay. */
import { Fault } from '../lib/fault.ts';
import { type IdentityKeyPair } from '../protocol/identity.ts';
import { type Core } from './core.ts';

/** Longest name, code points. */
const MAX_NAME = 64;

/** How many one-time prekeys of each sort to keep at the relay; simulations ask for fewer. */
export interface PrekeySupply {
  readonly oneTime: number;
  readonly kyber: number;
}

/** The own identity key pair. Throws Fault `no-account`. */
export function identityOf(core: Core): IdentityKeyPair {
  const { account } = core.state;
  if (!account) throw new Fault('no-account');
  return { publicKey: account.identityPublic, privateKey: account.identityPrivate };
}

/** A name as it is kept: trimmed, on one line. Throws Fault `bad-name` when nothing is left or it is too long. */
export function readName(text: string): string {
  const name = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  if (name === '' || [...name].length > MAX_NAME) throw new Fault('bad-name');
  return name;
}
