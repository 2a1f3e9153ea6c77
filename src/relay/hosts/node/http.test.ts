import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdir, writeFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NodeHostUnderTest, startNodeHost } from './testing/node-host.ts';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html sotto";

let folder: string;
let host: NodeHostUnderTest;
const script = `console.log(${JSON.stringify('sotto '.repeat(500))})`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-client-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Sotto</title>');
  await writeFile(join(folder, 'service-worker.js'), script);
  await writeFile(join(folder, 'manifest.webmanifest'), '{}');
  await writeFile(join(folder, 'icon.svg'), '<svg/>');
  await writeFile(join(folder, '.secret'), 'no');
  await writeFile(join(folder, 'assets', 'main-B1x_3dQ9.js'), script);
  await writeFile(join(folder, 'assets', 'worker-0123abcd.js'), script);
  await writeFile(join(tmpdir(), 'sotto-outside.txt'), 'outside');
  host = await startNodeHost({ clientDir: folder });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(tmpdir(), 'sotto-outside.txt'), { force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
function get(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  to = host,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port: to.relay.port,
        path,
        method,
        headers: { Host: to.host, ...headers },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end();
  });
}

/** What comes back for bytes sent as they are. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(host.relay.port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => (answer += part));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

describe('the strict headers', () => {
  it('stand on every response, whatever it is', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/service-worker.js',
      '/manifest.webmanifest',
      '/icon.svg',
      '/assets/main-B1x_3dQ9.js',
      '/assets/worker-0123abcd.js',
      '/missing',
      '/health',
    ]) {
      const { headers } = await get(path);
      expect(headers['content-security-policy'], path).toBe(policy);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['permissions-policy']).toContain('geolocation=()');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['server']).toBeUndefined();
    }
  });

  it('stand also on what is refused before it is a request of ours', async () => {
    const head = `Host: ${host.host}\r\n`;
    const upgrade = `${head}Connection: Upgrade\r\nUpgrade: websocket\r\n`;
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    const refused: [number, string][] = [
      [400, 'nonsense\r\n\r\n'],
      [400, `GET /\u0001 HTTP/1.1\r\n${head}\r\n`],
      [431, `GET / HTTP/1.1\r\n${head}X: ${'x'.repeat(20_000)}\r\n\r\n`],
      [417, `GET / HTTP/1.1\r\n${head}Expect: wonders\r\nConnection: close\r\n\r\n`],
      [404, `GET /v2/drop HTTP/1.1\r\n${upgrade}${key}\r\n`],
      [403, `GET /v1/drop HTTP/1.1\r\n${upgrade}${key}Origin: http://evil.example\r\n\r\n`],
      [400, `GET /v1/drop HTTP/1.1\r\n${upgrade}\r\n`],
      [400, `POST /v1/drop HTTP/1.1\r\n${upgrade}${key}\r\n`],
    ];
    for (const [status, text] of refused) {
      const answer = await raw(text);
      expect(answer, text.slice(0, 40)).toContain(`HTTP/1.1 ${status} `);
      expect(answer, text.slice(0, 40)).toContain(`Content-Security-Policy: ${policy}\r\n`);
      expect(answer).toContain('X-Content-Type-Options: nosniff\r\n');
    }
  });

  it('let hashed files be kept for ever, and ask about the others each time', async () => {
    const forever = 'public, max-age=31536000, immutable';
    expect((await get('/assets/main-B1x_3dQ9.js')).headers['cache-control']).toBe(forever);
    for (const path of ['/', '/service-worker.js', '/manifest.webmanifest', '/icon.svg']) {
      const { headers, status } = await get(path);
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-cache');
      const again = await get(path, { 'If-None-Match': headers.etag! });
      expect(again.status).toBe(304);
      expect(again.headers['content-security-policy']).toBe(policy);
    }
  });

  it('name the type of each file', async () => {
    const typeOf = async (path: string) => (await get(path)).headers['content-type'];
    expect(await typeOf('/')).toBe('text/html; charset=utf-8');
    expect(await typeOf('/service-worker.js')).toBe('text/javascript; charset=utf-8');
    expect(await typeOf('/manifest.webmanifest')).toBe('application/manifest+json; charset=utf-8');
    expect(await typeOf('/icon.svg')).toBe('image/svg+xml; charset=utf-8');
  });
});

describe('a file', () => {
  it('comes compressed when the browser can take it', async () => {
    const path = '/assets/main-B1x_3dQ9.js';
    expect((await get(path)).body.toString()).toBe(script);
    // Compressed copies are made in the background after the start.
    const compressed = async (encoding: string): Promise<Buffer> => {
      for (;;) {
        const { headers, body } = await get(path, { 'Accept-Encoding': encoding });
        if (headers['content-encoding'] === encoding) return body;
      }
    };
    expect(brotliDecompressSync(await compressed('br')).toString()).toBe(script);
    expect(gunzipSync(await compressed('gzip')).toString()).toBe(script);
  });

  it('that the browser has is not sent again, though a proxy weakened its tag or the browser has several', async () => {
    const { etag } = (await get('/icon.svg')).headers;
    for (const tags of [`W/${etag}`, `"other", ${etag}`, `"other",W/${etag}`, '*'])
      expect((await get('/icon.svg', { 'If-None-Match': tags })).status, tags).toBe(304);
    expect((await get('/icon.svg', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('comes in no encoding that the browser refuses', async () => {
    const path = '/assets/main-B1x_3dQ9.js';
    const encodingFor = async (accepted: string): Promise<string | undefined> =>
      (await get(path, { 'Accept-Encoding': accepted })).headers['content-encoding'];
    // The last of the copies that are made in the background.
    while ((await encodingFor('gzip')) !== 'gzip');
    expect(await encodingFor('gzip, br;q=0')).toBe('gzip');
    expect(await encodingFor('br; q=0.0, gzip ;q=0')).toBeUndefined();
    expect(await encodingFor('br;q=0.5')).toBe('br');
    expect(await encodingFor('brotli')).toBeUndefined();
  });

  it('is answered to HEAD without a body, and other methods are refused', async () => {
    const head = await get('/assets/main-B1x_3dQ9.js', {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(String(script.length));
    expect(head.body.length).toBe(0);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])
      expect((await get('/', {}, method)).status).toBe(405);
  });

  it('outside the client is not reached by any trick of the path', async () => {
    for (const path of [
      '/../sotto-outside.txt',
      '/..%2fsotto-outside.txt',
      '/%2e%2e/sotto-outside.txt',
      '/assets/../../sotto-outside.txt',
      '/assets/..%5c..%5csotto-outside.txt',
      '//sotto-outside.txt',
      '/.secret',
      '/assets',
      '/assets/',
      '/index.html%00.js',
      'http://evil.example/',
      '/v1/mailbox',
    ]) {
      const { status, body } = await get(path);
      expect(status, path).toBe(404);
      expect(body.toString()).not.toContain('outside');
    }
  });

  it('that was never built is said so in words', async () => {
    const bare = await startNodeHost();
    const { status, body } = await get('/', {}, 'GET', bare);
    expect(status).toBe(404);
    expect(body.toString()).toContain('npm run build');
    await bare.close();
  });
});

describe('the name of the relay', () => {
  it('is where loopback aliases are sent, so that one account has one storage', async () => {
    for (const alias of ['127.0.0.1', '[::1]']) {
      const answer = await get('/?x=1', { Host: `${alias}:${host.relay.port}` });
      expect(answer.status).toBe(308);
      expect(answer.headers.location).toBe(`http://${host.host}/?x=1`);
    }
    const sly = await get('//evil.example/', { Host: `127.0.0.1:${host.relay.port}` });
    expect(sly.headers.location).toBe(`http://${host.host}/`);
  });

  it('is the only one answered', async () => {
    expect((await get('/', { Host: 'evil.example' })).status).toBe(421);
    expect((await get('/health', { Host: 'evil.example' })).status).toBe(200);
  });
});

it('cuts a client that asks for a file and does not read it', async () => {
  const large = mkdtempSync(join(tmpdir(), 'sotto-large-'));
  const length = 32 * 1024 * 1024;
  await writeFile(join(large, 'large.bin'), new Uint8Array(length));
  const stingy = await startNodeHost({ clientDir: large, idleMs: 50 });
  const cut = new Promise<void>((resolve) => {
    const watch = (message: unknown): void => {
      unsubscribe('net.server.socket', watch);
      (message as { socket: Socket }).socket.once('close', () => resolve());
    };
    subscribe('net.server.socket', watch);
  });
  const slow = connect(stingy.relay.port, '127.0.0.1');
  slow.on('error', () => undefined);
  slow.write(`GET /large.bin HTTP/1.1\r\nHost: ${stingy.host}\r\n\r\n`);
  await cut;
  slow.destroy();
  await stingy.close();
  rmSync(large, { recursive: true, force: true });
});

it('says that it is alive', async () => {
  const { status, body } = await get('/health');
  expect([status, body.toString()]).toEqual([200, 'ok\n']);
});

it('survives bytes that are not HTTP', async () => {
  await raw('\u0000\u0001 nonsense');
  expect((await get('/health')).status).toBe(200);
});
