/**
 * The style sheet that every component adopts: resets, buttons, fields, focus, dialogs, and what forced
 * colours and reduced motion ask for. Knows tokens only; a component adds its own layout.
 * Adopted style sheets pass `style-src 'self'`; style attributes do not, so nothing sets any.
 */
import { css } from 'lit';

export const shared = css`
  :host {
    display: block;
    box-sizing: border-box;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }

  ul,
  ol {
    list-style: none;
  }

  p,
  li,
  .hint {
    text-wrap: pretty;
  }

  h1,
  h2,
  h3 {
    font-weight: var(--weight-strong);
    line-height: 1.25;
    text-wrap: balance;
  }

  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }

  a {
    color: var(--accent);
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }

  svg {
    display: block;
    flex: none;
  }

  time,
  .digits {
    font-variant-numeric: tabular-nums;
  }

  .soft {
    color: var(--soft);
  }

  .small {
    font-size: var(--text-1);
  }

  .clip {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  [data-drop] {
    outline: 2px dashed var(--accent);
    outline-offset: -4px;
  }

  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--s2);
    min-block-size: 2.5rem;
    padding: var(--s2) var(--s4);
    border: 1px solid var(--edge);
    border-radius: var(--round-3);
    background: var(--raised);
    color: var(--ink);
    font-weight: var(--weight-strong);
    line-height: 1.2;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color var(--quick) var(--ease),
      border-color var(--quick) var(--ease);
  }

  .button:hover {
    border-color: var(--accent);
    color: var(--accent);
  }

  .button:active {
    background: var(--selected);
  }

  .button:disabled,
  .button[aria-disabled='true'] {
    border-color: var(--line);
    background: var(--panel);
    color: var(--soft);
    cursor: default;
  }

  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }

  .button.primary:hover,
  .button.primary:active {
    background: var(--accent-strong);
    color: var(--on-accent);
  }

  .button.primary:disabled,
  .button.primary[aria-disabled='true'] {
    background: var(--line);
    color: var(--soft);
  }

  .button.danger {
    border-color: transparent;
    background: var(--danger);
    color: var(--on-danger);
  }

  .button.danger:hover {
    background: color-mix(in oklab, var(--danger) 88%, black);
    color: var(--on-danger);
  }

  .button.danger-quiet {
    color: var(--danger);
  }

  .button.danger-quiet:hover {
    border-color: var(--danger);
    color: var(--danger);
  }

  .button.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--accent);
  }

  .button.quiet:hover {
    background: var(--hover);
  }

  .button.small {
    min-block-size: 2rem;
    padding: var(--s1) var(--s3);
    border-radius: var(--round-2);
    font-size: var(--text-2);
  }

  .icon-button {
    display: inline-grid;
    place-items: center;
    flex: none;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    padding: 0;
    border: 0;
    border-radius: var(--round-full);
    background: transparent;
    color: var(--ink);
    cursor: pointer;
    transition: background-color var(--quick) var(--ease);
  }

  .icon-button:hover {
    background: var(--hover);
  }

  .icon-button:active {
    background: var(--selected);
  }

  .icon-button.primary {
    background: var(--accent);
    color: var(--on-accent);
  }

  .icon-button.primary:hover {
    background: var(--accent-strong);
  }

  .icon-button:disabled,
  .icon-button[aria-disabled='true'] {
    color: var(--soft);
    background: transparent;
    cursor: default;
  }

  .field {
    display: grid;
    gap: var(--s2);
  }

  .field > label,
  .label {
    font-size: var(--text-2);
    font-weight: var(--weight-strong);
  }

  .input {
    inline-size: 100%;
    min-block-size: 2.75rem;
    padding: var(--s2) var(--s3);
    border: 1px solid var(--edge);
    border-radius: var(--round-3);
    background: var(--field);
    color: var(--ink);
  }

  .input::placeholder {
    color: var(--soft);
    opacity: 1;
  }

  .input:focus-visible {
    border-color: var(--accent);
    outline: 1px solid var(--accent);
    outline-offset: 0;
  }

  .input[aria-invalid='true'] {
    border-color: var(--danger);
  }

  .input[readonly] {
    background: var(--panel);
  }

  .hint {
    color: var(--soft);
    font-size: var(--text-2);
  }

  .fault {
    display: flex;
    gap: var(--s2) var(--s3);
    padding: var(--s3);
    border-radius: var(--round-3);
    background: var(--danger-tint);
    font-size: var(--text-2);
  }

  .fault > svg {
    color: var(--danger);
    margin-block-start: 0.1em;
  }

  .fault:empty {
    display: none;
  }

  dialog {
    inline-size: min(30rem, 100vw - 2rem);
    max-block-size: min(46rem, 100dvh - 2rem);
    margin: auto;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: var(--s4);
    background: var(--paper);
    color: var(--ink);
    box-shadow: var(--shadow);
    overflow: hidden auto;
    overscroll-behavior: contain;
  }

  dialog::backdrop {
    background: var(--scrim);
  }

  dialog[open] {
    animation: appear var(--calm) var(--ease);
  }

  @keyframes appear {
    from {
      opacity: 0;
      transform: translateY(0.375rem);
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }

  @media (forced-colors: active) {
    svg {
      color: inherit !important;
    }

    .icon-button {
      border: 1px solid ButtonBorder;
    }

    .button.primary,
    .button.danger {
      border-color: ButtonBorder;
    }

    .button:disabled {
      color: GrayText;
    }
  }
`;
