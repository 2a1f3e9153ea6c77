/** How the emoji pane looks: search, groups, cells, tones. */
import { css } from 'lit';

export const emojiGridStyles = css`
  .input {
    min-block-size: 2.25rem;
    border-radius: var(--round-full);
  }

  .groups {
    display: flex;
    justify-content: space-between;
  }

  .groups button {
    flex: 1;
    min-inline-size: 0;
    block-size: 2rem;
    padding: 0;
    border: 0;
    border-radius: var(--round-2);
    background: transparent;
    font-size: 1.0625rem;
    line-height: 1;
    cursor: pointer;
    filter: grayscale(1);
  }

  .groups button:hover,
  .groups button:focus-visible {
    background: var(--hover);
    filter: none;
  }

  .grid,
  .nothing {
    min-block-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  .nothing {
    display: grid;
    place-content: center;
    padding: var(--s6);
    color: var(--soft);
    text-align: center;
  }

  [role='group'] {
    content-visibility: auto;
    contain-intrinsic-block-size: 20rem;
  }

  .title {
    block-size: 1.75rem;
    padding: var(--s2) var(--s1) 0;
    color: var(--soft);
    font-size: var(--text-1);
    line-height: 1.25rem;
  }

  .cells {
    display: grid;
    grid-template-columns: repeat(8, 1fr);
    grid-auto-rows: 2.5rem;
  }

  [role='option'] {
    display: grid;
    place-items: center;
    border-radius: var(--round-2);
    font-size: 1.5rem;
    line-height: 1;
    cursor: pointer;
    user-select: none;
  }

  [role='option']:hover {
    background: var(--hover);
  }

  [role='option']:focus-visible {
    outline-offset: -2px;
  }

  .foot {
    display: flex;
    align-items: center;
    gap: var(--s2);
    min-block-size: 2rem;
  }

  .named {
    flex: 1;
    min-inline-size: 0;
    color: var(--soft);
    font-size: var(--text-1);
  }

  .tones {
    display: flex;
    min-inline-size: 0;
  }

  .tones label {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: 1.75rem;
    block-size: 1.75rem;
    border-radius: var(--round-full);
    font-size: 1rem;
    line-height: 1;
    cursor: pointer;
  }

  .tones label:hover {
    background: var(--hover);
  }

  .tones label:has(:checked) {
    background: var(--selected);
    box-shadow: inset 0 0 0 1px var(--accent);
  }

  .tones label:has(:focus-visible) {
    outline: 2px solid var(--accent);
  }

  @media (forced-colors: active) {
    .tones label:has(:checked) {
      outline: 2px solid Highlight;
    }
  }
`;
