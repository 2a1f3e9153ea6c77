/** What a person should do about their backups, in words. Knows no component. */
import { describeFault } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { damageWords, fullDate } from './backup-words.ts';
import { type BackupTrouble } from './backup-trouble.ts';

/** What it is, and what more there is to say of it. */
export function troubleWords(trouble: BackupTrouble): {
  readonly what: string;
  readonly more: string;
} {
  switch (trouble.kind) {
    case 'prompt':
    case 'denied':
    case 'gone':
      return {
        what: t(`backup.folder-${trouble.kind}`, { name: trouble.name }),
        more: t(`backup.folder-${trouble.kind}-more`),
      };
    case 'unread': {
      const { made, code, damage } = trouble.unread;
      const why =
        damage.length > 0
          ? damageWords(damage)
          : code === 'blob-gone'
            ? t('backup.unread-gone')
            : t('backup.unread-whole');
      return {
        what: t('backup.unread', { date: fullDate(made) }),
        more: `${why} ${t('backup.unread-more')}`,
      };
    }
    case 'failed': {
      const { cause, next } = describeFault(trouble.failed.code);
      return { what: t('backup.failed'), more: `${cause} ${next}` };
    }
    case 'late':
    case 'old':
    case 'none':
      return {
        what: t(`backup.${trouble.kind}`, { count: trouble.days }),
        more: t(`backup.${trouble.kind}-more`),
      };
  }
}
