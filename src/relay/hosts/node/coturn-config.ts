/**
 * What the relay tells a coturn of its own: to serve this machine and no other, to write nothing down, and to look
 * for nothing outside its folder. docs/coturn.conf is the one for operators; this one is for `npm start`.
 */

/** Where it listens, and where it may not send. */
const ADDRESS = '127.0.0.1';
const ELSEWHERE = ['0.0.0.0-127.0.0.0', '127.0.0.2-255.255.255.255'];

export interface CoturnConfig {
  readonly port: number;
  /** What it shares with the relay. No space, no line break. */
  readonly secret: string;
  /** The ports that it lends to calls. */
  readonly lowestPort: number;
  readonly highestPort: number;
}

/** The text of a turnserver.conf for one machine; paths in it are relative to where the server is started. */
export function coturnConfig({ port, secret, lowestPort, highestPort }: CoturnConfig): string {
  const lines = [
    'realm=sotto',
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    'fingerprint',
    `listening-ip=${ADDRESS}`,
    `relay-ip=${ADDRESS}`,
    `listening-port=${port}`,
    `min-port=${lowestPort}`,
    `max-port=${highestPort}`,
    'relay-threads=1',
    // Never on a server that others can reach: it would let them talk to what listens on loopback alone. Here both
    // sides of a call are on this machine, as is everybody who can reach the server.
    'allow-loopback-peers',
    ...ELSEWHERE.map((range) => `denied-peer-ip=${range}`),
    'no-multicast-peers',
    'no-tcp-relay',
    'no-tls',
    'no-dtls',
    'no-cli',
    'no-rfc5780',
    'no-stun-backward-compatibility',
    'no-software-attribute',
    'no-dynamic-ip-list',
    'no-dynamic-realms',
    'no-auth-pings',
    'userdb=turndb',
    'pidfile=turnserver.pid',
    'log-file=/dev/null',
    'simple-log',
    'no-stdout-log',
  ];
  return `${lines.join('\n')}\n`;
}

/** The same server by both transports: where UDP is closed to a browser, TCP may be open. */
export function coturnUrls(port: number): readonly string[] {
  return ['udp', 'tcp'].map((transport) => `turn:${ADDRESS}:${port}?transport=${transport}`);
}
