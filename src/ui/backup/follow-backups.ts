/**
 * Says in every tab what a person should do about their backups, above everything, except in Settings, which say it
 * themselves. Its first question is also what lets the engine begin to write what is due. What is said is loaded when
 * there is something to say.
 */
import { type BackupNews } from '../../engine/api.ts';
import { appState, watchState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { recall, remember } from '../contexts/preferences.ts';
import { loadTexts } from '../i18n/index.ts';
import { currentRoute, onRoute } from '../routes.ts';
import { backupTrouble, type BackupTrouble } from './backup-trouble.ts';
import type { BackupNotice } from './backup-notice.ts';

/** Nothing tells that a day has gone by. */
const LOOK_MS = 3_600_000;
const WEEK_MS = 7 * 86_400_000;

let news: BackupNews | undefined;
let notice: BackupNotice | undefined;
let wanted: BackupTrouble | undefined;

/** What is to be said now. Only what is no fault can wait for a week. */
function trouble(): BackupTrouble | undefined {
  if (!news || currentRoute().page === 'settings' || appState().account.standing === 'none')
    return undefined;
  const found = backupTrouble(news, Date.now());
  const canWait = found?.kind === 'old' || found?.kind === 'none';
  const dismissed = Number(recall('backup-reminder') ?? 0);
  return canWait && Date.now() - dismissed < WEEK_MS ? undefined : found;
}

async function show(): Promise<void> {
  wanted = trouble();
  if (wanted && !notice) {
    // Without the network it is said when it can be fetched.
    const words = [loadTexts('backup'), loadTexts('faults')];
    const [part] = await Promise.all([import('./backup-notice.ts'), ...words]);
    notice ??= new part.BackupNotice(() => {
      remember('backup-reminder', String(Date.now()));
      look();
    });
  }
  if (!notice) return;
  notice.trouble = wanted;
  if (!wanted) notice.remove();
  else if (!notice.isConnected) document.querySelector('sotto-app')?.append(notice);
}

function look(): void {
  void show().catch(() => undefined);
}

async function ask(): Promise<void> {
  if (appState().account.standing === 'none') return;
  news = await engine().call('backupNews', null);
  look();
}

/** Asks and listens from now on. */
export function followBackups(): void {
  const askQuietly = (): void => void ask().catch(() => undefined);
  let hadAccount = false;
  engine().listen((event) => {
    if (event.type === 'restarted') askQuietly();
    if (event.type !== 'backup') return;
    news = event.backup;
    look();
  });
  onRoute(look);
  const follow = (): void => {
    const hasAccount = appState().account.standing !== 'none';
    if (hasAccount === hadAccount) return;
    hadAccount = hasAccount;
    if (hasAccount) askQuietly();
    else look();
  };
  watchState(follow);
  follow();
  setInterval(look, LOOK_MS);
}
