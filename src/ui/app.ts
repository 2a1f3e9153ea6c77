/**
 * <sotto-app>: the frame. Chooses between first run, a standstill (another tab, erased, failed) and the two panes;
 * loads what is not on the first screen when it is needed; owns the shortcuts that work everywhere. Does not know
 * what stands inside a pane.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { appState, fromState } from './contexts/app-state.ts';
import { hasOpenDialog, showDialog } from './dialogs/dialog-base.ts';
import { loadTexts } from './i18n/index.ts';
import { isWriting } from './parts/focus.ts';
import { SottoElement } from './parts/sotto-element.ts';
import {
  currentRoute,
  goToList,
  leaveForList,
  onRoute,
  openConversation,
  type Route,
} from './routes.ts';
import { shared } from './styles/shared.ts';
import './parts/chat-list.ts';
import './parts/status-strip.ts';

export class SottoApp extends SottoElement {
  static override properties = { route: { state: true }, narrow: { state: true } };

  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        block-size: 100dvh;
        overflow: clip;
      }

      .panes {
        display: grid;
        grid-row: 2;
        grid-template: minmax(0, 1fr) auto / 20.5rem minmax(0, 1fr);
        block-size: 100%;
      }

      chat-list {
        grid-area: 1 / 1;
        border-inline-end: 1px solid var(--line);
      }

      status-strip {
        grid-area: 2 / 1;
        border-inline-end: 1px solid var(--line);
      }

      .pane {
        grid-area: 1 / 2 / span 2;
        min-block-size: 0;
        block-size: 100%;
        overflow: hidden;
      }

      @media (max-width: 47.5rem) {
        .panes {
          grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        }

        status-strip {
          grid-area: 1 / 1;
          border: 0;
        }

        chat-list,
        .pane {
          grid-area: 2 / 1;
          border: 0;
        }

        .panes:not([data-page='list']) > chat-list {
          display: none;
        }

        /* Offers can wait; the room is for what one opened. */
        .panes:not([data-page='list']) > status-strip {
          --offer: none;
        }
      }
    `,
  ];

  /** Loads the newest version; set by `mountApp`. */
  reload: () => void = () => location.reload();

  declare private route: Route;
  /** One pane at a time. */
  declare private narrow: boolean;
  readonly #narrow = matchMedia('(max-width: 47.5rem)');
  readonly #loaded = fromState(this, (state) => state.loaded);
  readonly #account = fromState(this, (state) => state.account);
  readonly #stopped = fromState(this, (state) => state.stopped);
  readonly #invite = fromState(this, (state) => state.invite);
  /** The chat on screen was deleted, here or in another tab. */
  readonly #gone = fromState(
    this,
    ({ current, chats }) => current !== undefined && !chats.has(current),
  );
  #stopRoute: (() => void) | undefined;
  #askedInvite: string | undefined;
  #atFirstRun = false;
  readonly #onWidth = (): void => void (this.narrow = this.#narrow.matches);
  readonly #onKey = (event: KeyboardEvent): void => this.#shortcut(event);

  constructor() {
    super();
    this.route = currentRoute();
    this.narrow = this.#narrow.matches;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopRoute = onRoute((route) => {
      this.route = route;
    });
    document.addEventListener('keydown', this.#onKey);
    this.#narrow.addEventListener('change', this.#onWidth);
  }

  override disconnectedCallback(): void {
    this.#stopRoute?.();
    document.removeEventListener('keydown', this.#onKey);
    this.#narrow.removeEventListener('change', this.#onWidth);
    super.disconnectedCallback();
  }

  get #ready(): boolean {
    return this.#loaded.value && !this.#stopped.value && this.#account.value.standing !== 'none';
  }

  /** Parts that the first screen does not need. */
  #loadParts(): void {
    if (this.#stopped.value) void import('./pages/standstill-page.ts');
    else if (!this.#loaded.value) return;
    else if (this.#account.value.standing === 'none') {
      void loadTexts('start');
      void import('./pages/first-run-page.ts');
    } else if (this.route.page === 'chat') void import('./pages/chat-page.ts');
    else if (this.route.page === 'settings') {
      void loadTexts('settings');
      void import('./pages/settings-page.ts');
    } else if (!this.narrow) void import('./pages/empty-page.ts');
  }

  async #askAboutInvite(): Promise<void> {
    const { InviteDialog } = await import('./dialogs/invite.ts');
    await showDialog(new InviteDialog());
  }

  #shortcut(event: KeyboardEvent): void {
    if (!this.#ready || event.defaultPrevented || hasOpenDialog()) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      void this.#focusSearch();
    } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      this.#neighbour(event.key === 'ArrowUp' ? -1 : 1);
    } else if (event.key === '?' && !isWriting(event)) {
      event.preventDefault();
      void this.#showShortcuts();
    } else if (event.key === 'Escape' && this.route.page === 'settings') {
      goToList();
    }
  }

  async #focusSearch(): Promise<void> {
    const list = this.renderRoot.querySelector('chat-list');
    if (this.narrow && this.route.page !== 'list') {
      // Going back in the history is not done at once.
      const back = new Promise<void>((resolve) => {
        const stop = onRoute(() => {
          stop();
          resolve();
        });
      });
      goToList();
      await back;
    }
    await this.updateComplete;
    list?.focusSearch();
  }

  #neighbour(step: 1 | -1): void {
    const ids = [...appState().chats.keys()];
    if (ids.length === 0) return;
    const at = this.route.page === 'chat' ? ids.indexOf(this.route.conversation) : -1;
    const next = at < 0 ? (step > 0 ? 0 : ids.length - 1) : (at + step + ids.length) % ids.length;
    const id = ids[next];
    if (id) openConversation(id);
  }

  async #showShortcuts(): Promise<void> {
    const { ShortcutsDialog } = await import('./dialogs/shortcuts.ts');
    await showDialog(new ShortcutsDialog());
  }

  protected override willUpdate(): void {
    this.#loadParts();
    if (this.#ready && this.#gone.value) leaveForList();
    const invite = this.#invite.value;
    if (this.#ready && invite && invite.link !== this.#askedInvite) {
      this.#askedInvite = invite.link;
      void this.#askAboutInvite();
    }
    if (!invite) this.#askedInvite = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    const list = this.renderRoot.querySelector('chat-list');
    if (this.#atFirstRun && this.#ready) void list?.focusNewChat();
    this.#atFirstRun = this.#loaded.value && this.#account.value.standing === 'none';
    if (!changed.has('route')) return;
    const before = changed.get('route') as Route | undefined;
    // The keyboard comes back to where it left the list.
    if (before && before.page !== 'list' && this.route.page === 'list') {
      void list?.focusChat(before.page === 'chat' ? before.conversation : undefined);
    }
  }

  #pane(): TemplateResult | typeof nothing {
    switch (this.route.page) {
      case 'chat':
        return html`<chat-page class="pane" .conversation=${this.route.conversation}></chat-page>`;
      case 'settings':
        return html`<settings-page class="pane" .section=${this.route.section}></settings-page>`;
      case 'list':
        return this.narrow ? nothing : html`<empty-page class="pane"></empty-page>`;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#stopped.value) {
      return html`<standstill-page .reason=${this.#stopped.value}></standstill-page>`;
    }
    if (!this.#loaded.value) return nothing;
    if (this.#account.value.standing === 'none') return html`<first-run-page></first-run-page>`;
    const alone = this.narrow && this.route.page === 'list';
    // A call that is going on stands above everything.
    return html`<slot></slot>
      <div class="panes" data-page=${this.route.page}>
        <chat-list role=${alone ? 'main' : nothing} .alone=${alone}></chat-list>
        <status-strip .reload=${this.reload}></status-strip>
        ${this.#pane()}
      </div>`;
  }
}

customElements.define('sotto-app', SottoApp);

declare global {
  interface HTMLElementTagNameMap {
    'sotto-app': SottoApp;
  }
}
