/**
 * <voice-player>: a recording that can be heard: Play and Pause, its shape with the place that is heard, which a click,
 * a drag or the arrow keys move, and the speed. What else is said of it stands in its slot, in the lower line. Shows
 * what voice-playback.ts tells; knows no message.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type Bytes } from '../../lib/bytes.ts';
import { describeFault } from '../i18n/faults.ts';
import { formatNumber, t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { playTime } from './body-words.ts';
import { SottoElement } from './sotto-element.ts';
import { barsStyles, pauseIcon, playIcon, voiceBars } from './voice-drawings.ts';
import {
  nextSpeed,
  onPlaying,
  pausePlaying,
  play,
  playingOf,
  type Recording,
  seekTo,
  speed,
} from './voice-playback.ts';

/** Bars of a recording whose sender told no shape. */
const PLAIN: readonly number[] = Array.from({ length: 64 }, () => 0.2);
/** How far an arrow key goes, ms. */
const STEP = 1_000;

export class VoicePlayer extends SottoElement {
  static override properties = {
    recording: { attribute: false },
    waveform: { attribute: false },
    fresh: { type: Boolean },
    closed: { type: Boolean },
  };

  static override styles = [
    shared,
    barsStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 var(--s2);
        align-items: center;
      }

      /* Where there is little height, all stands in one line. */
      :host([slim]) {
        grid-template-columns: auto minmax(0, 1fr) auto;
      }

      .icon-button {
        grid-row: 1 / span 2;
      }

      :host([slim]) .icon-button {
        grid-row: 1;
      }

      .track {
        position: relative;
        grid-column: 2;
        block-size: 2rem;
      }

      input {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        margin: 0;
        appearance: none;
        background: transparent;
        cursor: pointer;
        touch-action: pan-y;
      }

      input::-webkit-slider-thumb {
        appearance: none;
        inline-size: 0.75rem;
        block-size: 0.75rem;
        border: 0;
        border-radius: var(--round-full);
        background: var(--accent);
      }

      input::-moz-range-thumb {
        inline-size: 0.75rem;
        block-size: 0.75rem;
        border: 0;
        border-radius: var(--round-full);
        background: var(--accent);
      }

      input:focus-visible {
        border-radius: var(--round-2);
      }

      .line {
        grid-column: 2;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--s2);
        min-block-size: 1.5rem;
        color: var(--soft);
        font-size: var(--text-1);
        font-variant-numeric: tabular-nums;
      }

      :host([slim]) .line {
        grid-area: 1 / 3;
      }

      .fresh {
        inline-size: 0.5rem;
        block-size: 0.5rem;
        border-radius: var(--round-full);
        background: var(--accent);
      }

      .speed {
        min-inline-size: 2.5rem;
        margin-inline-start: auto;
        padding: 0 var(--s2);
        border: 1px solid color-mix(in oklab, currentcolor 35%, transparent);
        border-radius: var(--round-full);
        background: transparent;
        color: inherit;
        line-height: 1.375rem;
        cursor: pointer;
      }

      .speed:hover {
        border-color: var(--accent);
        color: var(--accent);
      }

      .fault {
        padding: 0;
        background: none;
        color: var(--danger);
        font-size: inherit;
        line-height: 1.2;
      }

      @media (max-width: 30rem) {
        :host([slim]) .bars {
          stroke-width: 1px;
        }
      }

      @media (forced-colors: active) {
        input::-webkit-slider-thumb {
          background: Highlight;
          forced-color-adjust: none;
        }

        input::-moz-range-thumb {
          background: Highlight;
          forced-color-adjust: none;
        }

        .fresh {
          background: Highlight;
          forced-color-adjust: none;
        }
      }
    `,
  ];

  declare recording: Recording;
  /** A byte for each bar. */
  declare waveform: Bytes | undefined;
  /** Nobody has heard it here yet. */
  declare fresh: boolean;
  /** Its bytes are not here. */
  declare closed: boolean;
  #stop: (() => void) | undefined;
  #frame = 0;

  constructor() {
    super();
    this.waveform = undefined;
    this.fresh = false;
    this.closed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = onPlaying(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    cancelAnimationFrame(this.#frame);
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector('button')?.focus(options);
  }

  protected override updated(): void {
    cancelAnimationFrame(this.#frame);
    if (this.isConnected && playingOf(this.recording.key).state === 'playing')
      this.#frame = requestAnimationFrame(() => this.requestUpdate());
  }

  #toggle(): void {
    if (playingOf(this.recording.key).state === 'still') void play(this.recording);
    else pausePlaying();
  }

  /** Steps that a listener wants; the browser's own would be a hundredth of a second. */
  #pressed(event: KeyboardEvent): void {
    const { position } = playingOf(this.recording.key);
    const length = this.#length;
    const places: Readonly<Record<string, number>> = {
      ArrowRight: position + STEP,
      ArrowUp: position + STEP,
      ArrowLeft: position - STEP,
      ArrowDown: position - STEP,
      PageUp: position + length / 10,
      PageDown: position - length / 10,
      Home: 0,
      End: length,
    };
    const place = places[event.key];
    if (place === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // Not the list's: there these keys go to another message.
    event.stopPropagation();
    seekTo(this.recording, place);
  }

  get #length(): number {
    return playingOf(this.recording.key).length ?? this.recording.duration;
  }

  protected override render(): TemplateResult {
    const { state, position, fault } = playingOf(this.recording.key);
    const known = this.#length;
    const length = Math.max(1, known);
    const levels = this.waveform?.length ? Array.from(this.waveform, (byte) => byte / 255) : PLAIN;
    const done = Math.round(Math.min(1, position / length) * levels.length);
    const begun = state !== 'still' || position > 0;
    return html`<button
        class="icon-button"
        type="button"
        aria-label=${state === 'still' ? t('voice.play') : t('voice.pause')}
        ?disabled=${this.closed}
        @click=${this.#toggle}
      >
        ${state === 'still' ? playIcon : pauseIcon}
      </button>
      <div class="track">
        ${voiceBars(levels, done)}
        ${
          known === 0
            ? nothing
            : html`<input
                type="range"
                min="0"
                max=${length}
                step="10"
                aria-label=${t('voice.position')}
                aria-valuetext=${t('voice.place', { time: playTime(position), length: playTime(length) })}
                ?disabled=${this.closed}
                .value=${String(position)}
                @input=${(event: Event) =>
                  seekTo(this.recording, Number((event.target as HTMLInputElement).value))}
                @keydown=${this.#pressed}
              />`
        }
      </div>
      <div class="line">
        ${
          fault
            ? html`<span class="fault" role="alert">${describeFault(fault).cause}</span>`
            : begun || known > 0
              ? html`<span>${playTime(begun ? position : length)}</span>`
              : nothing
        }
        ${
          this.fresh
            ? html`<span class="fresh" role="img" aria-label=${t('voice.fresh')}></span>`
            : nothing
        }
        <slot></slot>
        ${
          this.closed || this.recording.natural
            ? nothing
            : html`<button
                class="speed"
                type="button"
                aria-label=${t('voice.speed')}
                aria-describedby="speed"
                @click=${nextSpeed}
              >
                <span id="speed"
                  >${t('voice.times', { speed: formatNumber(Number(speed())) })}</span
                >
              </button>`
        }
      </div>`;
  }
}

customElements.define('voice-player', VoicePlayer);

declare global {
  interface HTMLElementTagNameMap {
    'voice-player': VoicePlayer;
  }
}
