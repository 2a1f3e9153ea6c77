/**
 * <draft-files>: says in the composer that files wait in the draft, and opens the tray with them. Loaded with the first
 * draft that has any.
 */
import { css, html, type TemplateResult } from 'lit';
import { type ConversationId } from '../../lib/ids.ts';
import { changeState } from '../contexts/app-state.ts';
import { faultCode } from '../i18n/faults.ts';
import { t } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { fileIcon } from './file-icon.ts';
import { SottoElement } from './sotto-element.ts';

export class DraftFiles extends SottoElement {
  static override properties = {
    conversation: { attribute: false },
    count: { type: Number },
  };

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        margin-block-end: var(--s2);
      }

      button {
        gap: var(--s2);
      }
    `,
  ];

  declare conversation: ConversationId;
  /** How many wait. */
  declare count: number;

  async #open(): Promise<void> {
    const root = this.getRootNode();
    try {
      const { openTray } = await import('../dialogs/attachment-tray.ts');
      await openTray(this.conversation, []);
      // All of it was sent or discarded, and this line goes: the keyboard goes where one writes on.
      if (root instanceof ShadowRoot) (root.host as HTMLElement).focus();
    } catch (error) {
      changeState({ trouble: faultCode(error) });
    }
  }

  protected override render(): TemplateResult {
    return html`<button class="button small" type="button" @click=${this.#open}>
      ${fileIcon}${t('media.draft-open', { count: this.count })}
    </button>`;
  }
}

customElements.define('draft-files', DraftFiles);

declare global {
  interface HTMLElementTagNameMap {
    'draft-files': DraftFiles;
  }
}
