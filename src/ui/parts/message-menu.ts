/**
 * The menu of one message: a popover in the top layer, moved by the arrow keys, closed by Escape, Tab or a click
 * elsewhere. Says what was chosen (`menu-choice`); does not know what becomes of it.
 */
import { css, html, type TemplateResult } from 'lit';
import { type MessageView } from '../../engine/api.ts';
import { loadTexts, t, type TextKey } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';
import { icons } from './icons.ts';
import { moreIcons } from './more-icons.ts';
import { copied, isSavedAsGif } from './media-actions.ts';
import { type MessageAction } from './message-row.ts';
import { SottoElement } from './sotto-element.ts';

interface Choice {
  readonly action: Exclude<MessageAction, 'menu' | 'resend'>;
  readonly text: TextKey;
  readonly icon: TemplateResult;
  readonly key?: string;
}

const retry: Choice = { action: 'retry', text: 'chat.retry', icon: icons.retry };
const copy: Choice = { action: 'copy', text: 'chat.copy', icon: moreIcons.copy, key: 'C' };
const saveGif: Choice = { action: 'save-gif', text: 'emoji.save-gif', icon: icons.plus };
const details: Choice = { action: 'details', text: 'chat.info', icon: icons.info, key: 'I' };
const remove: Choice = {
  action: 'delete',
  text: 'chat.delete',
  icon: moreIcons.trash,
  key: 'Delete',
};

/** What can be done with a message now. */
function choices(message: MessageView): readonly Choice[] {
  return [
    ...(message.state === 'failed' ? [retry] : []),
    ...(copied(message) ? [copy] : []),
    ...(isSavedAsGif(message) ? [saveGif] : []),
    details,
    remove,
  ];
}

/** Where the menu opens: a point of the window, or below something. */
export type MenuPlace = { readonly x: number; readonly y: number } | { readonly below: DOMRect };

export class MessageMenu extends SottoElement {
  static override properties = { message: { attribute: false } };

  static override styles = [
    shared,
    css`
      :host {
        position: absolute;
      }

      .menu {
        position: fixed;
        inset: auto;
        min-inline-size: 11rem;
        margin: 0;
        padding: var(--s1);
        border: 1px solid var(--line);
        border-radius: var(--round-3);
        background: var(--raised);
        color: var(--ink);
        box-shadow: var(--shadow);
        transform-origin: top;
      }

      .menu:popover-open {
        animation: appear var(--quick) var(--ease);
      }

      .menu-item {
        display: flex;
        align-items: center;
        gap: var(--s3);
        inline-size: 100%;
        min-block-size: 2.25rem;
        padding: var(--s1) var(--s3);
        border: 0;
        border-radius: var(--round-2);
        background: transparent;
        text-align: start;
        cursor: pointer;
      }

      .menu-item:hover,
      .menu-item:focus-visible {
        background: var(--hover);
      }

      .menu-item.danger {
        color: var(--danger);
      }

      .menu-item span {
        flex: 1;
      }

      .menu-item svg {
        inline-size: 1.125rem;
        block-size: 1.125rem;
        color: var(--soft);
      }

      .menu-item.danger svg {
        color: inherit;
      }

      kbd {
        color: var(--soft);
        font: inherit;
        font-size: var(--text-1);
      }

      @media (hover: none) {
        kbd {
          display: none;
        }
      }

      @media (forced-colors: active) {
        .menu,
        .menu-item {
          border: 1px solid ButtonBorder;
        }
      }
    `,
  ];

  declare message: MessageView | undefined;
  #done: (() => void) | undefined;

  /**
   * Opens at a place. `done` brings the focus back when the menu was closed from the keyboard or by a choice; after
   * a click elsewhere the focus is where that click put it.
   */
  async open(message: MessageView, where: MenuPlace, done: () => void): Promise<void> {
    // A menu that grows once its words are here would not stand where it was put.
    if (isSavedAsGif(message)) await loadTexts('emoji');
    this.message = message;
    this.#done = done;
    await this.updateComplete;
    const menu = this.#menu;
    if (!menu) return;
    menu.showPopover();
    const { offsetWidth, offsetHeight } = menu;
    const rtl = getComputedStyle(this).direction === 'rtl';
    const [x, y] =
      'below' in where
        ? [rtl ? where.below.left : where.below.right - offsetWidth, where.below.bottom + 4]
        : [rtl ? where.x - offsetWidth : where.x, where.y];
    const flipped = 'below' in where ? where.below.top - offsetHeight - 4 : where.y - offsetHeight;
    const top = y + offsetHeight > innerHeight - 8 && flipped >= 8 ? flipped : y;
    menu.style.left = `${Math.max(8, Math.min(x, innerWidth - offsetWidth - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(top, innerHeight - offsetHeight - 8))}px`;
    this.#items()[0]?.focus();
  }

  #close(): void {
    this.#menu?.hidePopover();
    this.#done?.();
    this.#done = undefined;
  }

  get #menu(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.menu');
  }

  #items(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.menu-item')];
  }

  #choose(action: Choice['action']): void {
    const { message } = this;
    this.#close();
    if (message)
      this.dispatchEvent(new CustomEvent('menu-choice', { detail: { action, message } }));
  }

  #pressed(event: KeyboardEvent): void {
    const items = this.#items();
    const now = items.findIndex((item) => item.matches(':focus'));
    const next: Readonly<Record<string, number>> = {
      ArrowDown: (now + 1) % items.length,
      ArrowUp: (now + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    if (event.key === 'Tab' || event.key === 'Escape') {
      event.preventDefault();
      this.#close();
      return;
    }
    let index = next[event.key];
    if (index === undefined && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const begins = (item: HTMLElement): boolean =>
        (item.querySelector('span')?.textContent ?? '')
          .toLocaleLowerCase()
          .startsWith(event.key.toLocaleLowerCase());
      const found = [...items.slice(now + 1), ...items.slice(0, now + 1)].find(begins);
      index = found ? items.indexOf(found) : undefined;
    }
    if (index === undefined) return;
    event.preventDefault();
    items[index]?.focus();
  }

  protected override render(): TemplateResult {
    return html`<div
      class="menu"
      popover="auto"
      role="menu"
      aria-label=${t('chat.menu')}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      ${
        this.message
          ? choices(this.message).map(
              ({ action, text, icon, key }) =>
                html`<button
                  class="menu-item ${action === 'delete' ? 'danger' : ''}"
                  type="button"
                  role="menuitem"
                  tabindex="-1"
                  aria-label=${t(text)}
                  @click=${() => this.#choose(action)}
                >
                  ${icon}<span>${t(text)}</span>
                  ${key ? html`<kbd aria-hidden="true">${key === 'Delete' ? t('key.delete') : key}</kbd>` : ''}
                </button>`,
            )
          : ''
      }
    </div>`;
  }

  constructor() {
    super();
    this.message = undefined;
  }
}

customElements.define('message-menu', MessageMenu);

declare global {
  interface HTMLElementTagNameMap {
    'message-menu': MessageMenu;
  }
}
