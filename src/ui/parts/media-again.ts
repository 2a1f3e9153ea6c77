/**
 * What stands at an attachment whose bytes are neither here nor at the relay: why, and the way to have them again from
 * whoever sent them. A template; what the button does is its host's.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { type AttachmentView, type Standing } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { describeFault } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';

/** So long a sender is given to answer before they may be asked again, ms. Source: protocol.md, Media. */
const DAY_MS = 24 * 3600 * 1000;

interface AgainView {
  readonly attachment: AttachmentView;
  /** Why asking did not go. */
  readonly fault: FaultCode | undefined;
  readonly standing: Standing | undefined;
  /** Name of whoever sent it; undefined for one's own. */
  readonly sender: string | undefined;
}

/** Why it is not here, and the button that asks for it where somebody can be asked. */
export function mediaAgain(
  { attachment, fault, standing, sender }: AgainView,
  ask: () => void,
): TemplateResult {
  const { stage, asked = 0 } = attachment;
  const isRefused = attachment.fault === 'not-sent-again';
  const problem = fault ?? (isRefused ? attachment.fault : undefined);
  const isAsked = stage === 'gone' && !isRefused && asked > Date.now() - DAY_MS;
  if (sender !== undefined && isAsked && !problem)
    return html`<span class="state" role="status">${t('media.asked', { name: sender })}</span>`;
  const why = problem
    ? html`<span class="state trouble">${describeFault(problem).cause}</span>`
    : html`<span class="state">${t(stage === 'gone' ? 'media.gone' : 'media.removed')}</span>`;
  const isAskable = sender !== undefined && standing === 'accepted' && !isRefused && !isAsked;
  return html`<span class="again"
    >${why}${
      isAskable
        ? html`<button class="button small" type="button" @click=${ask}>
            ${t('media.ask', { name: sender })}
          </button>`
        : nothing
    }</span
  >`;
}
