/**
 * <emoji-pane>: all emoji in their groups, those used last before them, a search and the tone of hands. One listbox
 * with a roving focus; groups out of view are neither laid out nor painted. Says what was chosen (`emoji-chosen`, with
 * the emoji in its tone) and notes it; does not know where it goes.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { loadTexts, t, type TextKey } from '../i18n/index.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';
import { type Catalog, type Emoji, inTone, loadCatalog } from './emoji-catalog.ts';
import { emojiGridStyles } from './emoji-grid-styles.ts';
import { noteEmoji, noteTone, readHabits } from './emoji-habits.ts';
import { findEmoji } from './emoji-search.ts';
import { nextIndex } from './roving.ts';

/** In a line; also in emoji-grid-styles.ts. */
const COLUMNS = 8;
const TONES = [0, 1, 2, 3, 4, 5];
const HAND = '✋';
const HAND_LIGHT = '✋🏻';

interface Section {
  readonly key: string;
  readonly title: string;
  readonly emoji: readonly Emoji[];
}

export class EmojiPane extends SottoElement {
  static override properties = {
    catalog: { state: true },
    recent: { state: true },
    tone: { state: true },
    query: { state: true },
    active: { state: true },
    named: { state: true },
    failed: { state: true },
  };

  static override styles = [
    shared,
    emojiGridStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto auto 1fr auto;
        gap: var(--s2);
        min-block-size: 0;
        block-size: 100%;
      }
    `,
  ];

  declare private catalog: Catalog | undefined;
  declare private recent: readonly string[];
  declare private tone: number;
  declare private query: string;
  /** Which cell Tab reaches: its section and place. */
  declare private active: { readonly section: string; readonly index: number };
  /** The name under the pointer or the focus. */
  declare private named: string;
  declare private failed: boolean;

  constructor() {
    super();
    this.catalog = undefined;
    this.recent = [];
    this.tone = 0;
    this.query = '';
    this.active = { section: '', index: 0 };
    this.named = '';
    this.failed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    await loadTexts('emoji');
    try {
      const [catalog, habits] = await Promise.all([loadCatalog(), readHabits()]);
      this.recent = habits.emoji;
      this.tone = habits.tone;
      this.catalog = catalog;
    } catch {
      this.failed = true;
    }
  }

  /** Puts the keyboard into the search; on a touch screen that would bring up a keyboard over half of it. */
  override focus(): void {
    const first = matchMedia('(pointer: coarse)').matches ? '[role="toolbar"] button' : 'input';
    this.renderRoot.querySelector<HTMLElement>(first)?.focus();
  }

  #sections(): readonly Section[] {
    const { catalog = [], query } = this;
    if (query.trim())
      return [{ key: 'found', title: t('emoji.results'), emoji: findEmoji(catalog, query, 200) }];
    const all = new Map(catalog.flat().map((each) => [each.emoji, each]));
    const recent = this.recent.flatMap((emoji) => all.get(emoji) ?? []);
    const groups = catalog.map((emoji, index) => ({
      key: `group-${index}`,
      title: t(`emoji.group-${index}` as TextKey),
      emoji,
    }));
    return recent.length > 0
      ? [{ key: 'recent', title: t('emoji.recent'), emoji: recent }, ...groups]
      : groups;
  }

  #choose(emoji: Emoji): void {
    noteEmoji(emoji.emoji);
    this.dispatchEvent(new CustomEvent('emoji-chosen', { detail: inTone(emoji, this.tone) }));
  }

  /** The cell of an event, with its section. */
  #cellOf(event: Event): { section: Section; index: number; emoji: Emoji } | undefined {
    const cell = (event.target as Element).closest<HTMLElement>('[role="option"]');
    const section = this.#sections().find(({ key }) => key === cell?.dataset['section']);
    const index = Number(cell?.dataset['index']);
    const emoji = section?.emoji[index];
    return section && emoji ? { section, index, emoji } : undefined;
  }

  #focusCell(section: string, index: number): void {
    this.active = { section, index };
    const cell = this.renderRoot.querySelector<HTMLElement>(
      `[data-section="${section}"][data-index="${index}"]`,
    );
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest' });
  }

  #pressed(event: KeyboardEvent): void {
    const at = this.#cellOf(event);
    if (!at) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#choose(at.emoji);
      return;
    }
    const { section, index } = at;
    const next = nextIndex(event, index, section.emoji.length, COLUMNS);
    if (next === undefined) return;
    event.preventDefault();
    const sections = this.#sections();
    const place = sections.findIndex(({ key }) => key === section.key);
    const column = index % COLUMNS;
    const lastLine = Math.floor((section.emoji.length - 1) / COLUMNS);
    const down = event.key === 'ArrowDown' && Math.floor(index / COLUMNS) === lastLine;
    const up = event.key === 'ArrowUp' && index < COLUMNS;
    const other = down ? sections[place + 1] : up ? sections[place - 1] : undefined;
    if (other) {
      const last = other.emoji.length - 1;
      const line = down ? 0 : Math.floor(last / COLUMNS) * COLUMNS;
      this.#focusCell(other.key, Math.min(last, line + column));
    } else if (up) this.focus();
    else if (!down) this.#focusCell(section.key, next);
  }

  #searchPressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const [first] = this.#sections();
    const emoji = first?.emoji[0];
    if (!first || !emoji) return;
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.#focusCell(first.key, 0);
    } else if (event.key === 'Enter' && this.query.trim()) {
      event.preventDefault();
      this.#choose(emoji);
    }
  }

  #groupPressed(event: KeyboardEvent): void {
    const buttons = [...(event.currentTarget as Element).querySelectorAll('button')];
    const now = buttons.indexOf(event.target as HTMLButtonElement);
    const next = nextIndex(event, now, buttons.length);
    if (next === undefined) return;
    event.preventDefault();
    for (const [index, button] of buttons.entries()) button.tabIndex = index === next ? 0 : -1;
    buttons[next]?.focus();
  }

  #toGroup(key: string): void {
    this.renderRoot.querySelector(`#${key}`)?.scrollIntoView({ block: 'start' });
    this.active = { section: key, index: 0 };
  }

  protected override updated(): void {
    // How high each group will be is known before it is drawn, so that the scroll bar is true.
    for (const group of this.renderRoot.querySelectorAll<HTMLElement>('[role="group"]')) {
      const lines = Math.ceil(Number(group.dataset['count']) / COLUMNS);
      group.style.containIntrinsicBlockSize = `${lines * 2.5 + 1.75}rem`;
    }
  }

  #section({ key, title, emoji }: Section, first: boolean): TemplateResult {
    const { active, tone } = this;
    const isActive = active.section === key || (first && active.section === '');
    return html`<div role="group" id=${key} aria-label=${title} data-count=${emoji.length}>
      <div class="title" aria-hidden="true">${title}</div>
      <div class="cells" role="presentation">
        ${emoji.map(
          (each, index) =>
            html`<span
              role="option"
              aria-selected="false"
              tabindex=${isActive && index === active.index ? 0 : -1}
              aria-label=${each.name}
              data-section=${key}
              data-index=${index}
              >${inTone(each, tone)}</span
            >`,
        )}
      </div>
    </div>`;
  }

  #grid(sections: readonly Section[]): TemplateResult {
    // Where the focused cell is no more, Tab reaches the first one.
    const known = sections.some(({ key }) => key === this.active.section);
    return html`<div
      class="grid"
      role="listbox"
      aria-label=${t('emoji.emoji')}
      @click=${(event: Event) => {
        const at = this.#cellOf(event);
        if (at) this.#choose(at.emoji);
      }}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
      @pointerover=${(event: Event) => (this.named = this.#cellOf(event)?.emoji.name ?? '')}
      @focusin=${(event: Event) => (this.named = this.#cellOf(event)?.emoji.name ?? '')}
    >
      ${sections.map((section, index) => this.#section(section, index === 0 && !known))}
    </div>`;
  }

  #tones(): TemplateResult {
    return html`<fieldset class="tones">
      <legend class="visually-hidden">${t('emoji.tone')}</legend>
      ${TONES.map(
        (tone) =>
          html`<label title=${t(`emoji.tone-${tone}` as TextKey)}
            ><input
              class="visually-hidden"
              type="radio"
              name="tone"
              aria-label=${t(`emoji.tone-${tone}` as TextKey)}
              .checked=${tone === this.tone}
              @change=${() => {
                this.tone = tone;
                noteTone(tone);
              }}
            /><span aria-hidden="true"
              >${inTone({ emoji: HAND, light: HAND_LIGHT } as Emoji, tone)}</span
            ></label
          >`,
      )}
    </fieldset>`;
  }

  protected override render(): TemplateResult {
    const sections = this.#sections();
    const isEmpty = sections.every(({ emoji }) => emoji.length === 0);
    return html`<input
        class="input"
        type="search"
        autocomplete="off"
        aria-label=${t('emoji.search')}
        placeholder=${t('emoji.search')}
        .value=${this.query}
        @input=${(event: Event) => {
          this.query = (event.target as HTMLInputElement).value;
          this.active = { section: '', index: 0 };
        }}
        @keydown=${(event: KeyboardEvent) => this.#searchPressed(event)}
      />
      <div
        class="groups"
        role="toolbar"
        aria-label=${t('emoji.groups')}
        ?hidden=${this.query.trim() !== ''}
        @keydown=${(event: KeyboardEvent) => this.#groupPressed(event)}
      >
        ${sections.map(
          ({ key, title, emoji }, index) =>
            html`<button
              type="button"
              tabindex=${index === 0 ? 0 : -1}
              aria-label=${title}
              title=${title}
              @click=${() => this.#toGroup(key)}
            >
              ${key === 'recent' ? '🕘' : emoji[0]?.emoji}
            </button>`,
        )}
      </div>
      ${
        this.catalog && !isEmpty
          ? this.#grid(sections)
          : html`<p class="nothing" role="status">
              ${this.failed ? t('emoji.failed') : this.catalog ? t('emoji.nothing') : nothing}
            </p>`
      }
      <div class="foot">
        <span class="named clip" aria-hidden="true">${this.named}</span>${this.#tones()}
      </div>`;
  }
}

customElements.define('emoji-pane', EmojiPane);

declare global {
  interface HTMLElementTagNameMap {
    'emoji-pane': EmojiPane;
  }
}
