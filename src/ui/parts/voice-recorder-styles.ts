/** How <voice-recorder> looks: a bar as high as the composer's, and a line above it for what there is to say. */
import { css } from 'lit';

export const recorderStyles = css`
  .bar {
    display: flex;
    align-items: center;
    gap: var(--s2);
    min-block-size: 2.75rem;
  }

  .sound {
    flex: 1;
    display: flex;
    align-items: center;
    gap: var(--s3);
    min-inline-size: 0;
    min-block-size: 2.75rem;
    padding-inline: var(--s3);
    border: 1px solid var(--edge);
    border-radius: 1.375rem;
    background: var(--other);
  }

  .sound:has(voice-player) {
    padding: 0.1875rem var(--s3) 0.1875rem 0.1875rem;
  }

  voice-player {
    flex: 1;
    min-inline-size: 0;
  }

  .light {
    flex: none;
    inline-size: 0.625rem;
    block-size: 0.625rem;
    border-radius: var(--round-full);
    background: var(--danger);
  }

  .paused .light {
    background: transparent;
    border: 2px solid var(--soft);
  }

  .time {
    min-inline-size: 2.5rem;
    font-variant-numeric: tabular-nums;
  }

  .level {
    flex: 1;
    position: relative;
    block-size: 1.75rem;
    min-inline-size: 0;
  }

  .level .left {
    stroke: var(--accent);
  }

  .paused .left {
    stroke: var(--soft);
  }

  .turn:has(circle) {
    color: var(--danger);
  }

  .wait {
    flex: 1;
    color: var(--soft);
    font-size: var(--text-2);
  }

  .primary {
    inline-size: 2.75rem;
    block-size: 2.75rem;
  }

  .primary[aria-disabled='true'] {
    background: var(--line);
    color: var(--soft);
    cursor: default;
  }

  .notice {
    display: flex;
    align-items: center;
    justify-content: space-between;
    flex-wrap: wrap;
    gap: var(--s1) var(--s3);
    margin-block-end: var(--s2);
    font-size: var(--text-2);
  }

  .notice .words {
    flex: 1 1 18rem;
  }

  .notice.bad {
    color: var(--danger);
  }

  @media (max-width: 30rem) {
    .bar {
      gap: var(--s1);
    }

    .sound {
      gap: var(--s2);
    }

    .level .bars {
      stroke-width: 1px;
    }
  }

  @media (forced-colors: active) {
    .light {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
