/**
 * <automatic-backups>: the part of Settings › Backup about those that are written by themselves: into which folder, how
 * often, when the last one was and when the next one will be, and what stands in their way. Given how backups stand.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type AutomaticBackup, type BackupSchedule, type BackupView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { backupTrouble } from './backup-trouble.ts';
import { fullDate } from './backup-words.ts';
import { beginWork } from './backup-work.ts';
import { allowFolder, backUpNow, canChooseFolder, chooseFolder } from './choose-folder.ts';
import { troubleWords } from './trouble-words.ts';

const schedules: readonly BackupSchedule[] = ['day', 'week', 'month'];

export class AutomaticBackups extends SottoElement {
  static override properties = {
    view: { attribute: false },
    busy: { attribute: false },
    fault: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: var(--s3);
        margin-block-start: var(--s2);
        padding-block-start: var(--s4);
        border-block-start: 1px solid var(--line);
      }

      h3 {
        font-size: var(--text-2);
      }

      .facts {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--s1) var(--s4);
      }

      dt {
        color: var(--soft);
      }

      dd {
        overflow-wrap: anywhere;
      }

      .trouble {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--s2) var(--s3);
        padding: var(--s3);
        border-radius: var(--round-3);
        background: var(--amber-tint);
      }

      .trouble > svg {
        margin-block-start: 0.15em;
        color: var(--amber);
      }

      .trouble > .button {
        grid-column: 2;
        justify-self: start;
      }

      .words {
        overflow-wrap: anywhere;
      }

      .field {
        justify-self: start;
      }

      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s3);
      }

      @media (max-width: 30rem) {
        .facts {
          grid-template-columns: minmax(0, 1fr);
        }

        dd {
          margin-block-end: var(--s2);
        }
      }

      @media (forced-colors: active) {
        .trouble {
          border: 1px solid;
        }
      }
    `,
  ];

  declare view: BackupView | undefined;
  /** Something is done with a backup now. */
  declare busy: boolean;
  /** Has the person confirm a key, and choose the folder in the same click. */
  confirmKey: () => void = () => undefined;
  declare private fault: FaultCode | undefined;

  constructor() {
    super();
    this.view = undefined;
    this.busy = false;
    this.fault = undefined;
  }

  async #do(act: () => Promise<unknown>): Promise<void> {
    this.fault = undefined;
    try {
      await act();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #choose(): void {
    this.fault = undefined;
    if (this.view?.key === 'confirmed') void this.#do(() => chooseFolder());
    else this.confirmKey();
  }

  #chooseButton(): TemplateResult {
    return html`<button class="button" type="button" @click=${() => this.#choose()}>
      ${t('backup.choose-folder')}
    </button>`;
  }

  #trouble(view: BackupView): TemplateResult | typeof nothing {
    const trouble = backupTrouble(view, Date.now());
    if (!trouble) return nothing;
    const { what, more } = troubleWords(trouble);
    const { kind } = trouble;
    return html`<div class="trouble">
      ${icons.warning}
      <p class="words" role="alert"><strong>${what}</strong> ${more}</p>
      ${
        kind === 'prompt'
          ? html`<button class="button" type="button" @click=${() => void this.#do(allowFolder)}>
              ${t('backup.allow-again')}
            </button>`
          : kind === 'denied' || kind === 'gone'
            ? this.#chooseButton()
            : nothing
      }
    </div>`;
  }

  #facts({ name, last, next, access }: AutomaticBackup): TemplateResult {
    const count = last?.messages ?? 0;
    return html`<dl class="facts">
      <dt>${t('backup.folder')}</dt>
      <dd><bdi>${name}</bdi></dd>
      <dt>${t('backup.written')}</dt>
      <dd>
        ${
          last
            ? t('backup.written-last', {
                date: fullDate(last.made),
                count,
                size: formatBytes(last.bytes),
              })
            : t('backup.written-none')
        }
      </dd>
      ${
        access === 'granted'
          ? html`<dt>${t('backup.next')}</dt>
              <dd>
                ${
                  next > Date.now()
                    ? t('backup.next-date', { date: fullDate(next) })
                    : t('backup.next-soon')
                }
              </dd>`
          : nothing
      }
    </dl>`;
  }

  #schedule({ target, schedule }: AutomaticBackup): TemplateResult {
    const change = (event: Event): void => {
      const wish = (event.target as HTMLSelectElement).value as BackupSchedule;
      void this.#do(() => engine().call('scheduleBackups', { target, schedule: wish }));
    };
    return html`<div class="field">
      <label for="schedule">${t('backup.schedule')}</label>
      <select id="schedule" class="input" @change=${change}>
        ${schedules.map(
          (each) =>
            html`<option value=${each} .selected=${each === schedule}>
              ${t(`backup.every-${each}`)}
            </option>`,
        )}
      </select>
    </div>`;
  }

  #one(view: BackupView, one: AutomaticBackup): TemplateResult {
    const { target, access } = one;
    const stop = (): Promise<unknown> => engine().call('stopAutomatic', { target });
    return html`${this.#trouble(view)} ${this.#facts(one)} ${this.#schedule(one)}
      <div class="acts">
        ${
          access === 'granted'
            ? html`<button
                class="button"
                type="button"
                aria-disabled=${this.busy ? 'true' : nothing}
                @click=${() => {
                  if (!this.busy) void beginWork('export', backUpNow);
                }}
              >
                ${t('backup.now')}
              </button>`
            : nothing
        }
        <button class="button" type="button" @click=${() => void this.#do(stop)}>
          ${t('backup.stop-automatic')}
        </button>
      </div>`;
  }

  #content(view: BackupView): TemplateResult {
    const [one] = view.automatic ?? [];
    if (one) return this.#one(view, one);
    if (!canChooseFolder()) return html`<p class="hint">${t('backup.no-folders')}</p>`;
    return html`<p class="hint">${t('backup.automatic-lead')}</p>
      <div class="acts">${this.#chooseButton()}</div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { view, fault } = this;
    if (!view) return nothing;
    return html`<h3>${t('backup.automatic')}</h3>
      ${
        fault
          ? html`<p class="fault" role="alert">${icons.warning}<span>${faultText(fault)}</span></p>`
          : nothing
      }
      ${this.#content(view)}`;
  }
}

customElements.define('automatic-backups', AutomaticBackups);

declare global {
  interface HTMLElementTagNameMap {
    'automatic-backups': AutomaticBackups;
  }
}
