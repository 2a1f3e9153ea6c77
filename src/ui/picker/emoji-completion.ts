/**
 * Emoji by name while one writes: after `:` and two letters a list stands above the box, moved by the arrow keys; Enter
 * or Tab takes one, Escape closes the list and leaves the text; `:name:` becomes its emoji by itself. Loaded with the
 * first colon. The focus stays in the box (aria-activedescendant), and an input method's keys are its own.
 */
import { css, html, nothing, render } from 'lit';
import { type ColonWord, colonWord } from './colon-word.ts';
import { type Catalog, type Emoji, inTone, loadCatalog } from './emoji-catalog.ts';
import { noteEmoji, readHabits } from './emoji-habits.ts';
import { emojiByCode, findEmoji } from './emoji-search.ts';
import { insertText } from './insert-text.ts';
import { type PickerHost } from './picker-host.ts';
import { loadTexts, t } from '../i18n/index.ts';

/** Lines of the list. */
const MOST = 8;
const COMPOSING_KEY = 229;

const styles = css`
  .emoji-names {
    position: fixed;
    inset: auto;
    min-inline-size: 14rem;
    max-inline-size: min(24rem, 100vw - 1rem);
    margin: 0;
    padding: var(--s1);
    border: 1px solid var(--line);
    border-radius: var(--round-3);
    background: var(--raised);
    color: var(--ink);
    box-shadow: var(--shadow);
  }

  .emoji-names [role='option'] {
    display: flex;
    align-items: center;
    gap: var(--s3);
    min-block-size: 2.25rem;
    padding: var(--s1) var(--s3);
    border-radius: var(--round-2);
    cursor: pointer;
  }

  .emoji-names [aria-selected='true'] {
    background: var(--selected);
  }

  .emoji-names .sign {
    min-inline-size: 1.75rem;
    font-size: 1.25rem;
    line-height: 1;
    text-align: center;
  }

  .emoji-names .code {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  @media (forced-colors: active) {
    .emoji-names [aria-selected='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;

class Completion {
  readonly #box: HTMLTextAreaElement;
  readonly #list = document.createElement('div');
  readonly #catalog: Catalog;
  readonly #tone: number;
  #word: ColonWord | undefined;
  #found: readonly Emoji[] = [];
  #active = 0;
  /** Where a list was closed with Escape: it stays closed while that word grows. */
  #dismissed = -1;

  constructor(box: HTMLTextAreaElement, catalog: Catalog, tone: number) {
    this.#box = box;
    this.#catalog = catalog;
    this.#tone = tone;
    const root = box.getRootNode() as ShadowRoot;
    if (styles.styleSheet)
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles.styleSheet];
    const list = this.#list;
    list.className = 'emoji-names';
    list.id = 'emoji-names';
    list.popover = 'manual';
    list.setAttribute('role', 'listbox');
    root.append(list);
    box.setAttribute('aria-autocomplete', 'list');
    box.addEventListener('input', (event) =>
      this.#look(event instanceof InputEvent && event.isComposing),
    );
    box.addEventListener('keydown', (event) => this.#pressed(event), { capture: true });
    box.addEventListener('compositionend', () => this.#look(false));
    box.addEventListener('blur', () => this.#close());
    box.addEventListener('selectionchange', () => this.#moved());
    // A press on the list would take the focus before its click.
    list.addEventListener('pointerdown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => {
      const option = (event.target as Element).closest('[role="option"]');
      const emoji = this.#found[Number(option?.id.slice('emoji-name-'.length))];
      if (emoji) this.#take(emoji);
    });
    this.#look(false);
  }

  get #before(): string | undefined {
    const { value, selectionStart, selectionEnd } = this.#box;
    return selectionStart === selectionEnd ? value.slice(0, selectionStart) : undefined;
  }

  #look(composing: boolean): void {
    const before = this.#before;
    const word = composing || before === undefined ? undefined : colonWord(before);
    if (!word) this.#dismissed = -1;
    if (word?.closed) {
      const exact = emojiByCode(this.#catalog, word.name);
      if (exact) this.#take(exact, word.from);
      else this.#close();
      return;
    }
    this.#found =
      word && word.from !== this.#dismissed ? findEmoji(this.#catalog, word.name, MOST) : [];
    this.#word = word;
    this.#active = 0;
    if (this.#found.length > 0) this.#show();
    else this.#close();
  }

  /** The caret went elsewhere. */
  #moved(): void {
    const before = this.#before;
    const word = before === undefined ? undefined : colonWord(before);
    if (this.#word && word?.from !== this.#word.from) this.#close();
  }

  #show(): void {
    const list = this.#list;
    list.setAttribute('aria-label', t('emoji.names'));
    render(
      this.#found.map(
        (emoji, index) =>
          html`<div
            id="emoji-name-${index}"
            role="option"
            aria-selected=${index === this.#active}
            aria-label=${emoji.name}
          >
            <span class="sign" aria-hidden="true">${inTone(emoji, this.#tone)}</span>
            <span class="code" aria-hidden="true"
              >${emoji.shortcodes[0] ? `:${emoji.shortcodes[0]}:` : nothing}</span
            >
          </div>`,
      ),
      list,
    );
    this.#box.setAttribute('aria-controls', list.id);
    this.#box.setAttribute('aria-activedescendant', `emoji-name-${this.#active}`);
    if (!list.matches(':popover-open')) list.showPopover();
    const { left, right, top } = this.#box.getBoundingClientRect();
    const rtl = getComputedStyle(this.#box).direction === 'rtl';
    const start = rtl ? right - list.offsetWidth : left;
    list.style.left = `${Math.max(8, Math.min(start, innerWidth - list.offsetWidth - 8))}px`;
    list.style.bottom = `${innerHeight - top + 8}px`;
  }

  #close(): void {
    this.#word = undefined;
    this.#found = [];
    this.#box.removeAttribute('aria-activedescendant');
    this.#box.removeAttribute('aria-controls');
    if (this.#list.matches(':popover-open')) this.#list.hidePopover();
  }

  #take(emoji: Emoji, from = this.#word?.from): void {
    this.#close();
    if (from === undefined) return;
    insertText(this.#box, inTone(emoji, this.#tone), from);
    noteEmoji(emoji.emoji);
  }

  #pressed(event: KeyboardEvent): void {
    const length = this.#found.length;
    if (length === 0 || event.isComposing || event.keyCode === COMPOSING_KEY) return;
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    switch (event.key) {
      case 'ArrowDown':
        this.#active = (this.#active + 1) % length;
        this.#show();
        break;
      case 'ArrowUp':
        this.#active = (this.#active + length - 1) % length;
        this.#show();
        break;
      case 'Enter':
      case 'Tab': {
        const emoji = this.#found[this.#active];
        if (emoji) this.#take(emoji);
        break;
      }
      case 'Escape':
        this.#dismissed = this.#word?.from ?? -1;
        this.#close();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

const completed = new WeakSet<HTMLTextAreaElement>();

/** Completes emoji names in a composer's box from now on; once for each box. */
export async function completeEmoji(host: PickerHost): Promise<void> {
  const box = host.renderRoot.querySelector('textarea');
  if (!box || completed.has(box)) return;
  completed.add(box);
  try {
    const [catalog, { tone }] = await Promise.all([
      loadCatalog(),
      readHabits(),
      loadTexts('emoji'),
    ]);
    if (box.isConnected) new Completion(box, catalog, tone);
  } catch {
    // Without the network and never loaded before: what is written stays as it is.
    completed.delete(box);
  }
}
