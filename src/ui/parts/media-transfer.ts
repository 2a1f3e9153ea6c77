/**
 * How an attachment's bytes are on their way, in words, with what can be done about it: begin, pause, go on, cancel. A
 * template and its styles; knows no engine.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type AttachmentView, type Standing } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { describeFault } from '../i18n/faults.ts';
import { formatBytes, t } from '../i18n/index.ts';
import { icons } from './icons.ts';
import { mediaAgain } from './media-again.ts';
import { mediaIcons } from './media-icons.ts';

/** What is known of a transfer. */
export interface TransferView {
  readonly attachment: AttachmentView;
  /** Bytes of the transfer under way. */
  readonly done: { readonly done: number; readonly total: number } | undefined;
  /** What this tab was refused. */
  readonly fault: FaultCode | undefined;
  readonly standing: Standing | undefined;
  /** Name of whoever sent it; undefined for one's own. */
  readonly sender: string | undefined;
}

export type TransferWish = 'begin' | 'ask' | 'pause' | 'cancel-upload' | 'cancel-download';

export const transferStyles = css`
  .state {
    padding: 0.1875rem var(--s2);
    border-radius: var(--round-full);
    background: color-mix(in oklab, var(--paper) 88%, transparent);
    color: var(--ink);
    font-size: var(--text-1);
    font-variant-numeric: tabular-nums;
  }

  .state.trouble {
    border-radius: var(--round-2);
  }

  .again {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--s2);
  }

  progress {
    flex: 1 1 3rem;
    min-inline-size: 2rem;
    max-inline-size: 8rem;
    block-size: 0.25rem;
    accent-color: var(--accent);
  }

  .icon-button.transfer {
    inline-size: 2rem;
    block-size: 2rem;
    background: color-mix(in oklab, var(--paper) 88%, transparent);
  }

  .icon-button.transfer:hover {
    background: var(--raised);
  }
`;

/** The line of a transfer; `nothing` where there is nothing to say. */
export function transferLine(
  view: TransferView,
  wish: (wish: TransferWish) => void,
): TemplateResult | typeof nothing {
  const { attachment, done, fault, standing } = view;
  const { stage, size, paused } = attachment;
  const word = (words: string) => html`<span class="state">${words}</span>`;
  const problem = fault ?? attachment.fault;
  const why = problem
    ? html`<span class="state trouble">${describeFault(problem).cause}</span>`
    : nothing;
  const round = (name: string, shape: unknown, act: TransferWish) =>
    html`<button
      class="icon-button transfer"
      type="button"
      aria-label=${name}
      title=${name}
      @click=${() => wish(act)}
    >
      ${shape}
    </button>`;
  const begin = (words: string) =>
    html`<button class="button small" type="button" @click=${() => wish('begin')}>
      ${words}
    </button>`;
  const progress = (name: string) => {
    const at = done ?? { done: 0, total: size };
    const amount = { done: formatBytes(at.done), total: formatBytes(at.total) };
    return html`<progress aria-label=${name} max=${at.total || 1} .value=${at.done}></progress
      >${word(done ? t('media.amount', amount) : formatBytes(size))}`;
  };
  const cancelUpload = round(t('media.cancel-upload'), icons.closeSmall, 'cancel-upload');
  const cancelDownload = round(t('media.cancel-download'), icons.closeSmall, 'cancel-download');
  const pause = round(t('media.pause'), mediaIcons.pause, 'pause');

  switch (stage) {
    case 'staging':
      return problem ? why : html`${word(t('media.preparing'))}${cancelUpload}`;
    case 'uploading':
      return paused
        ? html`${word(t('media.paused'))}${begin(t('media.resume'))}${cancelUpload}`
        : html`${why}${progress(t('media.uploading'))}${pause}${cancelUpload}`;
    case 'fetching':
      // It goes on by itself at the next start only.
      if (problem === 'not-enough-room' && !paused)
        return html`<span class="again">${why}${begin(t('try-again'))}${cancelDownload}</span>`;
      return paused
        ? html`${word(t('media.paused'))}${begin(t('media.resume'))}${cancelDownload}`
        : html`${why}${progress(t('media.fetching'))}${pause}${cancelDownload}`;
    case 'remote':
      return standing === 'request' || standing === 'blocked'
        ? word(t(standing === 'request' ? 'media.after-accept' : 'media.after-unblock'))
        : html`${why}${begin(t('media.download', { size: formatBytes(size) }))}`;
    case 'gone':
    case 'removed':
      return mediaAgain(view, () => wish('ask'));
    case 'here':
      return why;
  }
}
