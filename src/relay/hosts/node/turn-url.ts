/** The address of a TURN server as an operator writes it. Source: RFC 7065, section 3.1. */
import { isHost } from '../../../wire/address.ts';
import { MAX_TURN_TEXT_BYTES } from '../../../wire/limits.ts';

/** True for `turn:` or `turns:`, a host, and perhaps a port and a transport of UDP or TCP. */
export function isTurnUrl(text: string): boolean {
  const [, host = '', transport] = /^turns?:([^?]*)(\?transport=(?:udp|tcp))?$/.exec(text) ?? [];
  // A browser speaks TLS over TCP alone.
  if (text.startsWith('turns:') && transport === '?transport=udp') return false;
  return text.length <= MAX_TURN_TEXT_BYTES && isHost(host);
}
