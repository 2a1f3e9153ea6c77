/**
 * The page's entry: connects to the engine, registers the offline shell, mounts the interface. Wiring only.
 */
import { connectEngine, registerOfflineShell } from './engine/host/connect.ts';
import { mountApp, mountInsecure } from './ui/mount.ts';

/** What the platform must have, by the name a person may look up. */
const needed = {
  'Web Locks': 'locks' in navigator,
  IndexedDB: 'indexedDB' in globalThis,
  WebCrypto: 'crypto' in globalThis && 'subtle' in crypto,
  BroadcastChannel: 'BroadcastChannel' in globalThis,
};

function start(): void {
  const inPage = new URLSearchParams(location.search).get('host') === 'page';
  const client = connectEngine({ mode: inPage ? 'page' : 'shared-worker' });
  const shell = registerOfflineShell();
  mountApp(client, {
    shell: {
      update: () => shell.update(),
      onUpdate(tell) {
        const endUpdate = shell.onUpdate(tell);
        // A newer build took the engine over from this one: only its page can talk to it.
        const endListen = client.listen((event) => {
          if (event.type === 'stopped' && event.reason === 'newer') tell();
        });
        return () => {
          endUpdate();
          endListen();
        };
      },
    },
  });
}

const missing = Object.entries(needed).find(([, there]) => !there)?.[0];
if (!isSecureContext) mountInsecure();
else if (missing) mountInsecure(missing);
else start();
