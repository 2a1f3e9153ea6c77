/** The way to backups.ts, which is loaded when a tab first asks about backups. Knows the names of what it passes on. */
import { arrived } from '../../crypto/part.ts';
import { type BackupApi } from '../api.ts';
import { type Core } from '../core.ts';
import type { MediaParts } from '../media-work.ts';
import type { Backups } from './backups.ts';

const names = [
  'backup',
  'recoveryKey',
  'confirmRecoveryKey',
  'newRecoveryKey',
  'exportBackup',
  'exportedBackup',
  'discardExported',
  'readBackup',
  'restoreBackup',
  'forgetInterrupted',
  'testBackup',
  'cancelBackup',
] as const satisfies readonly (keyof BackupApi)[];

/** Backups that load when they are asked for. Arguments as in `createBackups`. */
export function openBackups(
  core: Core,
  partsOf: () => Promise<MediaParts>,
  meet: () => void,
): Backups {
  let backups: Backups | undefined;
  const load = async (): Promise<Backups> => {
    const { createBackups } = await arrived(import('./backups.ts'));
    return (backups ??= createBackups(core, partsOf, meet));
  };
  const methods = names.map((name) => [
    name,
    async (argument: never) => (await load())[name](argument),
  ]);
  return {
    ...(Object.fromEntries(methods) as Omit<Backups, 'stop'>),
    stop: () => backups?.stop(),
  };
}
