/** How a line of the chat list looks: two lines in 64 px, dense because it is scanned. */
import { css } from 'lit';

export const chatLineStyles = css`
  .line {
    display: grid;
    grid-template: 1.375rem 1.25rem / auto minmax(0, 1fr) auto;
    align-content: center;
    column-gap: var(--s3);
    row-gap: 1px;
    block-size: 4rem;
    padding-inline: var(--s2);
    border-radius: var(--round-3);
    color: var(--ink);
    text-decoration: none;
    cursor: pointer;
    content-visibility: auto;
    contain-intrinsic-block-size: 4rem;
  }

  .line:hover {
    background: var(--hover);
  }

  .line:focus-visible {
    outline-offset: -2px;
  }

  .line[aria-current='page'],
  .line[aria-selected='true'] {
    background: var(--selected);
  }

  .line > sotto-avatar {
    grid-area: 1 / 1 / span 2;
    align-self: center;
  }

  .name {
    grid-area: 1 / 2;
    font-weight: var(--weight-strong);
    line-height: 1.375rem;
  }

  .time {
    grid-area: 1 / 3;
    color: var(--soft);
    font-size: var(--text-1);
    line-height: 1.375rem;
    text-align: end;
  }

  .below {
    grid-area: 2 / 2 / auto / span 2;
    display: flex;
    align-items: center;
    gap: var(--s2);
    color: var(--soft);
  }

  .last {
    flex: 1;
    font-size: var(--text-2);
    line-height: 1.25rem;
  }

  .typing,
  .request {
    color: var(--accent);
  }

  .mark {
    color: var(--amber);
  }

  .ticks {
    display: inline-block;
    margin-inline-end: var(--s1);
    vertical-align: -0.1875rem;
  }

  .ticks.read {
    color: var(--accent);
  }

  .ticks.failed {
    color: var(--danger);
  }

  .count {
    min-inline-size: 1.25rem;
    padding-inline: 0.375rem;
    border-radius: var(--round-full);
    background: var(--accent);
    color: var(--on-accent);
    font-size: var(--text-1);
    font-weight: 700;
    line-height: 1.25rem;
    text-align: center;
  }

  .count.quiet {
    background: var(--soft);
    color: var(--panel);
  }

  @media (forced-colors: active) {
    .line[aria-current='page'],
    .line[aria-selected='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }

    .count {
      border: 1px solid;
    }
  }
`;
