/**
 * The dialog `Delete media`: the attachments that are here, largest first, to choose from; deletes their bytes one by
 * one and leaves the messages. Knows the places of all of them and asks for the details of those that it shows.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type MessageView, type StoredMedia } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, formatDate, t, tParts } from '../i18n/index.ts';
import { attachmentWords } from '../parts/body-words.ts';
import { chatName } from '../parts/chat-name.ts';
import { fileIcon } from '../parts/file-icon.ts';
import { icons } from '../parts/icons.ts';
import { DialogBase } from './dialog-base.ts';
import '../parts/blurred-picture.ts';

/** Shown at first, and more at each wish. */
const PAGE = 50;

const keyOf = ({ conversation, order }: StoredMedia): string => `${conversation}/${order}`;
const sizeOf = (some: readonly StoredMedia[]): string =>
  formatBytes(some.reduce((sum, { bytes }) => sum + bytes, 0));

export class DeleteMediaDialog extends DialogBase {
  static override properties = {
    all: { state: true },
    details: { state: true },
    chosen: { state: true },
    shown: { state: true },
    step: { state: true },
    deleted: { state: true },
    kept: { state: true },
    fault: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    css`
      .choice {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--s2) var(--s4);
      }

      label {
        display: flex;
        align-items: center;
        gap: var(--s3);
        cursor: pointer;
      }

      ul {
        max-block-size: 45vh;
        margin: 0;
        padding: 0;
        overflow: hidden auto;
        overscroll-behavior: contain;
        border-block: 1px solid var(--line);
        list-style: none;
      }

      li + li {
        border-block-start: 1px solid var(--line);
      }

      li label {
        padding-block: var(--s2);
      }

      input {
        flex: none;
        inline-size: 1.125rem;
        block-size: 1.125rem;
        margin-inline: 2px;
        accent-color: var(--accent);
      }

      .thumb {
        display: grid;
        place-items: center;
        flex: none;
        inline-size: 2.5rem;
        block-size: 2.5rem;
        overflow: hidden;
        border-radius: var(--round-2);
        background: var(--panel);
        color: var(--soft);
      }

      blurred-picture {
        inline-size: 100%;
        block-size: 100%;
      }

      .about {
        display: grid;
        min-inline-size: 0;
      }

      .about .soft {
        font-size: var(--text-1);
        overflow-wrap: anywhere;
      }

      .more {
        margin-block: var(--s3);
      }

      progress {
        inline-size: 100%;
        accent-color: var(--accent);
      }
    `,
  ];

  declare private all: readonly StoredMedia[] | undefined;
  declare private details: ReadonlyMap<string, MessageView>;
  declare private chosen: ReadonlySet<string>;
  declare private shown: number;
  declare private step: 'choose' | 'confirm' | 'delete';
  /** How many of those that were chosen are gone. */
  declare private deleted: number;
  /** How many could not be deleted, because they are still being sent. */
  declare private kept: number;
  declare private fault: FaultCode | undefined;
  readonly #conversation: ConversationId | undefined;
  readonly #name: string | undefined;
  #ends = false;

  /**
   * @param conversation undefined for all chats
   * @param name of that chat
   */
  constructor(conversation?: ConversationId, name?: string) {
    super();
    this.#conversation = conversation;
    this.#name = name;
    this.all = undefined;
    this.details = new Map();
    this.chosen = new Set();
    this.shown = PAGE;
    this.step = 'choose';
    this.deleted = 0;
    this.kept = 0;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    // What is closed goes on deleting nothing.
    this.#ends = true;
    super.disconnectedCallback();
  }

  protected override heading(): unknown {
    return this.#name === undefined
      ? t('settings.media-title')
      : tParts('settings.media-title-of', { name: html`<bdi>${this.#name}</bdi>` });
  }

  async #load(): Promise<void> {
    try {
      this.all = await engine().call(
        'storedMedia',
        this.#conversation === undefined ? {} : { conversation: this.#conversation },
      );
      await this.#describe();
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  /** Asks for what is shown and not known yet. */
  async #describe(): Promise<void> {
    const missing = (this.all ?? [])
      .slice(0, this.shown)
      .filter((one) => !this.details.has(keyOf(one)));
    const found = await Promise.allSettled(
      missing.map(({ conversation, order }) =>
        engine().call('messageDetails', { conversation, order }),
      ),
    );
    const details = new Map(this.details);
    for (const [index, result] of found.entries()) {
      const one = missing[index];
      if (one && result.status === 'fulfilled') details.set(keyOf(one), result.value.message);
    }
    this.details = details;
  }

  #choose(keys: readonly string[], isChosen: boolean): void {
    const chosen = new Set(this.chosen);
    for (const key of keys) {
      if (isChosen) chosen.add(key);
      else chosen.delete(key);
    }
    this.chosen = chosen;
  }

  get #wanted(): readonly StoredMedia[] {
    return (this.all ?? []).filter((one) => this.chosen.has(keyOf(one)));
  }

  async #delete(): Promise<void> {
    const wanted = this.#wanted;
    this.step = 'delete';
    this.deleted = 0;
    this.kept = 0;
    this.fault = undefined;
    this.#ends = false;
    try {
      for (const { conversation, order } of wanted) {
        if (this.#ends) break;
        await engine().call('removeAttachment', { conversation, order });
        this.deleted++;
      }
    } catch (error) {
      this.fault = faultCode(error);
    }
    const tried = new Set(wanted.slice(0, this.deleted).map(keyOf));
    await this.#load();
    this.kept = (this.all ?? []).filter((one) => tried.has(keyOf(one))).length;
    this.chosen = new Set();
    this.step = 'choose';
    this.dispatchEvent(new CustomEvent('media-deleted'));
    if (this.isConnected && !this.fault && !this.kept && !this.#ends) this.close();
  }

  #row(one: StoredMedia): TemplateResult {
    const key = keyOf(one);
    const message = this.details.get(key);
    const attachment = message?.body.kind === 'media' ? message.body.attachment : undefined;
    const chat = appState().chats.get(one.conversation);
    const words = [
      formatBytes(one.bytes),
      ...(chat && this.#conversation === undefined ? [chatName(chat)] : []),
      ...(message ? [formatDate(message.time)] : []),
    ].join(' · ');
    return html`<li>
      <label>
        <input
          type="checkbox"
          .checked=${this.chosen.has(key)}
          @change=${(event: Event) =>
            this.#choose([key], (event.target as HTMLInputElement).checked)}
        />
        <span class="thumb" aria-hidden="true"
          >${
            attachment?.thumbhash
              ? html`<blurred-picture .hash=${attachment.thumbhash}></blurred-picture>`
              : fileIcon
          }</span
        >
        <span class="about">
          <bdi class="clip"
            >${attachment ? attachment.name || attachmentWords(attachment) : '…'}</bdi
          >
          <span class="soft">${words}</span>
        </span>
      </label>
    </li>`;
  }

  #list(all: readonly StoredMedia[]): TemplateResult {
    const count = this.chosen.size;
    return html`<p class="hint">${t('settings.media-hint')}</p>
      <div class="choice">
        <label>
          <input
            type="checkbox"
            data-first
            .checked=${count === all.length}
            .indeterminate=${count > 0 && count < all.length}
            @change=${(event: Event) =>
              this.#choose(all.map(keyOf), (event.target as HTMLInputElement).checked)}
          />
          ${t('settings.media-all')}
        </label>
        <span role="status"
          >${t('settings.media-chosen', { count, size: sizeOf(this.#wanted) })}</span
        >
      </div>
      <ul tabindex="-1" aria-label=${t('settings.media-list')}>
        ${all.slice(0, this.shown).map((one) => this.#row(one))}
        ${
          all.length > this.shown
            ? html`<li>
                <button
                  class="button small more"
                  type="button"
                  @click=${() => {
                    this.shown += PAGE;
                    void this.#describe();
                  }}
                >
                  ${t('settings.media-more')}
                </button>
              </li>`
            : nothing
        }
      </ul>
      <div class="actions">
        <button class="button" type="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button
          class="button danger-quiet"
          type="button"
          ?disabled=${count === 0}
          @click=${() => (this.step = 'confirm')}
        >
          ${t('settings.media-delete')}
        </button>
      </div>`;
  }

  #confirm(): TemplateResult {
    const wanted = this.#wanted;
    return html`<p>${t('settings.media-sure', { count: wanted.length, size: sizeOf(wanted) })}</p>
      <div class="actions">
        <button class="button" type="button" @click=${() => (this.step = 'choose')}>
          ${t('back')}
        </button>
        <button class="button danger" type="button" @click=${() => void this.#delete()}>
          ${t('settings.media-delete-now')}
        </button>
      </div>`;
  }

  #progress(): TemplateResult {
    const count = this.chosen.size;
    return html`<progress
        aria-label=${t('settings.media-deleting')}
        max=${count}
        .value=${this.deleted}
      ></progress>
      <p role="status">${t('settings.media-progress', { done: this.deleted, count })}</p>
      <div class="actions">
        <button class="button" type="button" @click=${() => (this.#ends = true)}>
          ${t('cancel')}
        </button>
      </div>`;
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    // The button that was pressed is gone: the heading has the keyboard again.
    if (changed.has('step') && changed.get('step') !== undefined)
      this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  #step(all: readonly StoredMedia[]): TemplateResult {
    switch (this.step) {
      case 'choose':
        return all.length > 0
          ? this.#list(all)
          : html`<p>${t('settings.media-none')}</p>
              <div class="actions">
                <button class="button" type="button" @click=${() => this.close()}>
                  ${t('close')}
                </button>
              </div>`;
      case 'confirm':
        return this.#confirm();
      case 'delete':
        return this.#progress();
    }
  }

  protected override content(): TemplateResult {
    return html`${
      this.fault
        ? html`<p class="fault" role="alert">
            ${icons.warning}<span>${faultText(this.fault)}</span>
          </p>`
        : nothing
    }
    ${this.kept ? html`<p class="hint">${t('settings.media-kept', { count: this.kept })}</p>` : nothing}
    ${this.all ? this.#step(this.all) : nothing}`;
  }
}

customElements.define('delete-media-dialog', DeleteMediaDialog);

declare global {
  interface HTMLElementTagNameMap {
    'delete-media-dialog': DeleteMediaDialog;
  }
}
