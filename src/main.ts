/** The page's entry: connects to the engine, registers the offline shell, mounts the interface. Wiring only. */
import { connectEngine, registerOfflineShell } from './engine/host/connect.ts';
import { mountApp } from './ui/mount.ts';

const inPage = new URLSearchParams(location.search).get('host') === 'page';
const client = connectEngine({ mode: inPage ? 'page' : 'shared-worker' });
const shell = registerOfflineShell();
mountApp(client, { shell });
