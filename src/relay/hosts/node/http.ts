/**
 * Plain HTTP: the built client and `/health`, each response under the same strict headers. A worker obeys only
 * the policy of its own response, so the policy is on every one and not on the page alone.
 * Source: docs/relay.md, Headers.
 */
import { type IncomingMessage, STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Asset } from './assets.ts';
import { type BlobHttp } from './blob-http.ts';

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html sotto',
].join('; ');

export const strictHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), browsing-topics=()',
};

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);

/** Host of a `host[:port]`, without the port. */
export function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}

export function isLoopback(host: string): boolean {
  return loopbackNames.has(nameOf(host));
}

/** Where a page of this relay is opened. */
export function originOf(host: string): string {
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`;
}

/** Answers with a status and a few words. */
export function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, {
      ...strictHeaders,
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    })
    .end(text);
}

/** Ends a connection that made no request of ours, or none at all, with a status and no more. */
export function refuse(socket: Duplex, status: number): void {
  const headers = { ...strictHeaders, Connection: 'close', 'Content-Length': '0' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
}

const parserStatuses = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/** Gives the strict headers to what Node would answer by itself: bytes that are no request, and strange expectations. */
export function refuseStrictly(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) refuse(socket, parserStatuses.get(error.code ?? '') ?? 400);
    else socket.destroy();
  });
  server.on('checkExpectation', (_request, response: ServerResponse) =>
    answer(response, 417, 'Nothing is expected here.\n'),
  );
}

/** True when an Accept-Encoding header names a coding and does not weigh it 0. */
function accepts(header: string, coding: string): boolean {
  return header
    .split(',')
    .map((one) => one.split(';').map((part) => part.trim()))
    .some(([name, weight = '']) => name === coding && !/^q=0(\.0*)?$/.test(weight));
}

function encodingOf(asset: Asset, accepted: string): [Buffer, string | undefined] {
  if (asset.brotli && accepts(accepted, 'br')) return [asset.brotli, 'br'];
  if (asset.gzip && accepts(accepted, 'gzip')) return [asset.gzip, 'gzip'];
  return [asset.bytes, undefined];
}

/** True when an If-None-Match header names the tag, weakly compared (RFC 9110, section 13.1.2). */
function names(header: string, etag: string): boolean {
  return header
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*');
}

/**
 * Answers requests for the client's files, and leads those for blobs on.
 * @param host asked each time, for it may follow from the port
 */
export function serveHttp(
  assets: ReadonlyMap<string, Asset>,
  host: () => string,
  blobs: Pick<BlobHttp, 'serve'>,
) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '/', headers } = request;
    const path = url.split('?', 1)[0]!;
    const asked = headers.host ?? '';
    if (asked === host() && blobs.serve(request, response, path)) return;
    // A body is of no interest here, and whoever goes on sending one is not listened to.
    request.resume();
    const hasBody = headers['transfer-encoding'] ?? headers['content-length'] ?? '0';
    if (hasBody !== '0')
      response.setHeader('Connection', 'close').once('finish', () => request.socket.destroySoon());
    if (method !== 'GET' && method !== 'HEAD')
      return answer(response, 405, 'Only GET is answered here.\n', { Allow: 'GET, HEAD' });
    if (path === '/health') return answer(response, 200, 'ok\n');
    if (asked !== host()) {
      if (!isLoopback(asked)) return answer(response, 421, 'This relay has another name.\n');
      // Storage and addresses belong to one name: the same relay under another would be another account.
      const target = path.startsWith('/') && !path.startsWith('//') ? url : '/';
      return answer(response, 308, '', { Location: `${originOf(host())}${target}` });
    }
    const asset = assets.get(path);
    if (!asset) {
      const missing =
        path === '/' ? 'The app is not built: run `npm run build`.\n' : 'Not found.\n';
      return answer(response, 404, missing);
    }
    const common = {
      ...strictHeaders,
      'Cache-Control': asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: asset.etag,
      Vary: 'Accept-Encoding',
    };
    if (names(headers['if-none-match'] ?? '', asset.etag))
      return void response.writeHead(304, common).end();
    const [body, encoding] = encodingOf(asset, String(headers['accept-encoding'] ?? ''));
    response.writeHead(200, {
      ...common,
      'Content-Type': asset.type,
      'Content-Length': body.length,
      ...(encoding ? { 'Content-Encoding': encoding } : {}),
    });
    response.end(method === 'HEAD' ? undefined : body);
  };
}
