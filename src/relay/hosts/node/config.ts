/** Configuration from environment variables, each with a default; docs/relay.md lists them. */
import { Fault } from '../../../lib/fault.ts';
import { isHost } from '../../../wire/address.ts';
import { defaultLimits, type RelayLimits } from '../../core/limits.ts';
import { type AddressLimits, defaultAddressLimits } from './addresses.ts';

export interface Config {
  readonly port: number;
  readonly dataDir: string;
  readonly host?: string;
  readonly listen?: string;
  readonly trustProxy: boolean;
  readonly addressLimits: AddressLimits;
  readonly limits: Pick<RelayLimits, 'blobBytes'>;
}

/** Reads the variables. Throws Fault `malformed` whose cause names the variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  function fail(name: string, wanted: string): never {
    throw new Fault('malformed', 'never', new Error(`${name} must be ${wanted}.`));
  }

  function whole(name: string, fallback: number, most: number): number {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0 || value > most)
      fail(name, `a whole number up to ${most}`);
    return value;
  }

  const host = env['SOTTO_HOST']?.toLowerCase();
  if (host && !isHost(host)) fail('SOTTO_HOST', 'a name with an optional port');
  const proxy = env['SOTTO_TRUST_PROXY'] ?? '';
  if (!['', '0', '1'].includes(proxy)) fail('SOTTO_TRUST_PROXY', '0 or 1');
  return {
    port: whole('PORT', 8_787, 65_535),
    dataDir: env['SOTTO_DATA'] || './data',
    trustProxy: proxy === '1',
    addressLimits: {
      connections: whole('SOTTO_CONNECTIONS', defaultAddressLimits.connections, 1_000_000),
      transfers: whole('SOTTO_TRANSFERS', defaultAddressLimits.transfers, 1_000_000),
      framesPerSecond: whole('SOTTO_FRAMES', defaultAddressLimits.framesPerSecond, 10_000_000),
      registrationsPerHour: whole(
        'SOTTO_REGISTRATIONS',
        defaultAddressLimits.registrationsPerHour,
        1_000_000_000,
      ),
    },
    limits: {
      blobBytes: whole('SOTTO_BLOB_BYTES', defaultLimits.blobBytes, Number.MAX_SAFE_INTEGER),
    },
    ...(host ? { host } : {}),
    ...(env['SOTTO_LISTEN'] ? { listen: env['SOTTO_LISTEN'] } : {}),
  };
}
