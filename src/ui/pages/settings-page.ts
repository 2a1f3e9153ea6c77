/* eslint-disable lit-a11y/role-has-required-aria-attrs -- a checkbox that is a switch says its state itself */
/**
 * <settings-page>: who I am, what others see of me, how it looks, and the way out. Each change is kept at once.
 * The two sections that ask somebody (storage, relay) are parts of their own.
 */
import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { type Settings } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { recall, remember, showTextSize } from '../contexts/preferences.ts';
import { showDialog } from '../dialogs/dialog-base.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t, type TextKey } from '../i18n/index.ts';
import { install } from '../notify/install.ts';
import { askForNotifications } from '../notify/notify.ts';
import { icon, icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { sectionStyles } from '../parts/section-styles.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { goToList } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import { settingsStyles } from './settings-styles.ts';
import '../parts/relay-section.ts';
import '../parts/sotto-avatar.ts';
import '../parts/storage-section.ts';

type Switch = 'readReceipts' | 'typing' | 'lastSeen';

const switches: readonly { setting: Switch; label: TextKey; hint: TextKey }[] = [
  { setting: 'readReceipts', label: 'settings.receipts', hint: 'settings.receipts-hint' },
  { setting: 'typing', label: 'settings.typing', hint: 'settings.typing-hint' },
  { setting: 'lastSeen', label: 'settings.last-seen', hint: 'settings.last-seen-hint' },
];
/** Apart from those that the very first page loads. */
const archiveIcon = icon(
  svg`<rect x="3.75" y="4.5" width="16.5" height="4.5" rx="1.5" /><path d="M5.25 9v8.5a2 2 0 0 0 2 2h9.5a2 2 0 0 0 2-2V9M10 13h4" />`,
);
const levels: readonly Settings['notifications'][] = ['name-and-text', 'name', 'nothing', 'off'];
const themes: readonly Settings['appearance'][] = ['auto', 'light', 'dark'];
const sizes = ['small', 'normal', 'large', 'largest'] as const;

export class SettingsPage extends SottoElement {
  static override properties = {
    section: {},
    fault: { state: true },
    saved: { state: true },
    name: { state: true },
    permission: { state: true },
    textSize: { state: true },
  };

  static override styles = [shared, sectionStyles, settingsStyles];

  /** A section to begin with: its id. */
  declare section: string | undefined;
  declare private fault: FaultCode | undefined;
  declare private saved: boolean;
  /** What stands in the name field while it differs from the setting. */
  declare private name: string | undefined;
  declare private permission: NotificationPermission | 'unsupported';
  declare private textSize: (typeof sizes)[number];
  readonly #settings = fromState(this, (state) => state.settings);
  readonly #account = fromState(this, (state) => state.account);
  readonly #installable = fromState(this, (state) => state.installable);

  constructor() {
    super();
    this.section = undefined;
    this.fault = undefined;
    this.saved = false;
    this.name = undefined;
    this.permission = 'Notification' in window ? Notification.permission : 'unsupported';
    this.textSize = recall('text-size') ?? 'normal';
  }

  protected override firstUpdated(): void {
    void import('../calls/calls-section.ts');
    void import('../backup/backup-section.ts');
    if (!this.section) this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('section')) this.#aim();
  }

  /** Brings the wished section to the top; again when what stands above it has grown. */
  #aim(): void {
    if (!this.section) return;
    const heading = this.renderRoot.querySelector<HTMLElement>(`#${CSS.escape(this.section)}`);
    const scroll = this.renderRoot.querySelector('.scroll');
    if (heading && scroll) scroll.scrollTop = heading.offsetTop - 16;
    heading?.focus({ preventScroll: true });
  }

  async #change(change: Partial<Settings>): Promise<boolean> {
    this.fault = undefined;
    this.saved = false;
    try {
      await engine().call('changeSettings', change);
      return true;
    } catch (error) {
      this.fault = faultCode(error);
      this.requestUpdate();
      return false;
    }
  }

  async #saveName(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.name === undefined) return;
    if (await this.#change({ name: this.name })) {
      this.name = undefined;
      this.saved = true;
    }
  }

  #setTextSize(size: (typeof sizes)[number]): void {
    this.textSize = size;
    remember('text-size', size);
    showTextSize(size);
  }

  async #allow(): Promise<void> {
    this.permission = await askForNotifications();
  }

  async #erase(): Promise<void> {
    const { EraseAccountDialog } = await import('../dialogs/erase-account.ts');
    await showDialog(new EraseAccountDialog());
  }

  async #shortcuts(): Promise<void> {
    const { ShortcutsDialog } = await import('../dialogs/shortcuts.ts');
    await showDialog(new ShortcutsDialog());
  }

  #titled(
    id: string,
    title: TextKey,
    icon: TemplateResult,
    content: TemplateResult,
  ): TemplateResult {
    return html`<section aria-labelledby=${id}>
      <h2 id=${id} tabindex="-1">${icon}${t(title)}</h2>
      <div class="inset">${content}</div>
    </section>`;
  }

  #profile(): TemplateResult {
    const account = this.#account.value;
    if (account.standing === 'none') return html``;
    const name = this.name ?? account.name;
    return html`<div class="person">
        <sotto-avatar .address=${account.id}></sotto-avatar>
        <form class="field" @submit=${(event: SubmitEvent) => void this.#saveName(event)}>
          <label for="name">${t('welcome.name')}</label>
          <div class="with-button">
            <input
              id="name"
              class="input"
              type="text"
              dir="auto"
              autocomplete="off"
              spellcheck="false"
              maxlength="64"
              required
              aria-describedby="name-hint"
              aria-invalid=${this.fault === 'bad-name' ? 'true' : nothing}
              .value=${name}
              @input=${(event: InputEvent) => {
                this.name = (event.target as HTMLInputElement).value;
                this.saved = false;
              }}
            />
            <button
              class="button"
              type="submit"
              ?disabled=${this.name === undefined || this.name.trim() === account.name}
            >
              ${t('settings.name-save')}
            </button>
          </div>
          <span id="name-hint" class="hint" role="status"
            >${this.saved ? t('settings.name-saved') : ''}</span
          >
        </form>
      </div>
      <div class="field">
        <label for="address">${t('settings.address')}</label>
        <input
          id="address"
          class="input address"
          type="text"
          dir="ltr"
          readonly
          autocomplete="off"
          aria-describedby="address-hint"
          .value=${account.address}
          @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
        />
        <span id="address-hint" class="hint"
          >${t(account.registered ? 'settings.address-hint' : 'settings.registered-not')}</span
        >
      </div>`;
  }

  #privacy(): TemplateResult {
    return html`<p class="hint">${t('settings.privacy-hint')}</p>
      ${switches.map(
        ({ setting, label, hint }) =>
          html`<div class="switch">
            <div>
              <label for=${setting}>${t(label)}</label>
              <span class="hint" id="${setting}-hint">${t(hint)}</span>
            </div>
            <input
              id=${setting}
              type="checkbox"
              role="switch"
              aria-describedby="${setting}-hint"
              .checked=${this.#settings.value[setting]}
              @change=${(event: Event) =>
                void this.#change({ [setting]: (event.target as HTMLInputElement).checked })}
            />
          </div>`,
      )}`;
  }

  #notifications(): TemplateResult {
    const level = this.#settings.value.notifications;
    return html`<div class="field">
        <label for="level">${t('settings.notify-level')}</label>
        <select
          id="level"
          class="input"
          @change=${(event: Event) =>
            void this.#change({
              notifications: (event.target as HTMLSelectElement).value as Settings['notifications'],
            })}
        >
          ${levels.map(
            (each) =>
              html`<option value=${each} ?selected=${each === level}>
                ${t(`settings.notify-${each}`)}
              </option>`,
          )}
        </select>
      </div>
      ${level === 'off' ? nothing : this.#permission()}
      <p class="hint">${t('settings.notify-closed')}</p>`;
  }

  #permission(): TemplateResult | typeof nothing {
    switch (this.permission) {
      case 'granted':
        return nothing;
      case 'denied':
        return html`<p class="hint">${t('notify.denied')}</p>`;
      case 'unsupported':
        return html`<p class="hint">${t('settings.notify-unsupported')}</p>`;
      case 'default':
        return html`<p class="hint">${t('settings.notify-unasked')}</p>
          <button class="button" type="button" @click=${() => void this.#allow()}>
            ${t('notify.allow')}
          </button>`;
    }
  }

  #choices<Value extends string>(
    name: string,
    title: TextKey,
    values: readonly Value[],
    chosen: Value,
    text: (value: Value) => TextKey,
    choose: (value: Value) => void,
  ): TemplateResult {
    return html`<fieldset>
      <legend class="label">${t(title)}</legend>
      <div class="choices">
        ${values.map(
          (value) =>
            html`<label
              ><input
                type="radio"
                name=${name}
                value=${value}
                .checked=${value === chosen}
                @change=${() => choose(value)}
              /><span>${t(text(value))}</span></label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  #appearance(): TemplateResult {
    return html`${this.#choices(
      'theme',
      'settings.theme',
      themes,
      this.#settings.value.appearance,
      (value) => `settings.theme-${value}`,
      (appearance) => void this.#change({ appearance }),
    )}
    ${this.#choices(
      'text-size',
      'settings.text-size',
      sizes,
      this.textSize,
      (value) => `settings.text-${value}`,
      (size) => this.#setTextSize(size),
    )}`;
  }

  #language(): TemplateResult {
    const { language } = this.#settings.value;
    return html`<div class="field">
      <label for="language-choice">${t('settings.language-choose')}</label>
      <select
        id="language-choice"
        class="input"
        @change=${(event: Event) =>
          void this.#change({
            language: (event.target as HTMLSelectElement).value as Settings['language'],
          })}
      >
        <option value="auto" ?selected=${language === 'auto'}>
          ${t('settings.language-auto')}
        </option>
        <option value="en" lang="en" ?selected=${language === 'en'}>English</option>
        <option value="es" lang="es" ?selected=${language === 'es'}>Español</option>
      </select>
    </div>`;
  }

  #about(): TemplateResult {
    return html`<p>${t('settings.about-text')}</p>
      <p class="hint">${t('settings.about-limits')}</p>
      <div class="buttons">
        <button class="button" type="button" @click=${() => void this.#shortcuts()}>
          ${t('settings.shortcuts')}
        </button>
        ${
          this.#installable.value
            ? html`<button class="button" type="button" @click=${() => void install()}>
                ${t('status.install')}
              </button>`
            : nothing
        }
      </div>`;
  }

  protected override render(): TemplateResult {
    return html`<main aria-labelledby="title">
      <header>
        <button class="icon-button" type="button" aria-label=${t('back')} @click=${goToList}>
          ${icons.back}
        </button>
        <h1 id="title" tabindex="-1">${t('settings')}</h1>
      </header>
      <div class="scroll">
        <div class="column">
          ${
            this.fault
              ? html`<p class="fault" role="alert">
                  ${icons.warning}<span>${faultText(this.fault)}</span>
                </p>`
              : nothing
          }
          ${this.#titled('profile', 'settings.profile', moreIcons.person, this.#profile())}
          ${this.#titled('privacy', 'settings.privacy', moreIcons.eye, this.#privacy())}
          ${this.#titled('notifications', 'settings.notifications', icons.bell, this.#notifications())}
          ${this.#titled('calls', 'settings.calls', icons.call, html`<calls-section @section-loaded=${() => this.#aim()}></calls-section>`)}
          ${this.#titled('backup', 'settings.backup', archiveIcon, html`<backup-section @section-loaded=${() => this.#aim()}></backup-section>`)}
          ${this.#titled('storage', 'settings.storage', moreIcons.disk, html`<storage-section @section-loaded=${() => this.#aim()}></storage-section>`)}
          ${this.#titled('appearance', 'settings.appearance', moreIcons.contrast, this.#appearance())}
          ${this.#titled('language', 'settings.language', moreIcons.globe, this.#language())}
          ${this.#titled('relay', 'settings.relay', moreIcons.relay, html`<relay-section @section-loaded=${() => this.#aim()}></relay-section>`)}
          ${this.#titled('about', 'settings.about', icons.info, this.#about())}
          <div class="end">
            <p class="hint">${t('settings.erase-lead')}</p>
            <button class="button danger-quiet" type="button" @click=${() => void this.#erase()}>
              ${t('settings.erase')}
            </button>
          </div>
        </div>
      </div>
    </main>`;
  }
}

customElements.define('settings-page', SettingsPage);

declare global {
  interface HTMLElementTagNameMap {
    'settings-page': SettingsPage;
  }
}
