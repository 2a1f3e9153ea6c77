/**
 * What is remembered of backups that are written by themselves, one entry a target, and when one is due. Sealed like all
 * else, but for the handle of the folder, which is the browser's own.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type AutomaticBackup, type BackupSchedule } from '../api.ts';

/** The name of the row of records, and of the row of folders. */
export const AUTOMATIC_RECORD = 'automatic';
export const FOLDER = 'backups';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30 * DAY_MS;
const periods: Readonly<Record<BackupSchedule, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: MONTH_MS,
};
const schedules = Object.keys(periods) as BackupSchedule[];
/** After so long a failure is tried again; the last one each time from then on, ms. */
const AGAIN_MS = [HOUR_MS, 4 * HOUR_MS, DAY_MS] as const;
/** Far more than one, should a later Sotto have more targets. */
const MAX_TARGETS = 16;
const MAX_FILES = 64;
const MAX_PLACES = 64;
const header = 2 ** 31;
const end = header + 1;

type Unread = NonNullable<AutomaticBackup['unread']>;

/** A file that Sotto wrote. */
export interface OwnFile {
  readonly name: string;
  readonly made: number;
}

export interface AutomaticRecord {
  readonly target: AutomaticBackup['target'];
  readonly name: string;
  readonly schedule: BackupSchedule;
  readonly since: number;
  readonly last?: NonNullable<AutomaticBackup['last']>;
  /** `times`: one after the other. */
  readonly failed?: NonNullable<AutomaticBackup['failed']> & { readonly times: number };
  readonly unread?: Unread;
  /** When one was last read back by itself. */
  readonly drilled?: number;
  /** The newest of which it is known that it can be read: it stays until a newer one was read back. */
  readonly good?: OwnFile;
  /** Those that are still there, oldest first, without any that could not be read back: those are left to the person. */
  readonly files: readonly OwnFile[];
  /** The one that is being written. */
  readonly writing?: OwnFile;
}

/** What is known besides. Times are ms since 1970. */
export interface Circumstances {
  readonly now: number;
  /** When the present key was made: older files open with another. */
  readonly keyMade?: number;
  /** When any backup was last proven by the person. */
  readonly proven?: number;
}

/** When the next one is due. What is said to lie ahead was written by a clock that was wrong, and counts as never. */
export function dueAt(
  { since, last, schedule, failed }: AutomaticRecord,
  { now, keyMade = 0 }: Circumstances,
): number {
  const isUseful = last && last.made <= now && last.made >= keyMade;
  const due = isUseful ? last.made + periods[schedule] : Math.min(since, now);
  if (!failed || failed.at > now) return due;
  const wait = AGAIN_MS[Math.min(failed.times, AGAIN_MS.length) - 1] ?? DAY_MS;
  return Math.max(due, failed.at + wait);
}

/** When the newest one is to be read back; undefined where there is none that could be. */
export function drillAt(
  { files, unread, drilled = 0 }: AutomaticRecord,
  { now, keyMade = 0, proven = 0 }: Circumstances,
): number | undefined {
  const newest = files.at(-1);
  if (!newest || newest.made < keyMade) return undefined;
  // After one that could not be read, the next is looked at before it is relied upon.
  if (unread) return newest.made > unread.made ? Math.min(newest.made, now) : undefined;
  const last = Math.max(...[drilled, proven].filter((time) => time <= now), 0);
  return last === 0 ? Math.min(newest.made, now) : last + MONTH_MS;
}

/**
 * Files that may go: what is older than the newest few, but never the one of which it is known that it can be read.
 * @param kept how many of the newest stay
 */
export function oldFiles({ files, good }: AutomaticRecord, kept: number): readonly OwnFile[] {
  return files.slice(0, -kept).filter(({ name }) => name !== good?.name);
}

function encodeFile({ name, made }: OwnFile): Bytes {
  return writeMessage().text(1, name).uint(2, made).finish();
}

function decodeFile(bytes: Bytes): OwnFile {
  const fields = readMessage(bytes, 1024);
  return { name: fields.text(1, 255), made: fields.uint(2) };
}

function encodeUnread({ made, at, code, damage }: Unread): Bytes {
  const writer = writeMessage().uint(1, made).uint(2, at).text(3, code);
  for (const place of damage.slice(0, MAX_PLACES))
    writer.uint(4, place === 'header' ? header : place === 'end' ? end : place);
  return writer.finish();
}

function decodeUnread(bytes: Bytes): Unread {
  const fields = readMessage(bytes, 4096);
  return {
    made: fields.uint(1),
    at: fields.uint(2),
    code: fields.text(3, 64) as FaultCode,
    damage: fields
      .repeatedUint(4, MAX_PLACES)
      .map((place) => (place === header ? 'header' : place === end ? 'end' : place)),
  };
}

function encodeOne(record: AutomaticRecord): Bytes {
  const { name, schedule, since, last, failed, unread, drilled, good, files, writing } = record;
  const writer = writeMessage()
    .text(1, record.target)
    .text(2, name)
    .uint(3, schedules.indexOf(schedule))
    .uint(4, since)
    .uint(5, last?.made)
    .uint(6, last?.messages)
    .uint(7, last?.bytes)
    .uint(8, failed?.at)
    .uint(9, failed?.times)
    .text(10, failed?.code)
    .bytes(11, unread && encodeUnread(unread))
    .uint(12, drilled)
    .bytes(13, writing && encodeFile(writing))
    .bytes(15, good && encodeFile(good));
  for (const file of files.slice(-MAX_FILES)) writer.bytes(14, encodeFile(file));
  return writer.finish();
}

function decodeOne(bytes: Bytes): AutomaticRecord | undefined {
  const fields = readMessage(bytes, 65_536);
  // Of a later Sotto.
  if (fields.text(1, 16) !== 'folder') return undefined;
  const made = fields.optionalUint(5);
  const failedAt = fields.optionalUint(8);
  const unread = fields.optionalBytes(11);
  const drilled = fields.optionalUint(12);
  const writing = fields.optionalBytes(13);
  const good = fields.optionalBytes(15);
  return {
    target: 'folder',
    name: fields.text(2, 1024),
    schedule: schedules[fields.uint(3)] ?? 'week',
    since: fields.uint(4),
    ...(made !== undefined && {
      last: { made, messages: fields.uint(6), bytes: fields.uint(7) },
    }),
    ...(failedAt !== undefined && {
      failed: { at: failedAt, times: fields.uint(9), code: fields.text(10, 64) as FaultCode },
    }),
    ...(unread && { unread: decodeUnread(unread) }),
    ...(drilled !== undefined && { drilled }),
    ...(writing && { writing: decodeFile(writing) }),
    ...(good && { good: decodeFile(good) }),
    files: fields.repeatedBytes(14, MAX_FILES).map(decodeFile),
  };
}

export function encodeAutomatic(records: readonly AutomaticRecord[]): Bytes {
  const writer = writeMessage();
  for (const record of records) writer.bytes(1, encodeOne(record));
  return writer.finish();
}

/** Throws Fault `malformed` or `too-large`. */
export function decodeAutomatic(bytes: Uint8Array): AutomaticRecord[] {
  return readMessage(bytes, 2 ** 20)
    .repeatedBytes(1, MAX_TARGETS)
    .flatMap((one) => decodeOne(one) ?? []);
}
