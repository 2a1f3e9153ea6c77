/**
 * The built client, read into memory at the start: only what was found there is ever served, so no path can lead
 * out of it. Compressed copies are made in the background; until then files go out as they are.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag: string;
  /** Its name holds a hash of its content, so it may be kept for ever. */
  readonly immutable: boolean;
  brotli?: Buffer;
  gzip?: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};
const compressible = /^(text|application\/(json|manifest|wasm)|image\/svg)/;
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/;
const LEAST_COMPRESSED = 1_024;

/** Files of a folder by the path they are served under; `/` is index.html. Empty when there is no folder. */
export function loadAssets(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  if (!existsSync(folder)) return assets;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${file.slice(folder.length).split(sep).filter(Boolean).join('/')}`;
    // What begins with a dot is not meant for the world.
    if (path.includes('/.')) continue;
    const bytes = readFileSync(file);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    const type = types[extname(path)] ?? 'application/octet-stream';
    assets.set(path, { type, bytes, etag, immutable: hashed.test(path) });
  }
  const index = assets.get('/index.html');
  if (index) assets.set('/', index);
  return assets;
}

/** Makes the compressed copies, one file after another. `stopped` ends it early. */
export async function compressAssets(
  assets: ReadonlyMap<string, Asset>,
  stopped: () => boolean,
): Promise<void> {
  for (const asset of new Set(assets.values())) {
    if (stopped()) return;
    if (!compressible.test(asset.type) || asset.bytes.length < LEAST_COMPRESSED) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    asset.brotli = await promisify(brotliCompress)(asset.bytes, { params });
    asset.gzip = await promisify(gzip)(asset.bytes, { level: 9 });
  }
}
