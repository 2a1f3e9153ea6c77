/** What is remembered of backups: the key, and when one was last written and last proven. Sealed like all else. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { asRecoveryKey, type RecoveryKey } from '../../lib/recovery-digits.ts';
import { type BackupView } from '../api.ts';
import { type Core } from '../core.ts';

/** The name of its row. */
export const BACKUP_RECORD = 'backup';

export interface BackupRecord {
  /** The person has it. */
  readonly key?: RecoveryKey;
  readonly keyMade?: number;
  /** Shown, and not confirmed yet. */
  readonly candidate?: RecoveryKey;
  readonly last?: NonNullable<BackupView['last']>;
  readonly proven?: NonNullable<BackupView['proven']>;
}

export function encodeBackup({ key, keyMade, candidate, last, proven }: BackupRecord): Bytes {
  return writeMessage()
    .text(1, key)
    .uint(2, keyMade)
    .text(3, candidate)
    .uint(4, last?.made)
    .uint(5, last?.messages)
    .uint(6, last?.media)
    .uint(7, last?.bytes)
    .text(8, last?.name)
    .uint(9, proven?.at)
    .uint(10, proven?.made)
    .uint(11, proven?.messages)
    .finish();
}

/** What is remembered, as it is on the disk. */
export async function readBackupRecord({
  store,
  seal,
}: Pick<Core, 'store' | 'seal'>): Promise<BackupRecord> {
  const row = await store.get('records', [BACKUP_RECORD]);
  return row ? decodeBackup(await seal.open('records', row)) : {};
}

/** Throws Fault `malformed` or `too-large`. */
export function decodeBackup(bytes: Uint8Array): BackupRecord {
  const fields = readMessage(bytes, 4096);
  const key = asRecoveryKey(fields.optionalText(1, 64) ?? '');
  const keyMade = fields.optionalUint(2);
  const candidate = asRecoveryKey(fields.optionalText(3, 64) ?? '');
  const made = fields.optionalUint(4);
  const name = fields.optionalText(8, 1024);
  const at = fields.optionalUint(9);
  return {
    ...(key && { key }),
    ...(keyMade !== undefined && { keyMade }),
    ...(candidate && { candidate }),
    ...(made !== undefined && {
      last: {
        made,
        messages: fields.uint(5),
        media: fields.uint(6),
        bytes: fields.uint(7),
        ...(name !== undefined && { name }),
      },
    }),
    ...(at !== undefined && {
      proven: { at, made: fields.uint(10), messages: fields.uint(11) },
    }),
  };
}
