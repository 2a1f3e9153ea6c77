/** Backups in words: how far one is, what came of it, when the last one was made. Knows no component. */
import { type BackupJob, type BackupResult, type BackupView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { faultText } from '../i18n/faults.ts';
import { formatBytes, formatNumber, localeTag, t } from '../i18n/index.ts';
import { type BackupWork } from './backup-work.ts';

/** From here on a backup, or its proof, is too old, ms. */
const OLD_MS = 30 * 86_400_000;
/** What a message weighs beside bytes of media, so that a bar of both moves evenly. */
const MESSAGE_BYTES = 1_000;

export const isOld = (time: number): boolean => Date.now() - time > OLD_MS;

/** A day with its year, which a date on paper or of a file always has. */
export function fullDate(time: number): string {
  return new Intl.DateTimeFormat(localeTag(), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(time);
}

function listed(items: readonly string[]): string {
  return new Intl.ListFormat(localeTag()).format(items);
}

/** How far a job is, from 0 to 1; undefined while it is not known how much there is. */
export function jobShare({ messages, ofMessages, bytes, ofBytes }: BackupJob): number | undefined {
  const all = ofMessages * MESSAGE_BYTES + ofBytes;
  return all > 0 ? Math.min(1, (messages * MESSAGE_BYTES + bytes) / all) : undefined;
}

/** How far a job is, in words. */
export function jobWords(job: BackupJob): string {
  const { messages, ofMessages, bytes, ofBytes } = job;
  if (jobShare(job) === undefined) return t('backup.progress-begins');
  const words = t('backup.progress', { messages, count: ofMessages });
  if (ofBytes === 0) return words;
  const media = t('backup.progress-media', {
    bytes: formatBytes(bytes),
    size: formatBytes(ofBytes),
  });
  return `${words}, ${media}`;
}

/** Where a file is damaged: `The file is damaged at 2 places (parts 3 and 17)`. Parts are counted from 1. */
export function damageWords(damage: BackupResult['damage']): string {
  const parts = damage
    .filter((place) => typeof place === 'number')
    .map((part) => formatNumber(part + 1));
  const places = [
    ...(damage.includes('header') ? [t('backup.header')] : []),
    ...(parts.length > 0
      ? [t('backup.part', { count: parts.length, parts: listed(parts.slice(0, 12)) })]
      : []),
    ...(damage.includes('end') ? [t('backup.end')] : []),
  ];
  return t('backup.damaged', { count: damage.length, places: listed(places) });
}

/**
 * What came of something, sentence by sentence.
 * @param made when the backup that was tested was made
 */
export function resultWords(
  { kind, downloaded }: BackupWork,
  result: BackupResult,
  made?: number,
): string[] {
  const { messages: count, media, bytes, known, missing, damage } = result;
  const words: string[] = [];
  const isWhole = damage.length === 0;
  switch (kind) {
    case 'export':
      words.push(t('backup.exported', { count, size: formatBytes(bytes) }));
      if (downloaded) words.push(t('backup.downloaded'));
      words.push(t('backup.keep-it'));
      break;
    case 'archive':
      words.push(t('backup.archived', { count, size: formatBytes(bytes) }));
      if (downloaded) words.push(t('backup.downloaded'));
      words.push(t('backup.archive-open'));
      break;
    case 'restore':
      words.push(t('backup.restored', { count }));
      break;
    case 'import':
      words.push(t('backup.imported', { count }));
      break;
    case 'test': {
      const all = { count: count + known, media: t('backup.media', { count: media }) };
      if (!isWhole) words.push(t('backup.works-not'));
      else if (made === undefined) words.push(t('backup.works-undated', all));
      else words.push(t('backup.works', { ...all, date: fullDate(made) }));
    }
  }
  if (known > 0 && kind !== 'test') words.push(t('backup.known', { count: known }));
  if (missing > 0) words.push(t('backup.missing', { count: missing }));
  if (!isWhole) words.push(damageWords(damage));
  return words;
}

/** Why something ended before its end. */
export function endWords({ kind }: BackupWork, fault: FaultCode): string {
  if (fault !== 'cancelled') return faultText(fault);
  return t(`backup.cancelled-${kind === 'import' ? 'restore' : kind}`);
}

/** Where a restore or import stopped, and how it goes on. */
export function stoppedWords({
  kind,
  messages,
  ofMessages,
}: NonNullable<BackupView['interrupted']>): string {
  return t(`backup.stopped-${kind}`, { messages, count: ofMessages });
}
