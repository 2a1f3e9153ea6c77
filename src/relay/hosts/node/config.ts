/** Configuration from environment variables, each with a default; docs/relay.md lists them. */
import { Fault } from '../../../lib/fault.ts';
import { isHost } from '../../../wire/address.ts';
import { MAX_TURN_URLS } from '../../../wire/limits.ts';
import { defaultLimits, type RelayLimits } from '../../core/limits.ts';
import { type TurnConfig } from '../../core/turn.ts';
import { type AddressLimits, defaultAddressLimits } from './addresses.ts';
import { isTurnUrl } from './turn-url.ts';

export interface Config {
  readonly port: number;
  readonly dataDir: string;
  readonly host?: string;
  readonly listen?: string;
  readonly trustProxy: boolean;
  readonly addressLimits: AddressLimits;
  readonly limits: Pick<RelayLimits, 'blobBytes'>;
  /** The operator's TURN servers; `own` where the relay may start one, `off` for no calls. */
  readonly turn: TurnConfig | 'own' | 'off';
}

/** Every user is given passwords made with the secret, so a short one could be found by trying. */
const SHORTEST_TURN_SECRET = 16;

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

  function turnOf(): Config['turn'] {
    const text = env['TURN_URLS']?.trim() ?? '';
    const secret = env['TURN_SECRET'] ?? '';
    if (text === 'off') return 'off';
    if (text === '' && secret === '') return 'own';
    if (text === '') fail('TURN_URLS', 'set where TURN_SECRET is');
    const urls = text.split(',').map((url) => url.trim());
    const wrong = urls.find((url) => !isTurnUrl(url));
    if (wrong !== undefined)
      fail(
        'TURN_URLS',
        `off, or a list of addresses like turn:turn.example.org:3478?transport=udp with commas between them; "${wrong}" is none`,
      );
    if (urls.length > MAX_TURN_URLS) fail('TURN_URLS', `at most ${MAX_TURN_URLS} addresses`);
    if (secret === '')
      fail('TURN_SECRET', 'set where TURN_URLS is: the static-auth-secret of coturn');
    if (secret.length < SHORTEST_TURN_SECRET)
      fail('TURN_SECRET', `at least ${SHORTEST_TURN_SECRET} letters that nobody can guess`);
    return { urls, secret };
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
    turn: turnOf(),
    ...(host ? { host } : {}),
    ...(env['SOTTO_LISTEN'] ? { listen: env['SOTTO_LISTEN'] } : {}),
  };
}
