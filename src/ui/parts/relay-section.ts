/**
 * <relay-section>: the relay's own answer to what it holds about this account, table by table with the reason in
 * plain words, and every row with every column as it is. A table that this version does not know is shown all the
 * same, and said to be unknown.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type LedgerRow } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { icons } from './icons.ts';
import { SottoElement } from './sotto-element.ts';

const known = [
  'mailboxes',
  'signed_prekeys',
  'one_time_prekeys',
  'kyber_prekeys',
  'tokens',
  'queue',
] as const;

/** Rows of one table together, known tables first and in this order. */
function byTable(rows: readonly LedgerRow[]): [string, LedgerRow[]][] {
  const tables = new Map<string, LedgerRow[]>(known.map((table) => [table, []]));
  for (const row of rows) {
    const together = tables.get(row.table);
    if (together) together.push(row);
    else tables.set(row.table, [row]);
  }
  return [...tables].filter(([, together]) => together.length > 0);
}

export class RelaySection extends SottoElement {
  static override properties = {
    rows: { state: true },
    fault: { state: true },
    asking: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: var(--s4);
      }

      .tables {
        display: grid;
        gap: var(--s3);
      }

      .table {
        display: grid;
        gap: var(--s1);
        padding: var(--s4);
        border: 1px solid var(--line);
        border-radius: var(--round-3);
        background: var(--panel);
      }

      h3 {
        display: flex;
        justify-content: space-between;
        gap: var(--s3);
        font-size: var(--text-body);
      }

      h3 > span {
        flex: none;
        color: var(--soft);
        font-size: var(--text-1);
        font-weight: var(--weight);
        line-height: 1.5;
      }

      summary {
        inline-size: fit-content;
        margin-block-start: var(--s2);
        color: var(--accent);
        font-size: var(--text-2);
        cursor: pointer;
      }

      .rows {
        max-block-size: 20rem;
        overflow: auto;
        margin-block-start: var(--s2);
        scrollbar-width: thin;
        scrollbar-color: var(--line) transparent;
      }

      dl {
        display: grid;
        grid-template-columns: minmax(6rem, auto) minmax(0, 1fr);
        gap: 0 var(--s4);
        padding-block: var(--s2);
        border-block-start: 1px solid var(--line);
        font: var(--text-1) / 1.6 var(--mono);
      }

      dt {
        color: var(--soft);
      }

      dd {
        overflow-wrap: anywhere;
      }

      .button {
        justify-self: start;
      }
    `,
  ];

  declare private rows: readonly LedgerRow[] | undefined;
  declare private fault: FaultCode | undefined;
  declare private asking: boolean;
  readonly #status = fromState(this, (state) => state.connection.status);
  #online = false;

  constructor() {
    super();
    this.rows = undefined;
    this.fault = undefined;
    this.asking = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#ask().then(() => this.dispatchEvent(new CustomEvent('section-loaded')));
  }

  protected override willUpdate(): void {
    const online = this.#status.value === 'online';
    const returned = online && !this.#online;
    this.#online = online;
    if (returned && this.fault === 'offline') void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      this.rows = await engine().call('ledger', null);
      this.fault = undefined;
    } catch (error) {
      this.rows = undefined;
      this.fault = faultCode(error);
    }
    this.asking = false;
  }

  #table(table: string, rows: readonly LedgerRow[]): TemplateResult {
    const name = known.find((each) => each === table);
    const title = name ? t(`settings.relay-${name}`) : t('settings.relay-other');
    const why = name ? t(`settings.relay-${name}-why`) : t('settings.relay-other-why', { table });
    return html`<li class="table">
      <h3>${title}<span>${t('settings.relay-rows', { count: rows.length })}</span></h3>
      <p class="hint">${why}</p>
      <details>
        <summary>${t('settings.relay-more')}</summary>
        <div class="rows" tabindex="0" role="group" aria-label=${title}>
          ${rows.map(
            ({ columns }) =>
              html`<dl dir="ltr">
                ${columns.map(
                  ({ name: column, value }) =>
                    html`<dt>${column}</dt>
                      <dd>${value === '' ? t('settings.relay-empty') : value}</dd>`,
                )}
              </dl>`,
          )}
        </div>
      </details>
    </li>`;
  }

  protected override render(): TemplateResult {
    const { rows } = this;
    return html`<p class="hint">${t('settings.relay-lead')}</p>
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      ${rows?.length === 0 ? html`<p>${t('settings.relay-nothing')}</p>` : nothing}
      ${
        rows
          ? html`<ul class="tables">
              ${byTable(rows).map(([table, together]) => this.#table(table, together))}
            </ul>`
          : nothing
      }
      <button
        class="button small"
        type="button"
        aria-disabled=${this.asking ? 'true' : 'false'}
        @click=${() => void this.#ask()}
      >
        ${t(this.asking ? 'settings.relay-asking' : 'settings.relay-again')}
      </button>`;
  }
}

customElements.define('relay-section', RelaySection);

declare global {
  interface HTMLElementTagNameMap {
    'relay-section': RelaySection;
  }
}
