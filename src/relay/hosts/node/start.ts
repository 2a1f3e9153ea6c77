/**
 * The node host as one function: data folder, database, relay, HTTP and WebSockets on one port. It ends by
 * `close`, or by itself through `onFailed` when something cannot be written: then nothing more is acknowledged.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../../../lib/clock.ts';
import { type Fault } from '../../../lib/fault.ts';
import { type RandomBytes } from '../../../lib/random.ts';
import { type RelayLimits } from '../../core/limits.ts';
import { createRelay } from '../../core/relay.ts';
import { type PresentTurn } from '../../core/turn.ts';
import {
  type AddressLimits,
  addressOf,
  createAddresses,
  defaultAddressLimits,
} from './addresses.ts';
import { compressAssets, loadAssets } from './assets.ts';
import { openBlobFiles } from './blob-files.ts';
import { serveBlobs } from './blob-http.ts';
import { type OpenCommitter } from './committer.ts';
import { type Database } from './database.ts';
import { answer, originOf, refuseStrictly, serveHttp, strictHeaders } from './http.ts';
import { loadRelayKeys } from './relay-key.ts';
import { databasePath, lockFolder, openForReading } from './schema.ts';
import { serveSockets } from './sockets.ts';
import { createSqlStorage } from './storage.ts';

const HEADERS_MS = 10_000;
const IDLE_MS = 30_000;
const LARGEST_HEADERS = 16 * 1024;

export interface StartOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly dataDir: string;
  /** `name[:port]` of the relay; default `localhost:<port>`. */
  readonly host?: string;
  /** Folder of the built client. */
  readonly clientDir: string;
  /** Address to listen on; default all. */
  readonly listen?: string;
  /** Take the client's address from the last entry of X-Forwarded-For. */
  readonly trustProxy?: boolean;
  readonly addressLimits?: Partial<AddressLimits>;
  readonly limits?: Partial<RelayLimits>;
  /** Its TURN servers, asked for each time; left out where it has no calls. */
  readonly turn?: PresentTurn;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /** An HTTP connection on which nothing moves is cut after this long, ms; default 30 s. */
  readonly idleMs?: number;
  /** How batches are committed: in a thread in production, in place for tests. */
  readonly openCommitter: OpenCommitter;
  /** The relay stopped by itself: it could not write. */
  onFailed?(fault: Fault): void;
  /** A handler threw, which should never be; the socket it served was cut. */
  onError?(error: unknown): void;
}

export interface RunningRelay {
  readonly url: string;
  readonly port: number;
  readonly host: string;
  /** Commits what is under way, says goodbye, frees port and data folder. After a failure it only frees. */
  close(): Promise<void>;
}

const systemRandom: RandomBytes = (length) => new Uint8Array(randomBytes(length));

/**
 * Starts the relay and resolves when it listens.
 * @throws Fault `storage-newer`, `storage-failed`, `storage-full`, `fenced` (another relay uses the folder), or
 *   what the operating system says of folder and port
 */
export async function startRelay(options: StartOptions): Promise<RunningRelay> {
  const { dataDir, clock = systemClock(globalThis), random = systemRandom } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(dataDir);
  const undo: (() => unknown)[] = [unlock];
  try {
    const { publicKey: relayKey, grantSecret } = await loadRelayKeys(dataDir, random);
    const committer = await options.openCommitter(databasePath(dataDir));
    undo.push(() => committer.close());
    const openReader = (): Database => openForReading(databasePath(dataDir));
    const reader = openReader();
    undo.push(() => reader.close());

    let host = options.host ?? '';
    let stopping: Promise<void> | undefined;
    let giveUp!: () => void;
    const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
    const assets = loadAssets(options.clientDir);
    const addresses = createAddresses({ ...defaultAddressLimits, ...options.addressLimits }, () =>
      Date.now(),
    );
    const blobFiles = openBlobFiles(dataDir);
    const blobHttp = serveBlobs({
      blobs: () => relay.blobs,
      files: blobFiles,
      answer,
      headers: strictHeaders,
      onError: (error) => options.onError?.(error),
      enter: (request) => addresses.transfer(addressOf(request, options.trustProxy ?? false)),
    });
    const server = createServer(
      {
        headersTimeout: HEADERS_MS,
        // An upload takes as long as its line is slow; what does not move is cut by the idle timeout.
        requestTimeout: 0,
        // How often the two are looked at; the default would let a slow client stay half a minute longer.
        connectionsCheckingInterval: 5_000,
        maxHeaderSize: LARGEST_HEADERS,
      },
      serveHttp(assets, () => host, blobHttp),
    );
    refuseStrictly(server);
    // WebSockets end this for themselves; their pings do the same work.
    server.setTimeout(options.idleMs ?? IDLE_MS);
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(options.port, options.listen, listening);
    });
    undo.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    host ||= `localhost:${port}`;

    const relay = createRelay({
      host,
      relayKey,
      grantSecret,
      blobFiles,
      storage: createSqlStorage(reader, committer, openReader),
      clock,
      random,
      soon: (run) => void setImmediate(run),
      onFailed(fault) {
        giveUp();
        sockets.cut();
        // What goes wrong in freeing a database that failed is not worth telling.
        close().catch(() => undefined);
        options.onFailed?.(fault);
      },
      ...(options.limits ? { limits: options.limits } : {}),
      ...(options.turn ? { turn: options.turn } : {}),
    });
    const sockets = serveSockets({
      relay,
      host,
      addresses,
      trustProxy: options.trustProxy ?? false,
      onError: (error) => options.onError?.(error),
    });
    server.on('upgrade', sockets.upgrade);
    void compressAssets(assets, () => stopping !== undefined);
    blobFiles
      .sweepOrphans(
        (kind, name) => relay.blobs.knows(kind, name),
        () => stopping !== undefined,
      )
      .catch((error: unknown) => options.onError?.(error));

    async function stop(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await sockets.close();
      const settled = blobHttp
        .settled()
        .then(() => new Promise<void>((resolve) => relay.settled(resolve)));
      // Uploads wait for commits, too, and none is made any more once one has failed.
      await Promise.race([settled, givenUp]);
      relay.stop();
      try {
        await committer.close();
      } finally {
        reader.close();
        unlock();
      }
    }

    function close(): Promise<void> {
      stopping ??= stop();
      return stopping;
    }

    return { url: originOf(host), port, host, close };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}
