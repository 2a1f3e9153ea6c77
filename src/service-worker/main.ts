/**
 * The offline shell: keeps this build's files and answers with them, so that the app opens without a network; hands
 * players what they ask of their page (media.ts). It never touches what goes to the relay or to another origin, and it
 * takes over from an older version only when a person clicked. The files of an older build stay until the last tab of
 * that build is gone, because such a tab may still load a part of itself. Knows nothing of accounts or messages.
 */
import { build, files } from 'virtual:precache';
import { MEDIA_PATH } from '../lib/played-media.ts';
import { answerMedia } from './media.ts';
import { type ShellMessage } from './message.ts';
import { followNotificationClicks } from './notifications.ts';

const scope = self as unknown as ServiceWorkerGlobalScope;

const PREFIX = 'sotto-shell:';
const own = `${PREFIX}${build}`;
/** Locks of tabs carry the tab's build (engine/host/control.ts). */
const TAB_LOCK = /^sotto-tab:(\d+):/;

/** Fetches every file of this build past the browser's HTTP cache where its name does not change with its content. */
async function fill(): Promise<void> {
  const cache = await caches.open(own);
  await cache.addAll(
    Object.keys(files).map(
      (path) => new Request(path, path.startsWith('/assets/') ? {} : { cache: 'reload' }),
    ),
  );
}

/** Drops the files of older builds that no tab runs any more. */
async function sweep(): Promise<void> {
  const { held = [] } = await scope.navigator.locks.query();
  const live = new Set(held.map(({ name }) => TAB_LOCK.exec(name ?? '')?.[1]));
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === own) continue;
    const other = name.slice(PREFIX.length);
    // A newer build's files belong to a worker that waits.
    if (Number(other) < build && !live.has(other)) await caches.delete(name);
  }
}

/** The stored answer, this build's before an older one's; the network for what no build has. */
async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(own);
  return (
    (await cache.match(path)) ?? (await caches.match(path, { ignoreVary: true })) ?? fetch(request)
  );
}

/** The page that a request comes from. */
async function pageOf(id: string): Promise<Client | undefined> {
  const client = id === '' ? undefined : await scope.clients.get(id);
  return client?.type === 'window' ? client : undefined;
}

followNotificationClicks();

scope.addEventListener('install', (event) => event.waitUntil(fill()));

scope.addEventListener('activate', (event) => {
  event.waitUntil(sweep().then(() => scope.clients.claim()));
});

scope.addEventListener('message', (event) => {
  const message = event.data as ShellMessage;
  if (message.type === 'activate') event.waitUntil(scope.skipWaiting());
});

scope.addEventListener('fetch', (event) => {
  const { request, clientId } = event;
  const url = new URL(request.url);
  if (url.origin !== scope.location.origin) return;
  // Known to no relay: none of these ever goes there.
  if (url.pathname.startsWith(MEDIA_PATH))
    return event.respondWith(pageOf(clientId).then((page) => answerMedia(request, page)));
  if (request.method !== 'GET') return;
  const path = url.pathname === '/index.html' ? '/' : url.pathname;
  if (request.mode === 'navigate' && path === '/') {
    event.respondWith(answer(request, '/'));
    event.waitUntil(sweep());
  } else if (Object.hasOwn(files, path) || path.startsWith('/assets/')) {
    event.respondWith(answer(request, path));
  }
});
