/**
 * A recovery key to be looked at and read aloud: four rows of four groups, with a mark behind a row that is being typed
 * and a colour under groups that were mended. A screen reader says each digit by itself.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { ROWS, rowOf, type RowState } from '../../lib/recovery-digits.ts';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';

/** Groups of a row, and digits of a group. */
const FOUR = 4;

export const digitRowStyles = css`
  .rows {
    display: grid;
    gap: var(--s2);
    padding: var(--s4);
    border: 1px solid var(--line);
    border-radius: var(--s4);
    background: var(--raised);
    container-type: inline-size;
  }

  .rows li {
    position: relative;
    display: grid;
    grid-template-columns: 1rem repeat(4, minmax(0, 1fr)) 1.25rem;
    align-items: center;
    gap: var(--s1);
    /* As large as the box has room for. */
    font-size: clamp(0.875rem, 6.2cqi, 1.5rem);
  }

  .rows .number {
    color: var(--soft);
    font-size: var(--text-1);
  }

  .rows .group {
    font-family: var(--mono);
    font-variant-numeric: tabular-nums;
    line-height: 1.25;
    text-align: center;
    white-space: nowrap;
    direction: ltr;
  }

  .rows .group[data-mended] {
    border-radius: var(--round-2);
    background: var(--amber-tint);
    color: var(--amber);
    font-weight: var(--weight-strong);
    text-decoration: underline;
  }

  .rows .rest {
    color: var(--soft);
  }

  .rows .right {
    color: var(--accent);
  }

  .rows .wrong {
    color: var(--danger);
  }

  .rows .visually-hidden {
    user-select: none;
  }
`;

interface RowLooks {
  /** How each row stands, for a key that is being typed. */
  readonly states?: readonly RowState[];
  /** Groups to point at, from 0. */
  readonly mended?: readonly number[];
}

const marks: Readonly<Partial<Record<RowState, TemplateResult>>> = {
  right: html`<span class="right">${moreIcons.check}</span>`,
  wrong: html`<span class="wrong">${icons.closeSmall}</span>`,
};

function spoken(groups: readonly string[], row: number, state: RowState | undefined): string {
  const digits = groups.map((group) => [...group].join(' ')).join(', ');
  const words = t('backup.key-row', { row: row + 1, digits });
  if (state === 'right') return `${words}. ${t('backup.row-right')}`;
  return state === 'wrong' ? `${words}. ${t('backup.row-wrong')}` : words;
}

/** The rows of a key, or of as much of one as was typed. */
export function digitRows(digits: string, { states, mended = [] }: RowLooks = {}): TemplateResult {
  return html`<ol class="rows" aria-label=${t('backup.key')}>
    ${Array.from({ length: ROWS }, (_, row) => {
      const body = rowOf(digits, row);
      const groups = Array.from({ length: FOUR }, (_each, place) =>
        body.slice(place * FOUR, (place + 1) * FOUR),
      );
      return html`<li>
        <span class="number" aria-hidden="true">${row + 1}</span>
        ${groups.map(
          (group, place) =>
            html`<span
              class="group"
              aria-hidden="true"
              ?data-mended=${mended.includes(row * FOUR + place)}
              >${group}${
                group.length < FOUR
                  ? html`<span class="rest">${'·'.repeat(FOUR - group.length)}</span>`
                  : nothing
              }</span
            >`,
        )}
        ${(states && marks[states[row] ?? 'empty']) ?? nothing}
        <span class="visually-hidden">${spoken(groups, row, states?.[row])}</span>
      </li>`;
    })}
  </ol>`;
}
