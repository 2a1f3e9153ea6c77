/** <empty-page>: the right pane while no chat is chosen: what this is, and one thing to do next. */
import { css, html, type TemplateResult } from 'lit';
import { fromState } from '../contexts/app-state.ts';
import { t } from '../i18n/index.ts';
import { showNewChat } from '../parts/chat-list.ts';
import { moreIcons } from '../parts/more-icons.ts';
import { SottoElement } from '../parts/sotto-element.ts';
import { shared } from '../styles/shared.ts';

export class EmptyPage extends SottoElement {
  static override styles = [
    shared,
    css`
      main {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--s4);
        block-size: 100%;
        padding: var(--s8);
        text-align: center;
      }

      main > svg {
        color: var(--accent);
      }

      h1 {
        font-size: var(--text-4);
      }

      p {
        max-inline-size: 26rem;
        color: var(--soft);
        text-wrap: balance;
      }
    `,
  ];

  readonly #alone = fromState(this, (state) => state.chats.size <= 1);

  protected override render(): TemplateResult {
    const first = this.#alone.value;
    return html`<main>
      ${moreIcons.empty}
      <h1>${t(first ? 'empty.first-title' : 'empty.title')}</h1>
      <p>${t(first ? 'empty.first-text' : 'empty.text')}</p>
      <button class="button ${first ? 'primary' : ''}" type="button" @click=${showNewChat}>
        ${t(first ? 'empty.get-link' : 'empty.begin')}
      </button>
      <p class="small">${t(first ? 'empty.first-notes' : 'empty.shortcuts')}</p>
    </main>`;
  }
}

customElements.define('empty-page', EmptyPage);

declare global {
  interface HTMLElementTagNameMap {
    'empty-page': EmptyPage;
  }
}
