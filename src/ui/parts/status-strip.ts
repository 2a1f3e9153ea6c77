/**
 * <status-strip>: one calm place for what concerns the whole app: the connection and what waits, a new version,
 * the account used elsewhere, a trouble, and two quiet offers. Shows at most one thing that asks for a decision
 * at a time. Below the list when wide, above everything when narrow.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { changeState, fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultText } from '../i18n/faults.ts';
import { formatSpan, t } from '../i18n/index.ts';
import { declineInstallation, install, offersInstallation } from '../notify/install.ts';
import {
  askForNotifications,
  declineNotifications,
  offersNotifications,
} from '../notify/notify.ts';
import { go } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import { icons } from './icons.ts';
import { SottoElement } from './sotto-element.ts';

/** Being on the way is not worth a word before this long, ms. */
const PATIENCE_MS = 700;

export class StatusStrip extends SottoElement {
  static override properties = { impatient: { state: true }, reload: { attribute: false } };

  static override styles = [
    shared,
    css`
      :host {
        background: var(--panel);
        font-size: var(--text-2);
      }

      .strip {
        display: grid;
        gap: var(--s2);
        padding: var(--s3) var(--s4);
        border-block-start: 1px solid var(--line);
      }

      .strip.waiting {
        background: var(--amber-tint);
      }

      .strip.loss {
        background: var(--danger-tint);
      }

      .row {
        display: flex;
        align-items: flex-start;
        gap: var(--s3);
      }

      .row:has(> .button) {
        align-items: center;
      }

      .row > svg {
        margin-block-start: 0.05rem;
        color: var(--accent);
      }

      .waiting svg {
        color: var(--amber);
      }

      .loss svg {
        color: var(--danger);
      }

      .text {
        flex: 1;
        min-inline-size: 0;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s2);
      }

      .actions .button {
        padding-inline: 0.625rem;
      }

      .offer {
        display: var(--offer, grid);
      }

      .held strong {
        display: block;
      }

      .sealed {
        color: var(--soft);
        font-size: var(--text-1);
      }

      .sealed .row > svg {
        color: var(--soft);
      }

      .link {
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        text-decoration: underline;
        text-decoration-color: var(--edge);
        text-underline-offset: 0.2em;
        cursor: pointer;
      }

      .link:hover {
        color: var(--accent);
      }

      @media (max-width: 47.5rem) {
        .strip {
          padding-block: var(--s2);
          border-block-start: 0;
          border-block-end: 1px solid var(--line);
        }

        .sealed,
        .more {
          display: none;
        }
      }
    `,
  ];

  /** Loads the newest version. */
  declare reload: () => void;
  declare private impatient: boolean;
  readonly #connection = fromState(this, (state) => state.connection);
  readonly #standing = fromState(this, (state) => state.account.standing);
  readonly #trouble = fromState(this, (state) => state.trouble);
  readonly #newVersion = fromState(this, (state) => state.newVersion);
  readonly #offersInstall = fromState(this, offersInstallation);
  readonly #offersNotify = fromState(this, offersNotifications);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.reload = () => location.reload();
    this.impatient = false;
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  protected override willUpdate(): void {
    const onTheWay = this.#connection.value.status === 'connecting';
    if (!onTheWay) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.impatient = false;
    } else if (!this.#timer) {
      this.#timer = setTimeout(() => (this.impatient = true), PATIENCE_MS);
    }
  }

  /** What the connection is worth saying. */
  #network(): TemplateResult | typeof nothing {
    const { status, waiting, clockSkew } = this.#connection.value;
    const offline = status === 'offline';
    const late = status === 'connecting' && this.impatient;
    const queued = waiting > 0 && (offline || late);
    if (offline || late) {
      return html`<div class="strip waiting">
        <div class="row">
          ${icons.offline}
          <div class="text">
            <strong>${t(offline ? 'status.offline' : 'status.connecting')}</strong>
            ${
              queued
                ? html`<div>${t('status.waiting', { count: waiting })}</div>`
                : offline
                  ? html`<div class="more">${t('status.offline-more')}</div>`
                  : nothing
            }
          </div>
          ${
            offline
              ? html`<button
                  class="button small"
                  type="button"
                  @click=${() => void this.#reconnect()}
                >
                  ${t('try-again')}
                </button>`
              : nothing
          }
        </div>
      </div>`;
    }
    if (clockSkew !== undefined) {
      return html`<div class="strip waiting">
        <div class="row">
          ${icons.clock}
          <div class="text">${t('status.clock', { span: formatSpan(Math.abs(clockSkew)) })}</div>
        </div>
      </div>`;
    }
    return nothing;
  }

  async #reconnect(): Promise<void> {
    await engine()
      .call('reconnect', null)
      .catch(() => undefined); // it stays offline, and says so
  }

  async #claim(): Promise<void> {
    await engine()
      .call('claimAccount', null)
      .catch(() => changeState({ trouble: 'offline' }));
  }

  #held(): TemplateResult {
    return html`<div class="strip waiting held">
      <div class="row">
        ${icons.warning}
        <div class="text"><strong>${t('status.held-title')}</strong> ${t('status.held')}</div>
      </div>
      <div class="actions">
        <button class="button small" type="button" @click=${() => void this.#claim()}>
          ${t('status.use-here-again')}
        </button>
      </div>
    </div>`;
  }

  #troubled(): TemplateResult | typeof nothing {
    const code = this.#trouble.value;
    if (!code) return nothing;
    return html`<div class="strip loss" role="alert">
      <div class="row">
        ${icons.warning}
        <div class="text">
          ${faultText(code)}
          ${/storage-full|room/.test(code) ? this.#way('storage', t('settings.storage')) : nothing}
        </div>
        <button
          class="icon-button"
          type="button"
          aria-label=${t('dismiss')}
          @click=${() => changeState({ trouble: undefined })}
        >
          ${icons.closeSmall}
        </button>
      </div>
    </div>`;
  }

  #version(): TemplateResult {
    return html`<div class="strip">
      <div class="row">
        ${icons.install}
        <div class="text">
          <strong>${t('status.new-version')}</strong> ${t('status.new-version-more')}
        </div>
        <button class="button small" type="button" @click=${() => this.reload()}>
          ${t('status.reload')}
        </button>
      </div>
    </div>`;
  }

  #offer(): TemplateResult | typeof nothing {
    if (this.#offersNotify.value) {
      const answered = (): void => changeState({ hasSent: false });
      return html`<div class="strip offer">
        <div class="row">
          ${icons.bell}
          <div class="text">${t('notify.offer')}</div>
        </div>
        <div class="actions">
          <button
            class="button small"
            type="button"
            @click=${() => void askForNotifications().then(answered)}
          >
            ${t('notify.allow')}
          </button>
          <button
            class="button small quiet"
            type="button"
            @click=${() => {
              declineNotifications();
              answered();
            }}
          >
            ${t('notify.later')}
          </button>
        </div>
      </div>`;
    }
    if (this.#offersInstall.value) {
      return html`<div class="strip offer">
        <div class="row">
          ${icons.install}
          <div class="text">${t('status.install-more')}</div>
        </div>
        <div class="actions">
          <button class="button small" type="button" @click=${() => void install()}>
            ${t('status.install')}
          </button>
          <button class="button small quiet" type="button" @click=${() => declineInstallation()}>
            ${t('notify.later')}
          </button>
        </div>
      </div>`;
    }
    return nothing;
  }

  /** A way to a section of Settings. */
  #way(section: string, words: string): TemplateResult {
    return html`<button
      class="link"
      type="button"
      @click=${() => go({ page: 'settings', section })}
    >
      ${words}
    </button>`;
  }

  #sealed(): TemplateResult {
    return html`<div class="strip sealed">
      <div class="row">
        ${icons.lockSmall}
        <div class="text">${t('list.sealed')} ${this.#way('relay', t('list.sealed-more'))}</div>
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    const network = this.#network();
    const held = this.#standing.value === 'held-elsewhere' ? this.#held() : nothing;
    const version = this.#newVersion.value ? this.#version() : nothing;
    const calm = held === nothing && version === nothing;
    const offer = calm ? this.#offer() : nothing;
    return html`${this.#troubled()}
      <div role="status">${network}${held}${version}</div>
      <section aria-label=${t('status.label')}>
        ${offer}${calm && offer === nothing && network === nothing ? this.#sealed() : nothing}
      </section>`;
  }
}

customElements.define('status-strip', StatusStrip);

declare global {
  interface HTMLElementTagNameMap {
    'status-strip': StatusStrip;
  }
}
