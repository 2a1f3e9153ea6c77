/** A single sheet in the middle of the page: first run, standstills, and what cannot run here. */
import { css } from 'lit';

export const pageStyles = css`
  :host {
    block-size: 100dvh;
    overflow: hidden auto;
  }

  main {
    display: grid;
    place-items: center;
    min-block-size: 100%;
    padding: var(--s8) var(--s5);
  }

  .sheet {
    display: grid;
    gap: var(--s5);
    inline-size: 100%;
    max-inline-size: 27.5rem;
  }

  h1 {
    font-size: var(--text-5);
    letter-spacing: -0.015em;
  }

  .lead {
    color: var(--soft);
    font-size: var(--text-body);
  }
`;
