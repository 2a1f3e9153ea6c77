/**
 * <voice-recorder>: stands in the composer's place from `Record voice note` until the note is sent or discarded. Shows
 * time and level, pauses, lets one listen before sending; Escape discards, and what was discarded can be had back for a
 * while. When its chat is left the recording ends and waits there. The microphone is capture/voice-note.ts's.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { recordVoiceNote, type VoiceNote, type VoiceRecording } from '../../capture/voice-note.ts';
import { systemClock } from '../../lib/clock.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { loadTexts, t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { playTime } from './body-words.ts';
import { icons } from './icons.ts';
import { moreIcons } from './more-icons.ts';
import { joinSounds } from './one-sound.ts';
import { SottoElement } from './sotto-element.ts';
import { barsStyles, pauseIcon, recordIcon, stopIcon, voiceBars } from './voice-drawings.ts';
import { voiceNotes } from './voice-notes.ts';
import {
  forgetRecording,
  isHeard,
  onPlaying,
  pausePlaying,
  playingOf,
  type Recording,
} from './voice-playback.ts';
import { VoicePlayer } from './voice-player.ts';
import { recorderStyles } from './voice-recorder-styles.ts';

/** Levels that are kept, 3 s of them: a microphone that gives nothing for so long is muted, for no room is that quiet. */
const LEVELS = 60;
/** Levels that are shown, the newest at the end. */
const SHOWN = 40;
/** What was discarded can be had back so long, ms. */
const UNDO_MS = 10_000;
/** Shorter ones are a slip of the finger: nothing of them is kept, ms. */
const SLIP_MS = 500;
const endings: Readonly<Record<string, string>> = {
  'audio/webm': 'webm',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
};

type Stage =
  /** The browser asks, or the microphone wakes up. */
  | 'asking'
  | 'recording'
  /** It can be listened to and sent. */
  | 'review'
  /** Gone, unless the person wants it back; the composer is back already. */
  | 'discarded'
  /** Nothing could be recorded; so is the composer. */
  | 'failed';

export class VoiceRecorder extends SottoElement {
  static override properties = {
    stage: { state: true },
    fault: { state: true },
    busy: { state: true },
  };

  static override styles = [shared, barsStyles, recorderStyles];

  declare private stage: Stage;
  /** Why nothing was recorded, or why it was not sent. */
  declare private fault: FaultCode | undefined;
  declare private busy: boolean;

  readonly #conversation: ConversationId;
  readonly #clock = systemClock(globalThis);
  #recording: VoiceRecording | undefined;
  #note: VoiceNote | undefined;
  #levels: readonly number[] = [];
  #forgets: () => void = () => undefined;
  #stopHearing: (() => void) | undefined;
  /** What gets the focus when it is there. */
  #aim: string | undefined;

  constructor(conversation: ConversationId) {
    super();
    this.#conversation = conversation;
    this.stage = 'asking';
    this.fault = undefined;
    this.busy = false;
    this.addEventListener('keydown', (event) => {
      // A key that is held down does one thing.
      if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault();
    });
  }

  /** True while there is something that would be lost with the page. */
  get holds(): boolean {
    return this.stage === 'recording' || this.stage === 'review';
  }

  protected override willUpdate(): void {
    // For the composer's style sheet.
    this.toggleAttribute('over', this.#covers);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#escaped);
    // What is played would be recorded along.
    const hush = (): void => this.#recording?.pause();
    const ends = [onPlaying(() => isHeard() && hush()), joinSounds(hush)];
    this.#stopHearing = () => ends.forEach((end) => end());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#escaped);
    this.#stopHearing?.();
    if (this.stage === 'recording') void this.#stop();
    else if (this.stage !== 'review') this.#close();
    if (playingOf(this.#key).state !== 'still') pausePlaying();
  }

  get #key(): string {
    return `draft ${this.#conversation}`;
  }

  /** Asks for the microphone and records. */
  async begin(): Promise<void> {
    this.stage = 'asking';
    this.fault = undefined;
    this.#aim = '.discard';
    pausePlaying();
    try {
      const [recording] = await Promise.all([recordVoiceNote(), loadTexts('media')]);
      this.#recording = recording;
      if (this.stage !== 'asking' || !this.isConnected) {
        // Cancelled, or the chat was left, while the browser asked.
        void recording.stop().catch(() => undefined);
        return;
      }
      this.#aim = '.stop';
      this.stage = 'recording';
      recording.listen(() => this.#heard(recording));
    } catch (error) {
      if (this.stage !== 'asking') return;
      this.fault = faultCode(error);
      this.#show('failed');
    }
  }

  #heard(recording: VoiceRecording): void {
    if (recording.state === 'recording')
      this.#levels = [...this.#levels, Math.sqrt(recording.level)].slice(-LEVELS);
    // It ended by itself: the microphone went away, or it may not be longer.
    if (recording.state === 'stopped' && this.stage === 'recording') void this.#stop();
    this.requestUpdate();
  }

  #resume(recording: VoiceRecording): void {
    pausePlaying();
    recording.resume();
  }

  async #stop(): Promise<void> {
    if (this.stage !== 'recording') return;
    try {
      this.#note = await this.#recording?.stop();
      if (this.stage !== 'recording') return;
      this.#aim = 'voice-player';
      this.stage = 'review';
    } catch (error) {
      // Discarded meanwhile: it is said if it is wanted back.
      if (this.stage !== 'recording') return;
      this.fault = faultCode(error);
      this.#show('failed');
    }
  }

  readonly #escaped = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || !this.#covers) return;
    // Elsewhere Escape means something else, a dialog's end for example.
    if (!event.composedPath().includes(this) && event.target !== document.body) return;
    event.preventDefault();
    void this.#discard();
  };

  /** True while it stands in the place of the text box. */
  get #covers(): boolean {
    return this.stage !== 'discarded' && this.stage !== 'failed';
  }

  async #discard(): Promise<void> {
    pausePlaying();
    if (this.stage === 'asking') return this.#close();
    const { stage } = this;
    const elapsed = this.#recording?.elapsed ?? 0;
    const kept = this.#recording?.stop();
    if (!kept || (stage === 'recording' && elapsed < SLIP_MS)) return this.#close();
    this.#show('discarded');
    this.#forgets = this.#clock.after(UNDO_MS, () => this.#close());
    if (stage === 'recording')
      try {
        this.#note = await kept;
      } catch (error) {
        this.fault = faultCode(error);
        // It was wanted back before it was known that there is nothing.
        if (this.#covers) this.#show('failed');
      }
    this.requestUpdate();
  }

  #undo(): void {
    this.#forgets();
    if (!this.#note && this.fault) return this.#show('failed');
    this.#aim = 'voice-player';
    this.stage = 'review';
  }

  async #send(): Promise<void> {
    if (this.busy || this.stage === 'asking') return;
    this.busy = true;
    this.fault = undefined;
    await this.#stop();
    const note = this.#note;
    try {
      if (!note || this.stage !== 'review') return;
      pausePlaying();
      const { source, type, duration, waveform } = note;
      const name = `voice.${endings[type] ?? 'webm'}`;
      this.dispatchEvent(new CustomEvent('message-sending', { bubbles: true, composed: true }));
      await engine().call('attach', {
        conversation: this.#conversation,
        source,
        hints: { form: 'voice', name, type, duration, waveform },
        caption: '',
      });
      this.#close();
    } catch (error) {
      this.fault = faultCode(error);
    } finally {
      this.busy = false;
    }
  }

  /** The composer is there again, and so is the keyboard. */
  #show(stage: 'discarded' | 'failed'): void {
    const had = this.matches(':focus-within');
    this.stage = stage;
    if (had) void this.updateComplete.then(() => this.#focusComposer());
  }

  #focusComposer(): void {
    const root = this.getRootNode();
    if (root instanceof ShadowRoot && root.host instanceof HTMLElement) root.host.focus();
  }

  #close(): void {
    this.#forgets();
    forgetRecording(this.#key);
    this.#note = undefined;
    if (voiceNotes.get(this.#conversation) === this) voiceNotes.delete(this.#conversation);
    const had = this.matches(':focus-within');
    // What stood behind it shows as soon as it is gone.
    const root = this.getRootNode();
    this.stage = 'discarded';
    this.remove();
    if (had && root instanceof ShadowRoot && root.host instanceof HTMLElement) root.host.focus();
  }

  protected override updated(): void {
    const target = this.#aim ? this.renderRoot.querySelector<HTMLElement>(this.#aim) : null;
    if (!target) return;
    this.#aim = undefined;
    if (target instanceof VoicePlayer) void target.updateComplete.then(() => target.focus());
    else target.focus();
  }

  #button(name: string, shape: unknown, act: () => void, part = ''): TemplateResult {
    return html`<button class="icon-button ${part}" type="button" aria-label=${name} @click=${act}>
      ${shape}
    </button>`;
  }

  #recordingBar(recording: VoiceRecording): TemplateResult {
    const paused = recording.state === 'paused';
    const levels = [...Array<number>(SHOWN).fill(0), ...this.#levels].slice(-SHOWN);
    return html`<div class="sound ${paused ? 'paused' : ''}">
        <span class="light" aria-hidden="true"></span>
        <span class="time" role="timer" aria-live="off">${playTime(recording.elapsed)}</span>
        <span
          class="level"
          role="meter"
          aria-label=${t('voice.level')}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${Math.round(100 * recording.level)}
          >${voiceBars(levels, 0)}</span
        >
      </div>
      ${
        paused
          ? this.#button(t('voice.resume'), recordIcon, () => this.#resume(recording), 'turn')
          : this.#button(t('voice.pause'), pauseIcon, () => recording.pause(), 'turn')
      }
      ${this.#button(t('voice.stop'), stopIcon, () => void this.#stop(), 'stop')}`;
  }

  #review(note: VoiceNote): TemplateResult {
    const recording: Recording = {
      key: this.#key,
      duration: note.duration,
      load: () => Promise.resolve(note.source),
    };
    return html`<div class="sound">
      <voice-player slim .recording=${recording} .waveform=${note.waveform}></voice-player>
    </div>`;
  }

  #middle(): TemplateResult {
    if (this.stage === 'recording' && this.#recording) return this.#recordingBar(this.#recording);
    if (this.stage === 'review' && this.#note) return this.#review(this.#note);
    return html`<p class="wait">${t('voice.asking')}</p>`;
  }

  /** What is said once, when it happens. */
  #said(): string {
    if (this.stage === 'asking') return t('voice.asking');
    if (this.stage === 'discarded') return t('voice.discarded');
    if (this.stage === 'recording')
      return this.#recording?.state === 'paused' ? t('voice.paused') : t('voice.recording');
    if (this.stage !== 'review' || !this.#note || this.#note.end !== 'asked') return '';
    return t('voice.stopped', { time: playTime(this.#note.duration) });
  }

  /** Something that went otherwise than wished. */
  #trouble(): string {
    if (this.fault)
      return this.stage === 'failed'
        ? faultText(this.fault)
        : t('voice.not-sent', { reason: faultText(this.fault) });
    if (this.stage === 'recording' && this.#levels.length === LEVELS)
      return this.#levels.every((level) => level === 0) ? t('voice.silent') : '';
    const end = this.stage === 'review' ? this.#note?.end : undefined;
    return end === 'lost' ? t('voice.lost') : end === 'longest' ? t('voice.longest') : '';
  }

  #aside(): TemplateResult {
    const failed = this.stage === 'failed';
    const act = failed ? () => void this.begin() : () => this.#undo();
    return html`<div class="notice ${failed ? 'bad' : ''}">
      <span class="words" role=${failed ? 'alert' : nothing}>
        ${failed ? this.#trouble() : t('voice.discarded')}
      </span>
      <button class="button quiet small" type="button" @click=${act}>
        ${failed ? t('try-again') : t('voice.undo')}
      </button>
      ${this.#button(t('dismiss'), icons.close, () => this.#close())}
    </div>`;
  }

  protected override render(): TemplateResult {
    const trouble = this.#trouble();
    return html`<p class="visually-hidden" role="status">${this.#said()}</p>
      ${
        this.#covers
          ? html`${trouble ? html`<p class="notice bad" role="alert">${trouble}</p>` : nothing}
              <div class="bar" role="group" aria-label=${t('voice.note')}>
                ${this.#button(t('voice.discard'), moreIcons.trash, () => void this.#discard(), 'discard')}
                ${this.#middle()}
                <button
                  class="icon-button primary"
                  type="button"
                  aria-label=${t('send')}
                  aria-disabled=${this.stage === 'asking' || this.busy}
                  @click=${() => void this.#send()}
                >
                  ${icons.send}
                </button>
              </div>`
          : this.#aside()
      }`;
  }
}

customElements.define('voice-recorder', VoiceRecorder);

declare global {
  interface HTMLElementTagNameMap {
    'voice-recorder': VoiceRecorder;
  }
}

addEventListener('beforeunload', (event) => {
  for (const note of voiceNotes.values())
    if (note instanceof VoiceRecorder && note.holds) event.preventDefault();
});

/** Begins a voice note in a chat, unless one is there. */
export function openRecorder(conversation: ConversationId): void {
  const before = voiceNotes.get(conversation);
  if (before instanceof VoiceRecorder && before.holds) return;
  const recorder = new VoiceRecorder(conversation);
  voiceNotes.set(conversation, recorder);
  void recorder.begin();
}
