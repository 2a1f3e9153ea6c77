/** How the dialog `Send files` looks. */
import { css } from 'lit';

export const trayStyles = css`
  .preview {
    display: grid;
    place-items: center;
    block-size: min(30dvh, 18rem);
    border-radius: var(--round-3);
    background: var(--panel);
    overflow: hidden;
  }

  .preview moving-picture {
    object-fit: contain;
  }

  .preview img,
  .preview video {
    max-inline-size: 100%;
    max-block-size: 100%;
    object-fit: contain;
  }

  .name {
    display: grid;
    gap: var(--s1);
    justify-items: center;
    padding: var(--s4);
    text-align: center;
    overflow-wrap: anywhere;
  }

  .about {
    display: flex;
    flex-wrap: wrap;
    gap: var(--s2) var(--s4);
    align-items: center;
    justify-content: space-between;
    color: var(--soft);
    font-size: var(--text-1);
  }

  /* Always in reach, also where the rest must be scrolled. */
  .actions {
    position: sticky;
    inset-block-end: 0;
    align-items: center;
    margin: calc(var(--s3) * -1) calc(var(--s6) * -1) calc(var(--s6) * -1);
    padding: var(--s3) var(--s6) var(--s4);
    background: var(--paper);
  }

  .tools {
    display: flex;
    align-items: center;
    gap: var(--s1);
  }

  .strip {
    display: flex;
    gap: var(--s2);
    overflow-x: auto;
  }

  .strip button {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 3.5rem;
    block-size: 3.5rem;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: var(--round-2);
    overflow: hidden;
    background: var(--panel);
  }

  .strip button[aria-current='true'] {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }

  .strip img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
`;
