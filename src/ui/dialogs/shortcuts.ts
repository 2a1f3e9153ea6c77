/** The dialog behind `?`: every shortcut there is. */
import { css, html, type TemplateResult } from 'lit';
import { t, type TextKey } from '../i18n/index.ts';
import { DialogBase } from './dialog-base.ts';

type Keys = readonly (TextKey | { readonly letter: string })[];
interface Group {
  readonly title: TextKey;
  readonly rows: readonly { readonly keys: Keys; readonly text: TextKey }[];
}

const letter = (name: string): { letter: string } => ({ letter: name });

const groups: readonly Group[] = [
  {
    title: 'shortcuts.everywhere',
    rows: [
      { keys: ['key.ctrl', letter('K')], text: 'shortcuts.search' },
      { keys: ['key.alt', letter('↑')], text: 'shortcuts.previous' },
      { keys: ['key.alt', letter('↓')], text: 'shortcuts.next' },
      { keys: ['key.escape'], text: 'shortcuts.escape' },
      { keys: [letter('?')], text: 'shortcuts.list' },
    ],
  },
  {
    title: 'shortcuts.writing',
    rows: [
      { keys: ['key.enter'], text: 'shortcuts.send' },
      { keys: ['key.shift', 'key.enter'], text: 'shortcuts.break' },
    ],
  },
  {
    title: 'shortcuts.message',
    rows: [
      { keys: [letter('C')], text: 'shortcuts.copy' },
      { keys: [letter('I')], text: 'shortcuts.details' },
      { keys: ['key.delete'], text: 'shortcuts.delete' },
    ],
  },
];

export class ShortcutsDialog extends DialogBase {
  static override styles = [
    DialogBase.styles,
    css`
      .groups {
        display: grid;
        gap: var(--s5);
      }

      h3 {
        margin-block-end: var(--s2);
        color: var(--soft);
        font-size: var(--text-1);
        font-weight: var(--weight-strong);
        letter-spacing: 0.06em;
        text-transform: uppercase;
      }

      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--s2) var(--s4);
      }

      dd {
        display: flex;
        gap: var(--s1);
        align-items: center;
        justify-content: flex-end;
      }

      kbd {
        min-inline-size: 1.75rem;
        padding: 0.125rem var(--s2);
        border: 1px solid var(--line);
        border-block-end-width: 2px;
        border-radius: var(--round-1);
        background: var(--panel);
        font: var(--weight) var(--text-1) / 1.4 var(--font);
        text-align: center;
      }
    `,
  ];

  protected override heading(): string {
    return t('shortcuts.title');
  }

  protected override content(): TemplateResult {
    return html`<div class="groups">
      ${groups.map(
        ({ title, rows }) =>
          html`<section>
            <h3>${t(title)}</h3>
            <dl>
              ${rows.map(
                ({ keys, text }) =>
                  html`<dt>${t(text)}</dt>
                    <dd>
                      ${keys.map(
                        (key) => html`<kbd>${typeof key === 'string' ? t(key) : key.letter}</kbd>`,
                      )}
                    </dd>`,
              )}
            </dl>
          </section>`,
      )}
    </div>`;
  }
}

customElements.define('shortcuts-dialog', ShortcutsDialog);
