/* eslint-disable lit-a11y/role-has-required-aria-attrs -- a checkbox that is a switch says its state itself */
/**
 * <calls-section>: who may call, what calls send from this device and how they ring on it, and a test call. Each
 * change is kept at once and goes for the next call.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type TestCall } from '../../calls/test-call.ts';
import { type Settings } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { recall, remember } from '../contexts/preferences.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { loadTexts, t, type TextKey } from '../i18n/index.ts';
import { settingsStyles } from '../pages/settings-styles.ts';
import { icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { chosenSound, dataUses, hasRingTone, ringsOnThisDevice } from './call-preferences.ts';

const reaches: readonly Settings['calls'][] = ['relay', 'never'];
/** Width of the level, in units of its drawing. */
const LEVEL = 100;

export class CallsSection extends SottoElement {
  static override properties = {
    fault: { state: true },
    testFault: { state: true },
    test: { state: true },
  };

  static override styles = [
    shared,
    settingsStyles,
    css`
      :host {
        display: grid;
        gap: var(--s5);
      }

      .uses {
        display: grid;
        gap: var(--s3);
        margin-block-start: var(--s2);
      }

      .uses label {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        column-gap: var(--s3);
        cursor: pointer;
      }

      .uses input {
        inline-size: 1.125rem;
        block-size: 1.125rem;
        margin: 0.2em 0 0;
        accent-color: var(--accent);
      }

      .uses .hint {
        grid-column: 2;
      }

      fieldset > .hint {
        margin-block-start: var(--s2);
      }

      .switch input:disabled {
        opacity: 0.5;
        cursor: default;
      }

      .test {
        display: grid;
        gap: var(--s3);
        justify-items: start;
      }

      .level {
        inline-size: min(100%, 20rem);
        block-size: 6px;
        border-radius: var(--round-full);
        background: var(--line);
        color: var(--accent);
      }

      .silent {
        color: var(--amber);
      }
    `,
  ];

  declare private fault: FaultCode | undefined;
  /** Why the last test call ended. */
  declare private testFault: FaultCode | undefined;
  declare private test: TestCall | undefined;
  readonly #calls = fromState(this, (state) => state.settings.calls);
  #stopListening: () => void = () => undefined;

  constructor() {
    super();
    this.fault = undefined;
    this.testFault = undefined;
    this.test = undefined;
  }

  protected override firstUpdated(): void {
    void this.#tellGrown();
  }

  async #tellGrown(): Promise<void> {
    await loadTexts('calls');
    await this.updateComplete;
    this.dispatchEvent(new CustomEvent('section-loaded'));
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  async #reach(calls: Settings['calls']): Promise<void> {
    this.fault = undefined;
    try {
      await engine().call('changeSettings', { calls });
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #remember(...kept: Parameters<typeof remember>): void {
    remember(...kept);
    this.requestUpdate();
  }

  async #start(): Promise<void> {
    this.#stop();
    this.testFault = undefined;
    try {
      const [{ startTestCall }, { callSight }] = await Promise.all([
        import('../../calls/test-call.ts'),
        import('./call-center.ts'),
      ]);
      const { view, carried } = callSight();
      if (!this.isConnected || this.test) return;
      if (view ?? carried) return void (this.testFault = 'in-a-call');
      const test = startTestCall({
        turnServers: () => engine().call('turnServers', null),
        sound: chosenSound(),
        microphone: recall('call-microphone'),
        speaker: recall('call-speaker'),
      });
      this.test = test;
      this.#stopListening = test.listen(() => {
        this.testFault = test.fault;
        if (test.at === 'over') this.test = undefined;
        else this.requestUpdate();
      });
    } catch (error) {
      this.testFault = faultCode(error);
    }
  }

  #stop(): void {
    this.#stopListening();
    this.test?.stop();
    this.test = undefined;
  }

  #wrong(code: FaultCode | undefined): TemplateResult | typeof nothing {
    if (!code) return nothing;
    return html`<p class="fault" role="alert">${icons.warning}<span>${faultText(code)}</span></p>`;
  }

  #whoMay(): TemplateResult {
    const chosen = this.#calls.value;
    return html`<fieldset>
      <legend class="label">${t('call.who')}</legend>
      <div class="choices">
        ${reaches.map(
          (reach) =>
            html`<label
              ><input
                type="radio"
                name="who"
                value=${reach}
                aria-describedby="who-hint"
                .checked=${reach === chosen}
                @change=${() => void this.#reach(reach)}
              /><span>${t(`call.who-${reach}`)}</span></label
            >`,
        )}
      </div>
      <p class="hint" id="who-hint">${t(`call.who-${chosen}-hint`)}</p>
    </fieldset>`;
  }

  #dataUse(): TemplateResult {
    const chosen = chosenSound().dataUse;
    return html`<fieldset>
      <legend class="label">${t('call.data')}</legend>
      <div class="uses">
        ${dataUses.map(
          (use) =>
            html`<label
              ><input
                type="radio"
                name="data"
                value=${use}
                aria-labelledby="data-${use}"
                aria-describedby="data-${use}-hint"
                .checked=${use === chosen}
                @change=${() => this.#remember('call-data', use)}
              /><span id="data-${use}">${t(`call.data-${use}`)}</span
              ><span class="hint" id="data-${use}-hint">${t(`call.data-${use}-hint`)}</span></label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  #switch(
    id: 'constant' | 'ring' | 'tone',
    on: boolean,
    hint: TextKey,
    disabled = false,
  ): TemplateResult {
    return html`<div class="switch">
      <div>
        <label for=${id}>${t(`call.${id}`)}</label>
        <span class="hint" id="${id}-hint">${t(hint)}</span>
      </div>
      <input
        id=${id}
        type="checkbox"
        role="switch"
        aria-describedby="${id}-hint"
        ?disabled=${disabled}
        .checked=${on}
        @change=${(event: Event) =>
          this.#remember(`call-${id}`, (event.target as HTMLInputElement).checked ? 'on' : 'off')}
      />
    </div>`;
  }

  #testing(test: TestCall): TemplateResult {
    const width = LEVEL * Math.min(1, Math.sqrt(test.level) * 1.4);
    const isHearing = test.at === 'hearing';
    return html`<p role="status">
        ${t(`call.test-${test.at === 'over' ? 'connecting' : test.at}`)}
        ${isHearing && test.isHidden ? t('call.test-hidden') : nothing}
      </p>
      <svg class="level" viewBox="0 0 ${LEVEL} 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width=${width} height="6" fill="currentColor"></rect>
      </svg>
      ${test.isSilent ? html`<p class="silent" role="alert">${t('call.test-silent')}</p>` : nothing}`;
  }

  #testCall(): TemplateResult {
    const { test } = this;
    return html`<div class="test">
      ${this.#wrong(this.testFault)}
      ${test ? this.#testing(test) : html`<p class="hint" id="test-hint">${t('call.test-hint')}</p>`}
      <button
        class="button"
        type="button"
        aria-describedby=${test ? nothing : 'test-hint'}
        @click=${() => (test ? this.#stop() : void this.#start())}
      >
        ${t(test ? 'call.test-stop' : 'call.test')}
      </button>
    </div>`;
  }

  protected override render(): TemplateResult {
    const { dataUse, constantBitRate } = chosenSound();
    const isLow = dataUse === 'low';
    const rings = ringsOnThisDevice();
    return html`${this.#wrong(this.fault)} ${this.#whoMay()}
    ${
      this.#calls.value === 'never'
        ? nothing
        : html`${this.#dataUse()}
          ${this.#switch('constant', constantBitRate, isLow ? 'call.constant-low' : 'call.constant-hint', isLow)}
          ${this.#switch('ring', rings, 'call.ring-hint')}
          ${this.#switch('tone', rings && hasRingTone(), 'call.tone-hint', !rings)}
          ${this.#testCall()}`
    }`;
  }
}

customElements.define('calls-section', CallsSection);

declare global {
  interface HTMLElementTagNameMap {
    'calls-section': CallsSection;
  }
}
