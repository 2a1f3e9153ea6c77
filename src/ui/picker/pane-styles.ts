/** What the panes of pictures (GIFs, stickers) look alike in: a grid of pictures to press, each with what removes it. */
import { css } from 'lit';

export const paneStyles = css`
  :host {
    min-block-size: 0;
    block-size: 100%;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  h2 {
    margin-block: var(--s3) var(--s2);
    color: var(--soft);
    font-size: var(--text-1);
    font-weight: var(--weight);
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--s2);
    margin-block-end: var(--s2);
  }

  .pictures {
    display: grid;
    grid-template-columns: repeat(var(--columns, 4), 1fr);
    gap: var(--s2);
  }

  .piece {
    position: relative;
    aspect-ratio: 1;
  }

  .send {
    inline-size: 100%;
    block-size: 100%;
    padding: var(--s1);
    border: 0;
    border-radius: var(--round-2);
    background: transparent;
    cursor: pointer;
    overflow: hidden;
  }

  .send:hover {
    background: var(--hover);
  }

  .send img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: contain;
  }

  .remove {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    background: color-mix(in oklab, var(--paper) 88%, transparent);
    opacity: 0;
  }

  .piece:hover .remove,
  .piece:focus-within .remove {
    opacity: 1;
  }

  @media (hover: none) {
    .remove {
      opacity: 1;
    }
  }

  .none {
    display: grid;
    gap: var(--s2);
    max-inline-size: 18rem;
    margin: var(--s6) auto;
    color: var(--soft);
    text-align: center;
    text-wrap: balance;
  }
`;
