/**
 * An invite link in words: who it is from and what can be done with it. Used by the New chat dialog and by an
 * opened link. Does not read links.
 */
import { css, html, type TemplateResult } from 'lit';
import { type InviteReading } from '../../engine/api.ts';
import { t, tParts, type TextKey } from '../i18n/index.ts';
import { icons } from './icons.ts';
import './sotto-avatar.ts';

export const inviteCardStyles = css`
  .card {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: var(--s1) var(--s4);
    padding: var(--s4);
    border-radius: var(--round-3);
    background: var(--own);
  }

  .card sotto-avatar {
    grid-row: span 2;
    --avatar-size: 3rem;
  }

  .card strong {
    overflow-wrap: anywhere;
  }

  .card .alone {
    grid-row: span 2;
  }

  .card .soft {
    overflow-wrap: anywhere;
    font-size: var(--text-2);
  }
`;

const refusals: Readonly<Partial<Record<InviteReading['verdict'], TextKey>>> = {
  own: 'invite.own',
  expired: 'invite.expired',
  'other-relay': 'invite.other-relay',
};

/** Whether the link leads anywhere. */
export function leadsSomewhere(reading: InviteReading | undefined): boolean {
  return reading?.verdict === 'usable' || reading?.verdict === 'known';
}

/** The card of a reading: the person, or why not. `heading` says that the sentence stands elsewhere already. */
export function inviteCard(reading: InviteReading, heading = false): TemplateResult {
  const name = html`<bdi>${reading.name}</bdi>`;
  const refusal = refusals[reading.verdict];
  if (refusal) {
    return html`<p class="fault" role="alert">
      ${icons.warning}<span
        >${tParts(refusal, { name, host: html`<bdi>${reading.host}</bdi>` })}</span
      >
    </p>`;
  }
  const known = reading.verdict === 'known';
  const hint = tParts('invite.accept-hint', { name });
  if (heading) {
    return html`<div class="card">
      <sotto-avatar .address=${reading.id}></sotto-avatar>
      <span class="alone">${hint}</span>
    </div>`;
  }
  return html`<div class="card">
    <sotto-avatar .address=${reading.id}></sotto-avatar>
    <strong>${tParts(known ? 'invite.known' : 'invite.wants', { name })}</strong>
    <span class="soft">${known ? t('invite.from', { host: reading.host }) : hint}</span>
  </div>`;
}
