/** How an attachment looks in its message: a picture or film fills its room, a file and a sound are lines. */
import { css } from 'lit';

export const attachmentStyles = css`
  :host {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    inline-size: 100%;
    /* Large letters and long words make a line higher than its place. */
    min-block-size: max(100%, 3.5rem);
    overflow: hidden;
    border-radius: var(--round-2);
  }

  canvas,
  img,
  .view {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }

  .view {
    display: grid;
    place-items: center;
    padding: 0;
    border: 0;
    background: none;
    color: var(--ink);
    cursor: pointer;
  }

  .view:focus-visible {
    outline-offset: -3px;
  }

  .view span {
    display: grid;
    place-items: center;
    inline-size: 3.5rem;
    block-size: 3.5rem;
    border-radius: var(--round-full);
    background: color-mix(in oklab, var(--paper) 88%, transparent);
  }

  .over {
    position: absolute;
    inset-block-end: var(--s2);
    inset-inline: var(--s2);
    display: flex;
    align-items: center;
    gap: var(--s2);
    flex-wrap: wrap;
    pointer-events: none;
  }

  .over > * {
    pointer-events: auto;
  }

  .file {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 var(--s3);
    align-items: center;
  }

  /* A voice note is small, and so is the room that its line has: it goes, or it does not. */
  voice-message progress ~ .state,
  voice-message progress ~ .transfer:not(:last-child) {
    display: none;
  }

  voice-message :is(.button.small, .icon-button.transfer) {
    min-block-size: 1.5rem;
    block-size: 1.5rem;
    padding-block: 0;
  }

  voice-message .state {
    padding: 0;
    background: none;
    color: inherit;
    line-height: 1.2;
  }

  .sound {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: center;
  }

  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .file .line {
    grid-column: 2;
    display: flex;
    align-items: center;
    gap: var(--s2);
    color: var(--soft);
    font-size: var(--text-1);
    font-variant-numeric: tabular-nums;
  }
`;
