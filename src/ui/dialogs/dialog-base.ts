/**
 * The frame of every dialog: a modal <dialog> with a heading, a Close button, focus that goes in and comes back.
 * A dialog is a component of its own, made when it is opened and gone when it is closed: `await showDialog(new
 * NewChat())`. Knows nothing of what stands inside.
 */
import { css, html, type CSSResultGroup, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { focusedElement } from '../parts/focus.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { surface } from '../surface.ts';

export abstract class DialogBase extends SottoElement {
  static override styles: CSSResultGroup = [
    shared,
    css`
      .frame {
        display: grid;
        gap: var(--s5);
        padding: var(--s6);
      }

      .head {
        display: flex;
        align-items: flex-start;
        justify-content: space-between;
        gap: var(--s3);
        margin-block: calc(var(--s2) * -1);
        margin-inline-end: calc(var(--s2) * -1);
      }

      h2:focus {
        outline: none;
      }

      h2 {
        /* A first line level with the button beside it. */
        padding-block-start: 0.4375rem;
        font-size: var(--text-4);
        overflow-wrap: anywhere;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--s3);
      }

      @media (max-width: 30rem) {
        .frame {
          padding: var(--s5) var(--s4);
        }
      }
    `,
  ];

  #returnTo: HTMLElement | undefined;

  /** The heading, which is also the dialog's name. */
  protected abstract heading(): unknown;
  /** What stands under the heading. An element with `data-first` gets the keyboard, else the heading has it. */
  protected abstract content(): TemplateResult;

  get dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  /** Closes it; `dialog-closed` follows. */
  close(): void {
    this.dialog?.close();
  }

  override connectedCallback(): void {
    this.#returnTo ??= focusedElement();
    super.connectedCallback();
  }

  protected override firstUpdated(): void {
    this.dialog?.showModal();
    this.renderRoot.querySelector<HTMLElement>('[data-first]')?.focus();
  }

  #closed(): void {
    this.dispatchEvent(new CustomEvent('dialog-closed'));
    this.remove();
    // The browser puts it back itself, before this is told; whoever moved on since is not called back.
    if (document.activeElement === document.body) this.#returnTo?.focus();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="heading" closedby="any" @close=${() => this.#closed()}>
      <div class="frame">
        <div class="head">
          <h2 id="heading" tabindex="-1">${this.heading()}</h2>
          <button
            class="icon-button"
            type="button"
            aria-label=${t('close')}
            @click=${() => this.close()}
          >
            ${icons.close}
          </button>
        </div>
        ${this.content()}
      </div>
    </dialog>`;
  }
}

let open = 0;

/** Whether a dialog covers the page. */
export function hasOpenDialog(): boolean {
  return open > 0;
}

/** Opens a dialog over the page; resolves when it is closed. */
export function showDialog(dialog: DialogBase): Promise<void> {
  open++;
  return new Promise((resolve) => {
    dialog.addEventListener(
      'dialog-closed',
      () => {
        open--;
        resolve();
      },
      { once: true },
    );
    surface().append(dialog);
  });
}
