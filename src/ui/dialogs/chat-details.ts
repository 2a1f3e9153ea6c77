/**
 * The dialog of a chat: who it is, muting, blocking, and deleting it after a second question in the same place.
 * Follows the chat while it is open. Says through `deleted` that the chat is gone.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type ChatDetails } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine, type EngineArgument, type EngineMethod } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { t, tParts } from '../i18n/index.ts';
import { chatName } from '../parts/chat-name.ts';
import { icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { stateLine } from '../parts/presence-words.ts';
import { fileIcon } from '../parts/file-icon.ts';
import { DialogBase, showDialog } from './dialog-base.ts';
import '../parts/sotto-avatar.ts';

export class ChatDetailsDialog extends DialogBase {
  static override properties = {
    chat: { state: true },
    asking: { state: true },
    fault: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    css`
      .who {
        display: grid;
        justify-items: center;
        gap: var(--s1);
        text-align: center;
      }

      sotto-avatar {
        --avatar-size: 5.5rem;
        margin-block-end: var(--s2);
      }

      .name {
        font-size: var(--text-4);
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
      }

      .address {
        max-inline-size: 22rem;
        color: var(--soft);
        font-family: var(--mono);
        font-size: var(--text-1);
        overflow-wrap: anywhere;
        user-select: all;
      }

      .choices {
        display: grid;
        border: 1px solid var(--line);
        border-radius: var(--round-3);
        overflow: hidden;
      }

      .choice {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 0 var(--s3);
        padding: var(--s3) var(--s4);
        border: 0;
        background: transparent;
        text-align: start;
        cursor: pointer;
      }

      .choice:hover {
        background: var(--hover);
      }

      .choice:focus-visible,
      .choice:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }

      .choice + .choice {
        border-block-start: 1px solid var(--line);
      }

      .choice .hint {
        grid-column: 2;
      }

      .choice.danger {
        color: var(--danger);
      }

      .choice input {
        grid-area: 1 / 3 / span 2;
      }

      .switch {
        appearance: none;
        position: relative;
        inline-size: 2.5rem;
        block-size: 1.5rem;
        margin: 0;
        border: 1px solid var(--edge);
        border-radius: var(--round-full);
        background: var(--field);
        cursor: pointer;
        transition: background-color var(--quick) var(--ease);
      }

      .switch:focus-visible {
        outline: none;
      }

      .switch::before {
        content: '';
        position: absolute;
        inset: 0.1875rem auto auto 0.1875rem;
        inline-size: 1rem;
        block-size: 1rem;
        border-radius: 50%;
        background: var(--edge);
        transition: translate var(--quick) var(--ease);
      }

      .switch:checked {
        border-color: transparent;
        background: var(--accent);
      }

      .switch:checked::before {
        background: var(--on-accent);
        translate: 1rem 0;
      }

      .switch:checked:dir(rtl)::before {
        translate: -1rem 0;
      }

      @media (forced-colors: active) {
        .switch {
          appearance: auto;
        }

        .switch::before {
          display: none;
        }
      }
    `,
  ];

  declare private chat: ChatDetails;
  declare private asking: boolean;
  declare private fault: FaultCode | undefined;
  /** True once the chat is gone. */
  deleted = false;
  #stop: (() => void) | undefined;

  constructor(chat: ChatDetails) {
    super();
    this.chat = chat;
    this.asking = false;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = engine().listen((event) => {
      if (event.type === 'chat' && event.chat.id === this.chat.id) this.chat = event.chat;
      else if (event.type === 'chats' && event.removed.includes(this.chat.id)) this.close();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override heading(): unknown {
    return this.asking
      ? tParts('details.delete-sure', { name: html`<bdi>${chatName(this.chat)}</bdi>` })
      : t('chat.details');
  }

  async #do<Name extends EngineMethod>(
    method: Name,
    argument: EngineArgument<Name>,
  ): Promise<boolean> {
    this.fault = undefined;
    try {
      await engine().call(method, argument);
      return true;
    } catch (error) {
      this.fault = faultCode(error);
      return false;
    }
  }

  /** Turns to the question whether the chat shall go, or back; what was pressed is gone then. */
  async #ask(asking: boolean): Promise<void> {
    this.asking = asking;
    this.fault = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('#heading')?.focus();
  }

  async #delete(): Promise<void> {
    const conversation = this.chat.id;
    if (!(await this.#do('deleteChat', { conversation }))) return;
    this.deleted = true;
    this.close();
  }

  async #showGallery(): Promise<void> {
    try {
      const { ChatGallery } = await import('../viewer/chat-gallery.ts');
      await showDialog(new ChatGallery(this.chat.id));
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #export(): Promise<void> {
    try {
      const { openArchive } = await import('../backup/archive-dialog.ts');
      await openArchive(this.chat.id);
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  #fault(): TemplateResult | typeof nothing {
    return this.fault
      ? html`<p class="fault" role="alert">
          ${icons.warning}<span>${faultText(this.fault)}</span>
        </p>`
      : nothing;
  }

  #question(): TemplateResult {
    const name = html`<bdi>${chatName(this.chat)}</bdi>`;
    return html`<p>
        ${
          this.chat.standing === 'notes'
            ? t('details.delete-hint')
            : tParts('details.delete-sure-text', { name })
        }
      </p>
      ${this.#fault()}
      <div class="actions">
        <button class="button" type="button" @click=${() => void this.#ask(false)}>
          ${t('cancel')}
        </button>
        <button class="button danger" type="button" @click=${() => void this.#delete()}>
          ${t('details.delete')}
        </button>
      </div>`;
  }

  #choices(): TemplateResult {
    const { chat } = this;
    const conversation = chat.id;
    const blocked = chat.standing === 'blocked';
    const name = html`<bdi>${chatName(chat)}</bdi>`;
    return html`<div class="choices">
      <button
        class="choice"
        type="button"
        aria-labelledby="gallery"
        aria-describedby="gallery-hint"
        @click=${() => void this.#showGallery()}
      >
        ${fileIcon}
        <span id="gallery">${t('media.gallery')}</span>
        <span class="hint" id="gallery-hint">${t('media.gallery-hint')}</span>
      </button>
      ${
        chat.standing === 'notes'
          ? nothing
          : html`<label class="choice">
                ${chat.muted ? icons.bellOff : icons.bell}
                <span id="mute">${t('details.mute')}</span>
                <span class="hint" id="mute-hint">${t('details.mute-hint')}</span>
                <input
                  class="switch"
                  type="checkbox"
                  role="switch"
                  aria-labelledby="mute"
                  aria-describedby="mute-hint"
                  aria-checked=${chat.muted ? 'true' : 'false'}
                  autocomplete="off"
                  .checked=${chat.muted}
                  @change=${(event: Event) =>
                    void this.#do('setMuted', {
                      conversation,
                      muted: (event.target as HTMLInputElement).checked,
                    })}
                />
              </label>
              <button
                class="choice ${blocked ? '' : 'danger'}"
                type="button"
                aria-labelledby="block"
                aria-describedby="block-hint"
                @click=${() => void this.#do(blocked ? 'unblock' : 'block', { conversation })}
              >
                ${moreIcons.block}
                <span id="block">${t(blocked ? 'blocked.unblock' : 'request.block')}</span>
                <span class="hint" id="block-hint"
                  >${tParts(blocked ? 'blocked.text' : 'details.block-hint', { name })}</span
                >
              </button>`
      }
      <button
        class="choice"
        type="button"
        aria-labelledby="export"
        aria-describedby="export-hint"
        @click=${() => void this.#export()}
      >
        ${icons.install}
        <span id="export">${t('details.export')}</span>
        <span class="hint" id="export-hint">${t('details.export-hint')}</span>
      </button>
      <button
        class="choice danger"
        type="button"
        aria-labelledby="delete"
        aria-describedby="delete-hint"
        @click=${() => void this.#ask(true)}
      >
        ${moreIcons.trash}
        <span id="delete">${t('details.delete')}</span>
        <span class="hint" id="delete-hint">${t('details.delete-hint')}</span>
      </button>
    </div>`;
  }

  protected override content(): TemplateResult {
    const { chat } = this;
    if (this.asking) return this.#question();
    const state = stateLine(chat, Date.now());
    // Too long for one line it breaks before the host.
    const [address, host] = chat.address.split(/(?=@)/);
    return html`<div class="who">
        <sotto-avatar .address=${chat.id}></sotto-avatar>
        <p class="name"><bdi>${chatName(chat)}</bdi></p>
        ${state ? html`<p class="hint">${state}</p>` : nothing}
        ${
          chat.standing === 'notes'
            ? nothing
            : html`<p class="address" dir="ltr" aria-label=${t('details.address')}>
                ${address}<wbr />${host}
              </p>`
        }
      </div>
      ${this.#fault()} ${this.#choices()}`;
  }
}

customElements.define('chat-details-dialog', ChatDetailsDialog);
