/** How the left pane looks: its head, the search box, and the room for lines. */
import { css } from 'lit';

export const chatListStyles = css`
  :host {
    min-block-size: 0;
    background: var(--panel);
  }

  nav {
    display: flex;
    flex-direction: column;
    block-size: 100%;
  }

  .top {
    display: flex;
    align-items: center;
    gap: var(--s1);
    block-size: var(--bar);
    flex: none;
    padding-inline: var(--s4) var(--s2);
  }

  .brand {
    flex: 1;
    font-size: var(--text-4);
    font-weight: 700;
    letter-spacing: -0.01em;
  }

  .search {
    position: relative;
    flex: none;
    padding: 0 var(--s3) var(--s2);
    color: var(--soft);
  }

  .search > svg {
    position: absolute;
    inset-block-start: 0.6rem;
    inset-inline-start: 1.5rem;
    pointer-events: none;
  }

  .search .input {
    min-block-size: 2.25rem;
    padding-block: var(--s1);
    padding-inline: 2.375rem 4rem;
    font-size: var(--text-2);
  }

  .search input::-webkit-search-cancel-button {
    display: none;
  }

  .search kbd,
  .search button {
    position: absolute;
    inset-inline-end: 1.25rem;
  }

  .search kbd {
    inset-block-start: 0.5rem;
    padding: 0 var(--s1);
    border: 1px solid var(--line);
    border-radius: var(--round-1);
    font: var(--weight) var(--text-1) / 1.2rem var(--font);
    pointer-events: none;
  }

  .search:focus-within kbd {
    display: none;
  }

  .search button {
    inset-block-start: 0.125rem;
    inset-inline-end: 0.875rem;
    inline-size: 2rem;
    block-size: 2rem;
  }

  .search .input:not(:focus-visible) {
    border-color: var(--line);
  }

  @media (hover: none), (max-width: 47.5rem) {
    .search kbd {
      display: none;
    }
  }

  .scroll {
    position: relative;
    flex: 1;
    min-block-size: 0;
    padding: var(--s1) var(--s2) var(--s3);
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
  }

  .nobody {
    display: grid;
    gap: var(--s1);
    margin: var(--s4) var(--s2);
    color: var(--soft);
    font-size: var(--text-2);
  }

  .nobody .button {
    justify-self: start;
    margin-block-start: var(--s3);
  }

  .nobody strong {
    color: var(--ink);
  }
`;
