/** The address of a TURN server as a browser takes it. Source: RFC 7065, section 3.1. */

const pattern = /^turns?:([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(\?transport=(udp|tcp))?$/;

/** True for `turn:` or `turns:`, a host, and perhaps a port and a transport of TCP or UDP; nothing else. */
export function isTurnUrl(text: string): boolean {
  return pattern.test(text);
}
