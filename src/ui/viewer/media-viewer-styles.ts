/** How the viewer looks: one picture over the whole window, what can be done with it above, its caption below. */
import { css } from 'lit';

export const viewerStyles = css`
  dialog {
    inline-size: 100vw;
    block-size: 100dvh;
    max-inline-size: none;
    max-block-size: none;
    border: 0;
    border-radius: 0;
    overflow: hidden;
  }

  .frame {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    block-size: 100%;
  }

  .bar {
    display: flex;
    align-items: center;
    gap: var(--s2);
    padding: var(--s2) var(--s3);
  }

  h2 {
    flex: 1;
    min-inline-size: 0;
    font-size: var(--text-2);
    font-weight: var(--weight);
  }

  h2:focus {
    outline: none;
  }

  .stage {
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--s2);
    padding-inline: var(--s2);
  }

  .room {
    display: grid;
    place-items: center;
    block-size: 100%;
    min-block-size: 0;
    overflow: hidden;
    touch-action: none;
  }

  .room img,
  .room video {
    max-inline-size: 100%;
    max-block-size: 100%;
    object-fit: contain;
  }

  .room img.zoomed {
    cursor: grab;
  }

  .room media-attachment {
    inline-size: min(20rem, 100%);
    block-size: 15rem;
  }

  .caption {
    max-block-size: 25dvh;
    padding: var(--s3) var(--s4);
    overflow-y: auto;
    text-align: center;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .fault {
    margin: var(--s2) var(--s4);
  }

  @media (max-width: 47.5rem) {
    .stage {
      grid-template-columns: minmax(0, 1fr);
      padding-inline: 0;
    }

    .stage > .icon-button {
      position: absolute;
      inset-block-start: calc(50% - 1.25rem);
      inset-inline-start: var(--s2);
      z-index: 1;
      background: color-mix(in oklab, var(--paper) 80%, transparent);
    }

    .stage > .icon-button.next {
      inset-inline: auto var(--s2);
    }
  }
`;
