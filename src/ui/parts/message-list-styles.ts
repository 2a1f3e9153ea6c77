/** How the list of messages looks: bubbles, runs, separators, what stands below a message. */
import { css } from 'lit';

export const listStyles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
  }

  .scroller {
    flex: 1;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    scrollbar-gutter: stable both-edges;
    isolation: isolate;
  }

  .sizer {
    position: relative;
    flex: none;
    inline-size: 100%;
    max-inline-size: 52.5rem;
    /* A short chat stands at the bottom, where one writes. */
    margin-block-start: auto;
    margin-inline: auto;
  }

  .day,
  .row,
  .unread-separator {
    position: absolute;
    inset-inline: 0;
  }

  .row,
  .unread-separator {
    inset-block-start: 0;
  }

  .day-separator {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    padding-block: var(--s2);
    text-align: center;
    pointer-events: none;
    container-type: scroll-state;
  }

  .day-separator span {
    display: inline-block;
    padding: 0.1875rem var(--s3);
    border-radius: var(--round-full);
    background: color-mix(in oklab, var(--paper) 92%, transparent);
    color: var(--soft);
    font-size: 0.6875rem;
    line-height: 1.25;
    letter-spacing: 0.06em;
    text-transform: uppercase;
  }

  /* Over a bubble it needs an edge of its own. */
  @container scroll-state(stuck: top) {
    .day-separator span {
      background: var(--paper);
      box-shadow: 0 0 0 1px var(--line);
    }
  }

  .unread-separator {
    display: flex;
    align-items: center;
    gap: var(--s3);
    padding: var(--s1) var(--s3) var(--s4);
    color: var(--accent);
    font-size: var(--text-1);
    font-weight: var(--weight-strong);
  }

  .unread-separator::before,
  .unread-separator::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid color-mix(in oklab, var(--accent) 45%, transparent);
  }

  .row {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    padding-inline: var(--s3);
    /* The space belongs to the row above it, so that a deleted neighbour moves nothing that stays. */
    padding-block-end: 2px;
  }

  .row.last {
    padding-block-end: var(--s4);
  }

  .row.own {
    align-items: flex-end;
  }

  .row:focus {
    outline: none;
  }

  .row:focus-visible .bubble {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  .bubble {
    position: relative;
    min-inline-size: 0;
    max-inline-size: min(65ch + 1.625rem, 82%);
    padding: 0.375rem 0.75rem 0.4375rem;
    border: 1px solid var(--line);
    border-radius: var(--round-3);
    border-end-start-radius: var(--round-1);
    background: var(--other);
  }

  .media {
    display: block;
    max-inline-size: 100%;
    margin-block-end: 0.25rem;
  }

  .other:not(.first) .bubble {
    border-start-start-radius: var(--round-1);
  }

  .own .bubble {
    border-color: transparent;
    border-end-start-radius: var(--round-3);
    border-end-end-radius: var(--round-1);
    background: var(--own);
  }

  .own:not(.first) .bubble {
    border-start-end-radius: var(--round-1);
  }

  .body {
    display: flow-root;
    overflow-wrap: anywhere;
  }

  .text {
    white-space: pre-wrap;
  }

  .text a {
    unicode-bidi: isolate;
  }

  .large .text {
    font-size: 2.5rem;
    line-height: 1.2;
  }

  .large .bubble {
    padding-inline: var(--s1);
    border-color: transparent;
    background: transparent;
  }

  /* On the last line of the text where it fits, else on its own. */
  .meta {
    float: inline-end;
    display: flex;
    align-items: center;
    gap: 0.1875rem;
    margin-block: 0.3125rem -0.125rem;
    margin-inline-start: 0.75rem;
    color: var(--soft);
    font-size: var(--text-1);
    line-height: 1.25;
    white-space: nowrap;
    user-select: none;
  }

  /* A.m. and p.m. stand after the hour also in a text that runs the other way. */
  .meta time {
    unicode-bidi: plaintext;
  }

  .ticks {
    color: var(--soft);
  }

  .ticks.read {
    color: var(--accent);
  }

  .ticks.sending {
    color: var(--amber);
  }

  .ticks.failed {
    color: var(--danger);
  }

  .large .meta {
    margin-block-start: 1.75rem;
  }

  .large .media ~ .meta {
    margin-block-start: 0;
  }

  .stub .button ~ .meta {
    margin-block-start: 1.5rem;
  }

  .own .meta,
  .own .ticks:not(.read, .failed, .sending) {
    color: color-mix(in oklab, var(--soft) 80%, var(--ink));
  }

  .stub .bubble {
    border-style: dashed;
    border-color: var(--edge);
    background: transparent;
  }

  .stub-title {
    display: flex;
    gap: var(--s2);
    font-weight: var(--weight-strong);
  }

  .stub-title svg {
    inline-size: 1rem;
    block-size: 1rem;
    margin-block-start: 0.1875rem;
    color: var(--soft);
  }

  .stub-reason {
    margin-block-start: var(--s1);
    color: var(--soft);
    font-size: var(--text-2);
  }

  .stub .button {
    margin-block-start: var(--s2);
  }

  .actions {
    position: absolute;
    inset-block-start: 0.125rem;
    inset-inline-start: calc(100% + var(--s1));
    inline-size: 2rem;
    block-size: 2rem;
    color: var(--soft);
    opacity: 0;
    transition: opacity var(--quick) var(--ease);
  }

  .own .actions {
    inset-inline: auto calc(100% + var(--s1));
  }

  .row:hover .actions,
  .row:focus-within .actions {
    opacity: 1;
  }

  .below {
    max-inline-size: min(30rem, 82%);
    padding-block-start: var(--s1);
    color: var(--soft);
    font-size: var(--text-1);
  }

  .own .below {
    text-align: end;
  }

  .failure {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    flex-wrap: wrap;
    gap: var(--s1) var(--s2);
    color: var(--danger);
  }

  .failure .button {
    min-block-size: 1.75rem;
    margin-inline-end: calc(var(--s2) * -1);
    padding: 0 var(--s2);
    font-size: var(--text-1);
  }

  .failure .button svg {
    inline-size: 1rem;
    block-size: 1rem;
  }

  .empty {
    display: grid;
    place-items: center;
    gap: var(--s2);
    max-inline-size: 24rem;
    margin: auto;
    padding: var(--s6);
    color: var(--soft);
    text-align: center;
  }

  .empty p {
    text-wrap: balance;
  }

  .empty h2 {
    color: var(--ink);
    font-size: var(--text-3);
  }

  jump-button {
    position: absolute;
    inset-block-end: var(--s3);
    inset-inline-end: var(--s4);
    z-index: 2;
  }

  @media (max-width: 47.5rem) {
    .scroller {
      scrollbar-gutter: auto;
    }
  }

  @media (forced-colors: active) {
    .own .bubble {
      border: 1px solid Highlight;
    }

    .ticks.read {
      color: Highlight;
    }
  }
`;
