import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bytes } from '../../../lib/bytes.ts';
import { encodeDropRequest } from '../../../wire/frame-codec.ts';
import { MAX_FRAME_BYTES } from '../../../wire/limits.ts';
import {
  bundleRequest,
  dropClient,
  followRequest,
  makePerson,
  makeToken,
  proofOf,
  receiver,
  signInDrained,
  submission,
  uploadOf,
} from '../../testing/test-client.ts';
import { type OpenCommitter, openCommitterInPlace } from './committer.ts';
import { type NodeHostUnderTest, openWire, startNodeHost } from './testing/node-host.ts';

let host: NodeHostUnderTest;
beforeEach(async () => {
  host = await startNodeHost();
});
afterEach(() => host.close());

const anyRate = { framesPerSecond: 1_000_000 };
const quiet = { onBytes: () => undefined, onClose: () => undefined };

/** The status line of an upgrade by hand. */
function upgrade(path: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(host.relay.port, '127.0.0.1', () => {
      const lines = {
        Host: host.host,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...headers,
      };
      const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`);
    });
    socket.once('data', (data) => {
      resolve(data.toString('latin1').split('\r\n', 1)[0]!);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('an upgrade', () => {
  it('is taken on the two paths and nowhere else', async () => {
    expect(await upgrade('/v1/mailbox')).toContain('101');
    expect(await upgrade('/v1/drop')).toContain('101');
    expect(await upgrade('/v1/drop?x')).toContain('101');
    for (const path of ['/', '/v1', '/v1/drop/', '/v1/mailbox/../drop', '/v2/drop'])
      expect(await upgrade(path), path).toContain('404');
  });

  it('from a page of another origin is refused', async () => {
    expect(await upgrade('/v1/drop', { Origin: `http://${host.host}` })).toContain('101');
    for (const origin of ['http://evil.example', 'null', `http://${host.host}.evil.example`, ''])
      expect(await upgrade('/v1/drop', { Origin: origin }), origin).toContain('403');
  });

  it('offers no compression, which would tell sizes and cost memory', async () => {
    const { socket } = await openWire(host.relay.port, 'drop', quiet);
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  it('beyond what one address may hold is refused, and a place is free again after', async () => {
    const small = await startNodeHost({ addressLimits: { connections: 2 } });
    const { port } = small.relay;
    const first = await openWire(port, 'drop', quiet);
    await openWire(port, 'mailbox', quiet);
    await expect(openWire(port, 'drop', quiet)).rejects.toThrow('429');
    const gone = new Promise((resolve) => first.socket.once('close', resolve));
    first.close();
    await gone;
    // The relay hears of the end a moment after the client.
    for (;;) {
      try {
        await openWire(port, 'drop', quiet);
        break;
      } catch {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await small.close();
  });
});

describe('text frames', () => {
  it('are answered without the core: pulse and keep-alive', async () => {
    const texts: string[] = [];
    const wire = await openWire(host.relay.port, 'drop', quiet);
    await new Promise<void>((done) => {
      wire.socket.on('message', (data, isBinary) => {
        if (!isBinary) texts.push(new TextDecoder().decode(data as ArrayBuffer));
        if (texts.length === 2) done();
      });
      wire.text('p');
      wire.text('k');
    });
    expect(texts).toEqual(['q', 'l']);
    wire.socket.terminate();
  });

  it('of any other content end the socket', async () => {
    for (const text of ['', 'x', 'pp', 'p\n']) {
      const code = await new Promise<number>((closed) => {
        void openWire(host.relay.port, 'drop', quiet).then((wire) => {
          wire.socket.on('close', closed);
          wire.text(text);
        });
      });
      expect(code).toBe(1002);
    }
  });
});

describe('a hostile socket', () => {
  it('with a frame over the bound is cut before it is read', async () => {
    const code = await new Promise<number>((closed) => {
      void openWire(host.relay.port, 'drop', quiet).then((wire) => {
        wire.socket.on('close', closed);
        wire.send(new Uint8Array(MAX_FRAME_BYTES + 1));
      });
    });
    expect([1006, 1009]).toContain(code);
  });

  it('that sends faster than its rate is slowed, and loses nothing', async () => {
    const slow = await startNodeHost({ addressLimits: { framesPerSecond: 20 } });
    const { person: ana, socket, token } = await receiver(slow);
    socket.close();
    const drop = await dropClient(slow);
    const count = 230;
    for (let i = 0; i < count; i++) drop.send(submission(ana, token, Uint8Array.of(1), i));
    for (let i = 0; i < count; i++) expect((await drop.expect('stored')).n).toBe(i);
    await slow.close();
  });

  it('that submits much and waits for nothing is read no faster than it is stored', async () => {
    const { person: ana, socket, token } = await receiver(host);
    socket.close();
    const drop = await dropClient(host);
    const envelope: Bytes = new Uint8Array(250 * 1024);
    for (let i = 0; i < 100; i++) drop.send(submission(ana, token, envelope, i));
    for (let i = 0; i < 100; i++) expect((await drop.expect('stored')).n).toBe(i);
  });

  it('that asks and does not read the answers is read no further, and loses none', async () => {
    const patient = await startNodeHost({ addressLimits: anyRate });
    const { person: ana, socket, token } = await receiver(patient);
    socket.send(uploadOf(patient, [], []));
    await socket.expect('done');
    const drop = await dropClient(patient);
    let answers = 0;
    const wire = await openWire(patient.relay.port, 'drop', { ...quiet, onBytes: () => answers++ });
    wire.send(encodeDropRequest({ type: 'hello', versions: [1] }));
    wire.socket.pause();
    const count = 20_000;
    for (let n = 1; n <= count; n++) wire.send(encodeDropRequest(bundleRequest(ana, token, n)));
    // While others are served, all of it would have been read.
    for (let i = 0; i < 300; i++) {
      drop.send(followRequest(ana, token));
      await drop.expect('refused');
    }
    wire.socket.resume();
    const cut = new Promise<string>((resolve) => wire.socket.once('close', () => resolve('cut')));
    const all = (async () => {
      while (answers <= count) await new Promise((resolve) => setImmediate(resolve));
      return 'all';
    })();
    expect(await Promise.race([cut, all])).toBe('all');
    await patient.close();
  });

  it('that writes more than the disk takes is read no further, whatever it writes', async () => {
    let releaseDisk!: () => void;
    const diskIsBack = new Promise<void>((resolve) => (releaseDisk = resolve));
    let isSlow = false;
    const openCommitter: OpenCommitter = async (path) => {
      const disk = await openCommitterInPlace(path);
      return {
        commit: (batch, done) =>
          void (isSlow ? diskIsBack : Promise.resolve()).then(() => disk.commit(batch, done)),
        close: () => disk.close(),
      };
    };
    const behind = await startNodeHost({ openCommitter, addressLimits: anyRate });
    const ana = makePerson(behind.random);
    const socket = await signInDrained(behind, ana);
    const drop = await dropClient(behind);
    const put = Array.from({ length: 900 }, () => ({
      hash: makeToken(behind.random).hash,
      purpose: 'contacts' as const,
    }));
    isSlow = true;
    const count = 300;
    for (let n = 1; n <= count; n++)
      socket.send({ type: 'tokens', n, put, retire: [], revoke: [] });
    // Refused as soon as it is read, whatever the disk does.
    socket.send(await proofOf(behind, ana, 'auth', behind.random(32)));
    for (let i = 0; i < 300; i++) {
      drop.send(followRequest(ana, makeToken(behind.random)));
      await drop.expect('refused');
    }
    expect(socket.waiting).toEqual([]);
    releaseDisk();
    const answers = [];
    while (answers.length <= count) answers.push((await socket.next()).type);
    expect(answers.filter((type) => type === 'done')).toHaveLength(count);
    await behind.close();
  });

  it('that cuts a frame into thousands of parts is cut itself', async () => {
    const { socket } = await openWire(host.relay.port, 'drop', quiet);
    const code = new Promise<number>((closed) => socket.once('close', closed));
    for (let part = 0; part < 1_025; part++) socket.send(Uint8Array.of(0), { fin: false });
    expect(await code).toBe(1008);
  });

  it('that stays silent in the handshake keeps nobody else waiting', async () => {
    const silent = connect(host.relay.port, '127.0.0.1');
    silent.on('error', () => undefined);
    silent.write('GET /v1/drop HTTP/1.1\r\n');
    await dropClient(host);
    silent.destroy();
  });
});
