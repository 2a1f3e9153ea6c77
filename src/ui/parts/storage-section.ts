/** <storage-section>: how much room Sotto takes in this browser, chat by chat, and whether it is safe there. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type MediaSort, type StorageUse } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatBytes, formatNumber, t } from '../i18n/index.ts';
import { showDialog } from '../dialogs/dialog-base.ts';
import { shared } from '../styles/shared.ts';
import { chatName } from './chat-name.ts';
import { icons } from './icons.ts';
import { moreIcons } from './more-icons.ts';
import { SottoElement } from './sotto-element.ts';
import './download-rules.ts';

/** From here on a person should do something about it. */
const WARN_SHARE = 0.8;
const sorts = ['messages', 'photos', 'voice', 'videos', 'files'] as const;

type Chat = StorageUse['chats'][number];

const mediaOf = ({ bytes, sorts: { messages } }: Chat): number => bytes - messages;

export class StorageSection extends SottoElement {
  static override properties = { use: { state: true }, fault: { state: true } };

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: var(--s4);
      }

      meter {
        inline-size: 100%;
        block-size: 0.5rem;
      }

      table {
        inline-size: 100%;
        border-collapse: collapse;
        font-size: var(--text-2);
      }

      caption {
        margin-block-end: var(--s2);
        text-align: start;
      }

      th,
      td {
        padding: var(--s2) 0;
        border-block-end: 1px solid var(--line);
        text-align: end;
        font-weight: var(--weight);
      }

      thead th {
        color: var(--soft);
        font-size: var(--text-1);
      }

      tr > :first-child {
        text-align: start;
        overflow-wrap: anywhere;
      }

      tr > .act {
        padding: 0;
        padding-inline-start: var(--s1);
        inline-size: 2.5rem;
      }

      .hint {
        display: block;
      }

      .button {
        justify-self: start;
      }

      td {
        padding-inline-start: var(--s4);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
    `,
  ];

  declare private use: StorageUse | undefined;
  declare private fault: FaultCode | undefined;

  constructor() {
    super();
    this.use = undefined;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.use = await engine().call('storageUse', null);
      await this.updateComplete;
      this.dispatchEvent(new CustomEvent('section-loaded'));
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  async #delete(chat?: Chat): Promise<void> {
    const { DeleteMediaDialog } = await import('../dialogs/delete-media.ts');
    const dialog = chat ? new DeleteMediaDialog(chat.id, chatName(chat)) : new DeleteMediaDialog();
    dialog.addEventListener('media-deleted', () => void this.#load());
    await showDialog(dialog);
  }

  #sorts(chats: readonly Chat[], kept: number): TemplateResult {
    const total = (sort: (typeof sorts)[number]): number =>
      chats.reduce((sum, chat) => sum + chat.sorts[sort], 0);
    return html`<table>
      <caption class="label">
        ${t('settings.storage-sorts')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('settings.storage-sort')}</th>
          <th scope="col">${t('settings.storage-size')}</th>
        </tr>
      </thead>
      <tbody>
        ${sorts.map(
          (sort) =>
            html`<tr>
              <th scope="row">${t(`settings.sort-${sort}`)}</th>
              <td>${formatBytes(total(sort))}</td>
            </tr>`,
        )}
        <tr>
          <th scope="row">${t('settings.sort-kept')}</th>
          <td>${formatBytes(kept)}</td>
        </tr>
      </tbody>
    </table>`;
  }

  #chat(chat: Chat): TemplateResult {
    const media = sorts.filter(
      (sort): sort is MediaSort => sort !== 'messages' && chat.sorts[sort] > 0,
    );
    const name = chatName(chat);
    return html`<tr>
      <th scope="row">
        <bdi>${name}</bdi>
        ${
          media.length > 0
            ? html`<span class="hint"
                >${media
                  .map((sort) => `${t(`settings.sort-${sort}`)} ${formatBytes(chat.sorts[sort])}`)
                  .join(' · ')}</span
              >`
            : nothing
        }
      </th>
      <td>${formatNumber(chat.messages)}</td>
      <td>${formatBytes(chat.bytes)}</td>
      <td class="act">
        ${
          media.length > 0
            ? html`<button
                class="icon-button"
                type="button"
                aria-label=${t('settings.media-open-of', { name })}
                @click=${() => void this.#delete(chat)}
              >
                ${moreIcons.trash}
              </button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  #space({ used, quota }: StorageUse): TemplateResult | typeof nothing {
    if (used === undefined) return nothing;
    if (!quota) return html`<p>${t('settings.storage-used-only', { used: formatBytes(used) })}</p>`;
    return html`<div>
        <p>${t('settings.storage-used', { used: formatBytes(used), quota: formatBytes(quota) })}</p>
        <meter
          aria-label=${t('settings.storage-meter')}
          min="0"
          max="1"
          high=${WARN_SHARE}
          .value=${used / quota}
        ></meter>
      </div>
      ${
        used / quota >= WARN_SHARE
          ? html`<p class="fault">${icons.warning}<span>${t('settings.storage-warning')}</span></p>`
          : nothing
      }`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { use } = this;
    if (this.fault)
      return html`<p class="fault" role="alert">
        ${icons.warning}<span>${faultText(this.fault)}</span>
      </p>`;
    if (!use) return nothing;
    const chats = [...use.chats].sort((a, b) => b.bytes - a.bytes);
    return html`${this.#space(use)}
      ${
        use.persisted === undefined
          ? nothing
          : html`<p class="hint">
              ${t(use.persisted ? 'settings.storage-kept' : 'settings.storage-not-kept')}
            </p>`
      }
      ${this.#sorts(chats, use.kept)}
      ${
        chats.some((chat) => mediaOf(chat) > 0)
          ? html`<button class="button" type="button" @click=${() => void this.#delete()}>
              ${moreIcons.trash}${t('settings.media-open')}
            </button>`
          : nothing
      }
      <table>
        <caption class="label">
          ${t('settings.storage-chats')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('settings.storage-chat')}</th>
            <th scope="col">${t('settings.storage-messages')}</th>
            <th scope="col">${t('settings.storage-size')}</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${chats.map((chat) => this.#chat(chat))}
        </tbody>
      </table>
      <download-rules></download-rules>`;
  }
}

customElements.define('storage-section', StorageSection);

declare global {
  interface HTMLElementTagNameMap {
    'storage-section': StorageSection;
  }
}
