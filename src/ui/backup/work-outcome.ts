/** What came of something with a backup, as a template: in its dialog, or in Settings when that was closed. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { type BackupWork } from './backup-work.ts';
import { endWords, resultWords } from './backup-words.ts';

export const workOutcomeStyles = css`
  .outcome {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--s2) var(--s3);
    padding: var(--s3);
    border-radius: var(--round-3);
    background: var(--selected);
  }

  .outcome > svg {
    margin-block-start: 0.15em;
    color: var(--accent);
  }

  .outcome.flawed {
    background: var(--amber-tint);
  }

  .outcome.flawed > svg {
    color: var(--amber);
  }

  .outcome p {
    grid-column: 2;
  }

  .outcome p:first-of-type {
    font-weight: var(--weight-strong);
  }

  @media (forced-colors: active) {
    .outcome {
      border: 1px solid;
    }
  }
`;

/** @param made when the backup that was tested was made */
export function workOutcome(work: BackupWork, made?: number): TemplateResult | typeof nothing {
  const { result, fault } = work;
  if (result) {
    const isFlawed = result.damage.length > 0 || result.missing > 0;
    return html`<div class="outcome ${isFlawed ? 'flawed' : ''}" role="status">
      ${isFlawed ? icons.warning : moreIcons.check}
      ${resultWords(work, result, made).map((sentence) => html`<p>${sentence}</p>`)}
    </div>`;
  }
  if (!fault) return nothing;
  if (fault === 'cancelled') return html`<p role="status">${endWords(work, fault)}</p>`;
  return html`<p class="fault" role="alert">
    ${icons.warning}<span>${endWords(work, fault)}</span>
  </p>`;
}
