/** How a section of Settings looks, shared by the page and its parts. */
import { css } from 'lit';

export const sectionStyles = css`
  section {
    display: grid;
    gap: var(--s4);
    padding-block: var(--s6);
    border-block-end: 1px solid var(--line);
    scroll-margin-block-start: var(--s2);
  }

  h2 {
    display: flex;
    align-items: center;
    gap: var(--s3);
    font-size: var(--text-3);
  }

  h2 > svg {
    color: var(--accent);
  }

  .inset {
    display: grid;
    gap: var(--s4);
    padding-inline-start: 2rem;
  }

  .inset > .button {
    justify-self: start;
  }

  @media (max-width: 30rem) {
    .inset {
      padding-inline-start: 0;
    }
  }
`;
