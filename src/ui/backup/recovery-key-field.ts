/**
 * <recovery-key-field>: where the 64 digits are typed or pasted, in any script, with each row judged as it becomes
 * whole. Tells `key-typed` after every change; does not know what the digits open.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import {
  readDigits,
  rowStates,
  type RowState,
  type TypedDigits,
} from '../../lib/recovery-digits.ts';
import { t } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { digitRows, digitRowStyles } from './digit-rows.ts';

/** What the rows say together. */
function rowWords(states: readonly RowState[]): string {
  const wrong = states.flatMap((state, row) => (state === 'wrong' ? [row + 1] : []));
  const [first] = wrong;
  if (first !== undefined) {
    // From a digit that is missing on, every row is wrong, and says nothing of itself.
    const isShift = wrong.length > 1 && states.slice(first - 1).every((state) => state !== 'right');
    if (isShift) return t('backup.slip-shift', { row: first });
    return wrong.map((row) => t('backup.slip', { row })).join(' ');
  }
  const count = states.filter((state) => state === 'right').length;
  if (count === states.length) return t('backup.all-right');
  return count > 0 ? t('backup.rows-right', { count }) : '';
}

export class RecoveryKeyField extends SottoElement {
  static override properties = { hint: {}, typed: { state: true }, invalid: { type: Boolean } };

  static override styles = [
    shared,
    digitRowStyles,
    css`
      :host {
        display: grid;
        gap: var(--s3);
      }

      textarea {
        min-block-size: 5.5rem;
        resize: vertical;
        font-family: var(--mono);
        font-variant-numeric: tabular-nums;
      }

      .count {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: var(--s1) var(--s4);
      }

      [role='status'] {
        min-block-size: 1lh;
      }
    `,
  ];

  declare hint: string;
  /** The engine found the digits wrong. */
  declare invalid: boolean;
  declare private typed: TypedDigits;

  constructor() {
    super();
    this.hint = '';
    this.invalid = false;
    this.typed = { digits: '', hasForeign: false };
  }

  /** The digits so far, ASCII. */
  get digits(): string {
    return this.typed.digits;
  }

  override focus(): void {
    this.renderRoot.querySelector('textarea')?.focus();
  }

  #read(text: string): void {
    this.typed = readDigits(text);
    this.dispatchEvent(new CustomEvent('key-typed'));
  }

  protected override render(): TemplateResult {
    const { digits, hasForeign } = this.typed;
    const states = rowStates(digits);
    return html`<div class="field">
        <label for="key">${t('backup.key')}</label>
        <textarea
          id="key"
          class="input"
          rows="3"
          dir="ltr"
          inputmode="numeric"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          aria-describedby="hint count"
          aria-invalid=${this.invalid ? 'true' : nothing}
          @input=${(event: InputEvent) => this.#read((event.target as HTMLTextAreaElement).value)}
        ></textarea>
        <span id="hint" class="hint">${this.hint}</span>
      </div>
      ${digitRows(digits, { states })}
      <p id="count" class="hint count">
        <span>${t('backup.typed', { digits: digits.length })}</span>
        ${hasForeign ? html`<span>${t('backup.foreign')}</span>` : nothing}
      </p>
      <p role="status">${rowWords(states)}</p>`;
  }
}

customElements.define('recovery-key-field', RecoveryKeyField);

declare global {
  interface HTMLElementTagNameMap {
    'recovery-key-field': RecoveryKeyField;
  }
}
