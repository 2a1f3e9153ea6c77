/** What a backup says of itself before it is brought back, and which slips of its key were mended. */
import { html, nothing, type TemplateResult } from 'lit';
import { type BackupReading } from '../../engine/api.ts';
import { formatBytes, formatMoment, formatNumber, localeTag, t } from '../i18n/index.ts';
import { digitRows } from './digit-rows.ts';
import { mendedGroups } from './mended-digits.ts';

const GROUPS_OF_ROW = 4;

function mendedPart(key: string, typed: string): TemplateResult | typeof nothing {
  const mended = mendedGroups(typed, key);
  if (mended.length === 0) return nothing;
  const places = mended.map((group) =>
    t('backup.mended-place', {
      row: Math.floor(group / GROUPS_OF_ROW) + 1,
      group: (group % GROUPS_OF_ROW) + 1,
    }),
  );
  return html`<div class="mended">
    <p role="alert">
      ${t('backup.mended', {
        count: mended.length,
        places: new Intl.ListFormat(localeTag()).format(places),
      })}
    </p>
    ${digitRows(key, { mended })}
  </div>`;
}

/** @param typed the digits that the person gave, ASCII */
export function readingCard(reading: BackupReading, typed: string): TemplateResult {
  const { name, host, made, messages, media, mediaBytes } = reading;
  return html`${mendedPart(reading.key, typed)}
    <p>${t('backup.reading')}</p>
    <dl>
      <dt>${t('backup.reading-name')}</dt>
      <dd><bdi>${name}</bdi></dd>
      <dt>${t('backup.reading-host')}</dt>
      <dd><bdi>${host}</bdi></dd>
      <dt>${t('backup.reading-made')}</dt>
      <dd>${formatMoment(made)}</dd>
      <dt>${t('backup.reading-messages')}</dt>
      <dd>${formatNumber(messages)}</dd>
      <dt>${t('backup.reading-media')}</dt>
      <dd>
        ${
          media > 0
            ? t('backup.reading-media-size', {
                count: formatNumber(media),
                size: formatBytes(mediaBytes),
              })
            : formatNumber(0)
        }
      </dd>
    </dl>`;
}
