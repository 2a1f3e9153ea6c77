/** <download-rules>: what is fetched by itself, sort by sort. Each change is kept at once. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type DownloadRule, type DownloadRules, type MediaSort } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { icons } from './icons.ts';
import { SottoElement } from './sotto-element.ts';

const sorts: readonly MediaSort[] = ['photos', 'voice', 'videos', 'files'];
/** Sizes to choose from, bytes. */
const ANY = 2 ** 31;
const sizes = [0, 1_000_000, 16_000_000, 100_000_000, ANY] as const;

function sizeWords(upTo: number): string {
  if (upTo === 0) return t('settings.downloads-never');
  return upTo >= ANY
    ? t('settings.downloads-any')
    : t('settings.downloads-up-to', { size: formatBytes(upTo) });
}

export class DownloadRulesPart extends SottoElement {
  static override properties = { rules: { state: true }, fault: { state: true } };

  static override styles = [
    shared,
    css`
      fieldset {
        display: grid;
        gap: var(--s4);
      }

      legend {
        padding: 0;
      }

      .check input {
        margin-inline-start: 0;
        accent-color: var(--accent);
      }

      .rule {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 11rem);
        align-items: center;
        gap: var(--s1) var(--s3);
      }

      .check {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: var(--s2);
        color: var(--soft);
        font-size: var(--text-2);
      }

      @media (max-width: 30rem) {
        .rule {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare private rules: DownloadRules | undefined;
  declare private fault: FaultCode | undefined;

  constructor() {
    super();
    this.rules = undefined;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#ask({});
  }

  async #ask(change: Partial<DownloadRules>): Promise<void> {
    this.fault = undefined;
    try {
      this.rules = await engine().call('downloadRules', change);
    } catch (error) {
      this.fault = faultCode(error);
      // What was not kept is not shown as if it were.
      this.requestUpdate();
    }
  }

  #change(sort: MediaSort, change: Partial<DownloadRule>): void {
    if (this.rules) void this.#ask({ [sort]: { ...this.rules[sort], ...change } });
  }

  #rule(sort: MediaSort, { upTo, metered }: DownloadRule): TemplateResult {
    // A size that is no choice here was chosen in another version.
    const choices = sizes.some((size) => size === upTo) ? sizes : [...sizes, upTo];
    return html`<div class="rule">
      <label for=${sort} id="${sort}-name">${t(`settings.sort-${sort}`)}</label>
      <select
        id=${sort}
        class="input"
        @change=${(event: Event) =>
          this.#change(sort, { upTo: Number((event.target as HTMLSelectElement).value) })}
      >
        ${choices.map(
          (size) =>
            html`<option value=${size} ?selected=${size === upTo}>${sizeWords(size)}</option>`,
        )}
      </select>
      ${
        upTo === 0
          ? nothing
          : html`<label class="check">
              <input
                type="checkbox"
                aria-labelledby="${sort}-name ${sort}-metered"
                .checked=${metered}
                @change=${(event: Event) =>
                  this.#change(sort, { metered: (event.target as HTMLInputElement).checked })}
              />
              <span id="${sort}-metered">${t('settings.downloads-metered')}</span>
            </label>`
      }
    </div>`;
  }

  protected override render(): TemplateResult {
    const { rules } = this;
    return html`<fieldset aria-describedby="hint">
      <legend class="label">${t('settings.downloads')}</legend>
      <p id="hint" class="hint">${t('settings.downloads-hint')}</p>
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      ${rules ? sorts.map((sort) => this.#rule(sort, rules[sort])) : nothing}
    </fieldset>`;
  }
}

customElements.define('download-rules', DownloadRulesPart);

declare global {
  interface HTMLElementTagNameMap {
    'download-rules': DownloadRulesPart;
  }
}
