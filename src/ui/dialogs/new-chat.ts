/**
 * The dialog `New chat`: the own invite link with its QR code, another one made with an end or for one person,
 * and a field for somebody else's link. The engine makes and reads links.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type InviteReading, type OwnInvite } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { fromState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatMoment, loadTexts, t, type TextKey } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { inviteCard, inviteCardStyles, leadsSomewhere } from '../parts/invite-card.ts';
import { openConversation } from '../routes.ts';
import { DialogBase } from './dialog-base.ts';
import '../parts/qr-code.ts';

const hour = 3_600_000;
const ends: readonly { readonly ms: number; readonly key: TextKey }[] = [
  { ms: 0, key: 'invite.never' },
  { ms: hour, key: 'invite.in-hour' },
  { ms: 24 * hour, key: 'invite.in-day' },
  { ms: 7 * 24 * hour, key: 'invite.in-week' },
];

export class NewChatDialog extends DialogBase {
  static override properties = {
    invite: { state: true },
    news: { state: true },
    copied: { state: true },
    pasted: { state: true },
    reading: { state: true },
    fault: { state: true },
    busy: { state: true },
  };

  static override styles = [
    DialogBase.styles,
    inviteCardStyles,
    css`
      .own {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 11rem;
        gap: var(--s4) var(--s5);
      }

      .own .field {
        align-content: start;
      }

      qr-code {
        align-self: start;
        inline-size: 11rem;
        min-block-size: 11rem;
        border-radius: var(--round-2);
        background: var(--panel);
      }

      .link {
        font-size: var(--text-2);
        text-overflow: ellipsis;
      }

      .theirs,
      .renew {
        display: grid;
        padding-block-start: var(--s5);
        border-block-start: 1px solid var(--line);
      }

      .renew {
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--s3);
      }

      .renew .hint {
        grid-column: 1 / -1;
      }

      .renew .field {
        gap: var(--s1);
      }

      .renew label {
        color: var(--soft);
        font-size: var(--text-1);
      }

      .renew .input {
        min-block-size: 2.5rem;
        font-size: var(--text-2);
      }

      .renew .button {
        grid-column: 1 / -1;
        justify-self: start;
      }

      .theirs {
        gap: var(--s4);
      }

      .theirs .button {
        justify-self: end;
        scroll-margin-block-end: var(--s5);
      }

      @media (max-width: 30rem) {
        .own {
          grid-template-columns: minmax(0, 1fr);
        }

        qr-code {
          justify-self: center;
        }

        .renew {
          grid-template-columns: minmax(0, 1fr);
        }

        .theirs .button {
          justify-self: stretch;
        }
      }
    `,
  ];

  declare private invite: OwnInvite | undefined;
  declare private news: TextKey | undefined;
  declare private copied: boolean;
  declare private pasted: string;
  declare private reading: InviteReading | undefined;
  declare private fault: FaultCode | undefined;
  declare private busy: boolean;
  #turn = 0;
  /** The link names the relay's key, which is known once the relay has heard of the account. */
  readonly #registered = fromState(
    this,
    ({ account }) => account.standing !== 'none' && account.registered,
  );
  #asked = false;

  constructor() {
    super();
    this.invite = undefined;
    this.news = undefined;
    this.copied = false;
    this.pasted = '';
    this.reading = undefined;
    this.fault = undefined;
    this.busy = false;
  }

  protected override heading(): string {
    return t('new-chat');
  }

  protected override willUpdate(): void {
    if (this.#asked && (!this.#registered.value || this.invite || this.fault !== 'offline')) return;
    this.#asked = true;
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.invite = await engine().call('ownInvite', null);
      if (this.fault === 'offline') this.fault = undefined;
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #copy(): Promise<void> {
    if (!this.invite) return;
    const box = this.renderRoot.querySelector<HTMLInputElement>('#own-link');
    try {
      await navigator.clipboard.writeText(this.invite.link);
    } catch {
      // Without the permission the text is at least selected, ready for Ctrl+C.
      box?.focus();
      box?.select();
      return;
    }
    this.copied = true;
    setTimeout(() => (this.copied = false), 2_000);
  }

  async #renew(): Promise<void> {
    const kind = this.renderRoot.querySelector<HTMLSelectElement>('#kind');
    const end = Number(this.renderRoot.querySelector<HTMLSelectElement>('#end')?.value ?? 0);
    try {
      this.invite = await engine().call('makeNewInvite', {
        oneTime: kind?.value === 'one-time',
        ...(end ? { expiresInMs: end } : {}),
      });
      this.copied = false;
      this.news = 'invite.renewed';
      this.renderRoot.querySelector('.own')?.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #read(text: string): Promise<void> {
    const turn = ++this.#turn;
    this.pasted = text;
    this.fault = undefined;
    if (!text.trim()) {
      this.reading = undefined;
      return;
    }
    try {
      const reading = await engine().call('readInvite', { text });
      if (turn !== this.#turn) return;
      this.reading = reading;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.reading = undefined;
      this.fault = faultCode(error);
    }
    // What the link says stands above this button, and both may be below the edge of a small window.
    await loadTexts('faults');
    await this.updateComplete;
    this.renderRoot.querySelector('.theirs .button')?.scrollIntoView({ block: 'nearest' });
  }

  async #start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy || !leadsSomewhere(this.reading)) return;
    this.busy = true;
    try {
      const conversation = await engine().call('startChat', { text: this.pasted });
      this.close();
      openConversation(conversation);
    } catch (error) {
      this.fault = faultCode(error);
      this.busy = false;
    }
  }

  #linkHint(): string {
    const { invite } = this;
    const hints = [t('invite.yours-hint')];
    if (invite?.oneTime) hints.push(t('invite.one-time-hint'));
    if (invite?.expires)
      hints.push(t('invite.expires-hint', { date: formatMoment(invite.expires) }));
    return hints.join(' ');
  }

  #own(): TemplateResult {
    return html`<div class="own">
      <div class="field">
        <label for="own-link">${t('invite.yours')}</label>
        <input
          id="own-link"
          class="input link"
          type="text"
          dir="ltr"
          readonly
          autocomplete="off"
          aria-describedby="own-hint"
          .value=${this.invite?.link ?? ''}
          @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
        />
        <button class="button primary" type="button" @click=${() => void this.#copy()}>
          ${this.copied ? moreIcons.check : moreIcons.copySmall}${t('invite.copy')}
        </button>
        <span id="own-hint" class="hint">${this.#linkHint()}</span>
        <span class="visually-hidden" role="status"
          >${this.copied ? t('copied') : this.news ? t(this.news) : ''}</span
        >
      </div>
      ${
        this.invite
          ? html`<qr-code .text=${this.invite.link} .label=${t('invite.qr')}></qr-code>`
          : nothing
      }
    </div>`;
  }

  #theirs(): TemplateResult {
    const ready = leadsSomewhere(this.reading);
    return html`<form class="theirs" @submit=${(event: SubmitEvent) => void this.#start(event)}>
      <div class="field">
        <label for="their-link">${t('invite.paste')}</label>
        <input
          id="their-link"
          class="input link"
          type="text"
          dir="ltr"
          autocomplete="off"
          spellcheck="false"
          placeholder="https://"
          aria-describedby="their-hint"
          aria-invalid=${this.fault === 'bad-invite' ? 'true' : nothing}
          @input=${(event: InputEvent) => void this.#read((event.target as HTMLInputElement).value)}
        />
        <span id="their-hint" class="hint">${t('invite.paste-hint')}</span>
      </div>
      ${this.reading ? inviteCard(this.reading) : nothing}
      ${
        this.fault
          ? html`<p class="fault" role="alert">
              ${icons.warning}<span>${faultText(this.fault)}</span>
            </p>`
          : nothing
      }
      <button
        class="button ${ready ? 'primary' : ''}"
        type="submit"
        ?disabled=${!ready || this.busy}
      >
        ${t('invite.start')}
      </button>
    </form>`;
  }

  /** Another link in place of this one: seldom wanted, so it stands last. */
  #renewal(): TemplateResult {
    return html`<div class="renew">
      <div class="field">
        <label for="kind">${t('invite.kind')}</label>
        <select id="kind" class="input">
          <option value="stable">${t('invite.kind-stable')}</option>
          <option value="one-time">${t('invite.kind-one-time')}</option>
        </select>
      </div>
      <div class="field">
        <label for="end">${t('invite.expiry')}</label>
        <select id="end" class="input">
          ${ends.map(({ ms, key }) => html`<option value=${ms}>${t(key)}</option>`)}
        </select>
      </div>
      <button class="button small" type="button" @click=${() => void this.#renew()}>
        ${t('invite.renew')}
      </button>
      <span class="hint">${t('invite.renew-text')}</span>
    </div>`;
  }

  protected override content(): TemplateResult {
    return html`${this.#own()}${this.#theirs()}${this.#renewal()}`;
  }
}

customElements.define('new-chat-dialog', NewChatDialog);
