/**
 * What this tab does with a backup, at most one thing at a time: it outlives the dialog that began it, so that the
 * dialog can be closed, opened again, and Settings tells how it ended.
 */
import { type BackupKind, type BackupResult } from '../../engine/api.ts';
import { createEmitter } from '../../lib/emitter.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { faultCode } from '../i18n/faults.ts';

export interface BackupWork {
  readonly kind: BackupKind;
  /** There once it is done. */
  readonly result?: BackupResult;
  /** There once it has failed or was cancelled. */
  readonly fault?: FaultCode;
  /** The file went to the browser's downloads. */
  readonly downloaded?: boolean;
}

let work: BackupWork | undefined;
const changes = createEmitter<void>();

function put(next: BackupWork | undefined): void {
  work = next;
  changes.emit();
}

/** What is under way or was last done in this tab. */
export function backupWork(): BackupWork | undefined {
  return work;
}

/** True while something is under way in this tab. */
export function isWorking(): boolean {
  return work !== undefined && !work.result && !work.fault;
}

/** Calls `listener` after each change; the result stops it. */
export function watchWork(listener: () => void): () => void {
  return changes.listen(listener);
}

/** Begins something; what comes of it is told to all who watch. */
export async function beginWork(
  kind: BackupKind,
  run: () => Promise<BackupResult>,
  how: Pick<BackupWork, 'downloaded'> = {},
): Promise<void> {
  if (isWorking()) return;
  put({ kind });
  try {
    put({ kind, result: await run(), ...how });
  } catch (error) {
    put({ kind, fault: faultCode(error) });
  }
}

/** How it ended was seen. */
export function forgetWork(): void {
  if (work && !isWorking()) put(undefined);
}
