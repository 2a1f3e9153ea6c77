/**
 * <call-bar>: the region `Call` above everything while somebody talks: with whom, how long, how well; the microphone
 * and where it sounds; the end. In a tab that does not carry the call it says so and can mute and hang up as well.
 */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { type CarriedCall } from '../../calls/call.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatPercent, t, tParts } from '../i18n/index.ts';
import { playTime } from '../parts/body-words.ts';
import { icon, icons } from '../parts/icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { openConversation } from '../routes.ts';
import { shared } from '../styles/shared.ts';
import {
  type CallAfterword,
  type CallSight,
  callSight,
  chooseDevice,
  dismiss,
  hangUp,
  onCallChange,
  otherName,
  placeCall,
  toggleMute,
} from './call-center.ts';
import '../parts/sotto-avatar.ts';

const microphoneIcon = icon(
  svg`<rect x="9" y="3.5" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5" />`,
);
const microphoneOffIcon = icon(
  svg`<rect x="9" y="3.5" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5M4 3l16 18" />`,
);
const hangupIcon = icon(
  svg`<path d="M3 13.5c5-5 13-5 18 0l-2.5 3-3.5-1.5v-2.5a9 9 0 0 0-6 0V15l-3.5 1.5z" />`,
);

/** Width of a level, in units of its drawing. */
const LEVEL = 40;

export class CallBar extends SottoElement {
  static override properties = {
    sight: { state: true },
    devices: { state: true },
    open: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        background: var(--panel);
        border-block-end: 1px solid var(--line);
      }

      section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--s2) var(--s4);
        padding: var(--s2) var(--s4);
      }

      sotto-avatar {
        --avatar-size: 2.25rem;
      }

      .who {
        display: flex;
        flex: 1 1 7rem;
        align-items: center;
        gap: var(--s3);
        min-inline-size: 0;
        padding: 0;
        border: 0;
        background: none;
        text-align: start;
        cursor: pointer;
      }

      .words {
        min-inline-size: 0;
      }

      .said {
        flex-basis: 10rem;
      }

      /* What went wrong takes a line or four, and what to do about it stands below where there is little room. */
      .long {
        flex-basis: 18rem;
        align-items: flex-start;
      }

      .name {
        font-weight: var(--weight-strong);
      }

      .state {
        font-size: var(--text-2);
      }

      .levels {
        display: grid;
        gap: 3px;
        inline-size: 3rem;
        color: var(--accent);
      }

      .levels svg {
        inline-size: 100%;
        block-size: 4px;
        border-radius: var(--round-full);
        background: var(--line);
      }

      .devices {
        display: flex;
        flex: 0 1 24rem;
        gap: var(--s2);
        min-inline-size: 0;
      }

      .devices label {
        flex: 1;
        min-inline-size: 0;
      }

      .devices .input {
        min-block-size: 2.25rem;
        padding-block: 0;
        font-size: var(--text-2);
        text-overflow: ellipsis;
      }

      .buttons {
        display: flex;
        align-items: center;
        gap: var(--s2);
        margin-inline-start: auto;
      }

      .mute[aria-pressed='true'] {
        background: var(--amber-tint);
        color: var(--amber);
      }

      .hangup {
        background: var(--danger);
        color: var(--on-danger);
      }

      .hangup:hover {
        background: color-mix(in oklab, var(--danger) 88%, black);
      }

      .more {
        order: 2;
        flex-basis: 100%;
        font-size: var(--text-2);
      }

      .note {
        color: var(--amber);
      }

      .bad {
        color: var(--danger);
      }

      @media (max-width: 60rem) {
        .devices {
          order: 1;
          flex: 1 1 100%;
        }
      }
    `,
  ];

  declare private sight: CallSight;
  declare private devices: readonly MediaDeviceInfo[];
  declare private open: boolean;
  declare private fault: ReturnType<typeof faultCode> | undefined;
  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #onDevices = (): void => void this.#listDevices();

  constructor() {
    super();
    this.sight = callSight();
    this.devices = [];
    this.open = false;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = onCallChange((sight) => {
      const began = sight.view?.phase === 'talking' && this.sight.view?.phase !== 'talking';
      this.sight = sight;
      this.requestUpdate();
      // Browsers name the devices once one may be used.
      if (began) void this.#listDevices();
    });
    this.#timer = setInterval(() => this.requestUpdate(), 1_000);
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDevices);
    void this.#listDevices();
  }

  override disconnectedCallback(): void {
    this.#stop?.();
    clearInterval(this.#timer);
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDevices);
    super.disconnectedCallback();
  }

  async #listDevices(): Promise<void> {
    this.devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  }

  #state(carried: CarriedCall | undefined): string {
    const { view } = this.sight;
    if (carried?.state.at === 'asking') return t('call.asking');
    if (carried?.state.at === 'talking' && carried.state.troubled) return t('call.reconnecting');
    switch (view?.phase) {
      case 'talking': {
        const time = playTime(Math.max(0, Date.now() - (view.since ?? Date.now())));
        return carried
          ? `${time} · ${t(`call.quality-${carried.quality}`)}`
          : `${time} · ${t('call.elsewhere')}`;
      }
      case 'connecting':
        return t('call.connecting');
      case 'ringing':
        return t('call.ringing');
      default:
        return t('call.calling');
    }
  }

  #level(level: number): TemplateResult {
    // Loudness as it is heard: speech of a tenth of the full swing fills more than half.
    const width = LEVEL * Math.min(1, Math.sqrt(level) * 1.4);
    return html`<svg viewBox="0 0 ${LEVEL} 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width=${width} height="4" fill="currentColor"></rect>
    </svg>`;
  }

  #choice(
    kind: 'microphone' | 'speaker',
    used: string | undefined,
  ): TemplateResult | typeof nothing {
    const sort = kind === 'microphone' ? 'audioinput' : 'audiooutput';
    const devices = this.devices.filter((device) => device.kind === sort && device.deviceId !== '');
    if (devices.length === 0) return nothing;
    const name = t(`call.${kind}`);
    return html`<label
      ><span class="visually-hidden">${name}</span
      ><select
        class="input"
        aria-label=${name}
        @change=${(event: Event) => void this.#choose(kind, event)}
      >
        ${devices.map(
          (device, index) =>
            html`<option value=${device.deviceId} ?selected=${device.deviceId === used}>
              ${device.label || `${name} ${index + 1}`}
            </option>`,
        )}
      </select></label
    >`;
  }

  /** Nothing, and no room for it, where the browser names no devices. */
  #choices({ microphone, speaker }: CarriedCall): TemplateResult | typeof nothing {
    const choices = [this.#choice('microphone', microphone), this.#choice('speaker', speaker)];
    if (choices.every((choice) => choice === nothing)) return nothing;
    return html`<div class="devices">${choices}</div>`;
  }

  async #choose(kind: 'microphone' | 'speaker', event: Event): Promise<void> {
    const { value } = event.target as HTMLSelectElement;
    try {
      this.fault = undefined;
      await chooseDevice(kind, value);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #notes(carried: CarriedCall): TemplateResult | typeof nothing {
    const fault = this.fault ?? carried.trouble;
    if (fault) return html`<p class="more bad" role="alert">${faultText(fault)}</p>`;
    if (carried.isSilent) return html`<p class="more note" role="alert">${t('call.silent')}</p>`;
    if (carried.isOtherMuted)
      return html`<p class="more soft" role="status">
        ${tParts('call.other-muted', { name: html`<bdi>${otherName()}</bdi>` })}
      </p>`;
    return nothing;
  }

  #details(carried: CarriedCall): TemplateResult | typeof nothing {
    if (!this.open) return nothing;
    const { loss, delay } = carried.figures;
    return html`<p class="more soft" id="figures">
      ${t('call.figures', { loss: formatPercent(loss), delay: String(Math.round(delay)) })}
      ${t(carried.isDirect ? 'call.is-direct' : 'call.is-relayed')}
    </p>`;
  }

  #after({ conversation, name, end, fault }: CallAfterword): TemplateResult {
    const words = fault
      ? faultText(fault)
      : end?.outcome === 'talked'
        ? t('call.over', { time: playTime(end.duration ?? 0) })
        : t(`call.end-${end?.outcome ?? 'failed'}`);
    return html`<section aria-label=${t('call.region')}>
      <div class="who ${fault ? 'long' : 'said'}">
        <sotto-avatar .address=${conversation}></sotto-avatar>
        <div class="words">
          <p class="name clip"><bdi>${name}</bdi></p>
          <p class="state ${fault ? 'bad' : 'soft'}" role=${fault ? 'alert' : 'status'}>${words}</p>
        </div>
      </div>
      <div class="buttons">
        ${
          this.sight.view
            ? nothing
            : html`<button
                class="button small"
                type="button"
                @click=${() => {
                  dismiss();
                  void placeCall(conversation);
                }}
              >
                ${t('call.again')}
              </button>`
        }
        <button class="icon-button" type="button" aria-label=${t('close')} @click=${dismiss}>
          ${icons.close}
        </button>
      </div>
    </section>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { view, carried, afterword } = this.sight;
    const isRinging = view?.phase === 'ringing' && !view.outgoing;
    if (!carried && (!view || isRinging)) return afterword ? this.#after(afterword) : nothing;
    const conversation = carried?.conversation ?? view?.conversation;
    if (!conversation) return nothing;
    const isUp = view?.phase === 'talking' || view?.phase === 'connecting';
    const muted = view?.muted ?? false;
    return html`<section aria-label=${t('call.region')}>
      <button class="who" type="button" @click=${() => openConversation(conversation)}>
        <sotto-avatar .address=${conversation}></sotto-avatar>
        <span class="words">
          <span class="name clip"><bdi>${otherName()}</bdi></span
          ><br />
          <span class="state soft digits">${this.#state(carried)}</span>
        </span>
      </button>
      ${
        carried && view?.phase === 'talking'
          ? html`<div class="levels">
                ${this.#level(carried.levels.own)}${this.#level(carried.levels.other)}
              </div>
              ${this.#choices(carried)}`
          : nothing
      }
      <div class="buttons">
        ${
          carried && view?.phase === 'talking'
            ? html`<button
                class="icon-button"
                type="button"
                aria-label=${t('call.quality')}
                aria-expanded=${this.open}
                @click=${() => (this.open = !this.open)}
              >
                ${icons.info}
              </button>`
            : nothing
        }
        ${
          isUp
            ? html`<button
                class="icon-button mute"
                type="button"
                aria-label=${t('call.mute')}
                aria-pressed=${muted}
                @click=${toggleMute}
              >
                ${muted ? microphoneOffIcon : microphoneIcon}
              </button>`
            : nothing
        }
        <button
          class="icon-button hangup"
          type="button"
          aria-label=${t('call.hang-up')}
          @click=${hangUp}
        >
          ${hangupIcon}
        </button>
      </div>
      ${carried ? html`${this.#notes(carried)}${this.#details(carried)}` : nothing}
    </section>`;
  }
}

customElements.define('call-bar', CallBar);

declare global {
  interface HTMLElementTagNameMap {
    'call-bar': CallBar;
  }
}
