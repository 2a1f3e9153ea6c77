/**
 * Where one writes: a text box that grows and then scrolls, and Send. Enter sends and Shift+Enter breaks the
 * line, but a key that belongs to an input method never sends. Keeps the draft and the typing notice; hands the
 * text to the engine and gives it back when the engine refuses. One instance per chat.
 *
 * The box is never written to while a person types in it, so that undo, selection and composition stay theirs.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { systemClock } from '../../lib/clock.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState, fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { draftBox } from './draft-box.ts';
import { takeFiles } from './file-drop.ts';
import { icons } from './icons.ts';
import { SottoElement } from './sotto-element.ts';
import { typingSignal } from './typing-signal.ts';
import { voiceNotes } from './voice-notes.ts';

/** Longest text of one message, bytes of UTF-8. Source: protocol.md, content. */
const MOST_BYTES = 64 * 1024;
/** Of a longer text only this much decides how high the box is, UTF-16 units. */
const MEASURED = 4_000;
/** A key event that an input method is still working on says this (older WebKit says nothing else). */
const COMPOSING_KEY = 229;

const picker = () => import('../picker/picker.ts');

/** Bytes of a text in UTF-8, counted only where it can matter. */
function byteLength(text: string): number {
  return text.length * 3 <= MOST_BYTES ? 0 : new TextEncoder().encode(text).length;
}

export class MessageComposer extends SottoElement {
  static override properties = {
    conversation: { attribute: false },
    text: { state: true },
    fault: { state: true },
  };

  static override styles = [
    shared,
    css`
      :host {
        inline-size: 100%;
        max-inline-size: 52.5rem;
        margin-inline: auto;
        padding: var(--s2) var(--s3) max(var(--s3), env(safe-area-inset-bottom));
        container-type: inline-size;
      }

      form {
        display: flex;
        align-items: flex-end;
        gap: var(--s2);
      }

      .box {
        flex: 1;
        display: grid;
        grid-template-columns: 1fr auto auto;
        min-inline-size: 0;
        border: 1px solid var(--edge);
        border-radius: 1.375rem;
        background: var(--other);
      }

      .box:focus-within {
        border-color: var(--accent);
      }

      textarea,
      .replica {
        grid-area: 1 / 1;
        max-block-size: min(12.5rem, 40dvh);
        margin: 0;
        padding: 0.625rem var(--s4);
        border: 0;
        line-height: 1.4;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      textarea {
        min-block-size: 0;
        background: transparent;
        resize: none;
        overflow-y: auto;
        scrollbar-width: thin;
      }

      textarea:focus-visible {
        outline: none;
      }

      textarea::placeholder {
        color: var(--soft);
        opacity: 1;
      }

      .replica {
        overflow: hidden;
        visibility: hidden;
        pointer-events: none;
      }

      .box button {
        align-self: end;
      }

      .send {
        inline-size: 2.75rem;
        block-size: 2.75rem;
      }

      .send[aria-disabled='true'] {
        background: var(--line);
        color: var(--soft);
        cursor: default;
      }

      voice-recorder[over] + form {
        display: none;
      }

      /* A narrow screen with very large letters. */
      @container (max-width: 15rem) {
        form {
          flex-wrap: wrap;
          justify-content: space-between;
        }

        .box {
          flex: none;
          order: -1;
          inline-size: 100%;
        }

        textarea,
        .replica {
          grid-column: 1 / -1;
        }

        .box button {
          grid-row: 2;
        }
      }

      .notice {
        margin-block-end: var(--s2);
        font-size: var(--text-2);
        color: var(--danger);
      }
    `,
  ];

  declare conversation: ConversationId;
  declare text: string;
  /** What the engine said to the last message. */
  declare fault: FaultCode | undefined;

  readonly #clock = systemClock(globalThis);
  readonly #draft = draftBox(this.#clock, (text) =>
    engine().call('setDraft', { conversation: this.conversation, text }),
  );
  readonly #typing = typingSignal(this.#clock, (active) => {
    // A notice that does not go out is no one's loss.
    engine()
      .call('setTyping', { conversation: this.conversation, active })
      .catch(() => undefined);
  });
  readonly #files = fromState(this, ({ chats }) => chats.get(this.conversation)?.files);
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.text = '';
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = engine().listen((event) => {
      if (event.type === 'draft' && event.conversation === this.conversation) {
        if (this.#draft.heard(event.text)) this.#show(event.text);
      } else if (event.type === 'restarted') {
        // The new engine has what was stored; what is written here and was not goes there now.
        this.#draft.flush();
      }
    });
    addEventListener('pagehide', this.#flush);
    document.addEventListener('visibilitychange', this.#flush);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    removeEventListener('pagehide', this.#flush);
    document.removeEventListener('visibilitychange', this.#flush);
    this.#leave();
  }

  protected override firstUpdated(): void {
    const text = appState().drafts.get(this.conversation) ?? '';
    this.#draft.reset(text);
    this.#show(text);
  }

  override focus(options?: FocusOptions): void {
    this.#box?.focus(options);
  }

  get #box(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  readonly #flush = (): void => {
    if (document.visibilityState === 'hidden') this.#leave();
  };

  #leave(): void {
    this.#draft.flush();
    this.#typing.stop();
  }

  /** Writes into the box, from outside the keyboard. */
  #show(text: string): void {
    const box = this.#box;
    if (box && box.value !== text) box.value = text;
    this.text = text;
  }

  #typed(): void {
    const text = this.#box?.value ?? '';
    this.text = text;
    this.fault = undefined;
    this.#draft.typed(text);
    this.#typing.typed(text);
    // A file that does not come offers no names, and is no one's loss.
    if (text.includes(':')) void picker().then((part) => part.completeEmoji(this), Boolean);
  }

  #pick(event: Event): void {
    const { name } = event.currentTarget as HTMLButtonElement;
    picker()
      .then((part) => part.openPicker(this, name))
      .catch((error: unknown) => (this.fault = faultCode(error)));
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    if (event.isComposing || event.keyCode === COMPOSING_KEY) return;
    event.preventDefault();
    void this.#send();
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    takeFiles(event, input.files, this.conversation);
    // The same file may be chosen again.
    input.value = '';
  }

  #pasted(event: ClipboardEvent): void {
    const { clipboardData } = event;
    // Text that brings its picture along (from a word processor) is text.
    if (clipboardData?.types.includes('text/plain')) return;
    takeFiles(event, clipboardData?.files, this.conversation);
  }

  async #record({ detail }: MouseEvent): Promise<void> {
    // The second click of two on Send, which stood here, is no wish to be recorded.
    if (this.text || detail > 1) return;
    try {
      (await import('./voice.ts')).openRecorder(this.conversation);
      this.requestUpdate();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #submitted(event: SubmitEvent): void {
    event.preventDefault();
    this.focus();
    void this.#send();
  }

  get #tooLong(): number | undefined {
    const bytes = byteLength(this.text);
    return bytes > MOST_BYTES ? bytes : undefined;
  }

  async #send(): Promise<void> {
    // A trailing line break is how a sentence ends on a keyboard, not part of it.
    const text = this.text.trimEnd();
    if (!text.trim() || this.#tooLong) return;
    this.dispatchEvent(new CustomEvent('message-sending'));
    const sending = engine().call('send', { conversation: this.conversation, text });
    this.#typing.stop();
    this.#show('');
    this.#draft.typed('');
    this.#draft.flush();
    this.fault = undefined;
    try {
      await sending;
    } catch (error) {
      this.#takeBack(text);
      this.fault = faultCode(error);
    }
  }

  /** Puts a refused text back, before what was written since. */
  #takeBack(text: string): void {
    const whole = this.text ? `${text}\n${this.text}` : text;
    this.#show(whole);
    this.#draft.typed(whole);
    this.#draft.flush();
  }

  /** What waits in the draft besides the text; its part is loaded when there is any. */
  #waiting(count: number): TemplateResult {
    import('./draft-files.ts').catch(() => undefined);
    return html`<draft-files .conversation=${this.conversation} .count=${count}></draft-files>`;
  }

  protected override render(): TemplateResult {
    const long = this.#tooLong;
    const notice = long
      ? t('chat.too-long', { size: `${Math.ceil(long / 1024)} KiB` })
      : this.fault
        ? t('chat.draft-fault', { reason: faultText(this.fault) })
        : '';
    return html`<p id="notice" class=${notice ? 'notice' : ''} role="alert">${notice}</p>
      ${this.#files.value ? this.#waiting(this.#files.value) : nothing}
      ${voiceNotes.get(this.conversation)}
      <form @submit=${this.#submitted}>
        <button
          class="icon-button"
          type="button"
          aria-label=${t('chat.attach')}
          @click=${() => this.renderRoot.querySelector('input')?.click()}
        >
          ${icons.plus}
        </button>
        <input type="file" multiple hidden @change=${this.#chosen} />
        <div class="box">
          <div class="replica" aria-hidden="true">${this.text.slice(0, MEASURED)}&#8203;</div>
          <textarea
            rows="1"
            autocomplete="off"
            dir="auto"
            enterkeyhint="send"
            aria-label=${t('message')}
            aria-describedby=${notice ? 'notice' : nothing}
            aria-invalid=${long ? 'true' : nothing}
            placeholder=${t('message')}
            @input=${this.#typed}
            @keydown=${this.#pressed}
            @paste=${this.#pasted}
            @blur=${this.#leave}
          ></textarea>
          ${(['emoji', 'stickers'] as const).map(
            (name) =>
              html`<button
                class="icon-button"
                type="button"
                name=${name}
                aria-label=${t(`chat.${name}`)}
                @click=${this.#pick}
              >
                ${icons[name]}
              </button>`,
          )}
        </div>
        <button
          class="icon-button primary send"
          type=${this.text ? 'submit' : 'button'}
          aria-label=${t(this.text ? 'send' : 'chat.record')}
          aria-disabled=${this.text && (long || !this.text.trim()) ? 'true' : 'false'}
          @click=${this.#record}
        >
          ${this.text ? icons.send : icons.mic}
        </button>
      </form>`;
  }
}

customElements.define('message-composer', MessageComposer);

declare global {
  interface HTMLElementTagNameMap {
    'message-composer': MessageComposer;
  }
}
