/** The page of Settings: its frame, switches, choices and the profile row. */
import { css } from 'lit';

export const settingsStyles = css`
  main {
    display: flex;
    flex-direction: column;
    block-size: 100%;
  }

  header {
    display: flex;
    align-items: center;
    gap: var(--s2);
    flex: none;
    block-size: var(--bar);
    padding-inline: var(--s2);
    border-block-end: 1px solid var(--line);
  }

  h1 {
    font-size: var(--text-3);
  }

  h1:focus,
  h2:focus {
    outline: none;
  }

  .scroll {
    position: relative;
    flex: 1;
    min-block-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
  }

  .column {
    inline-size: 100%;
    max-inline-size: 42rem;
    margin-inline: auto;
    padding: 0 var(--s6) var(--s12);
  }

  .column > .fault {
    margin-block-start: var(--s4);
  }

  .person {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--s4);
    --avatar-size: 4rem;
  }

  .with-button {
    display: flex;
    gap: var(--s2);
  }

  .with-button .button {
    flex: none;
  }

  .with-button .button:disabled {
    display: none;
  }

  .address {
    font-size: var(--text-2);
    text-overflow: ellipsis;
  }

  .switch {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--s4);
  }

  .switch > div {
    display: grid;
  }

  [role='switch'] {
    appearance: none;
    position: relative;
    flex: none;
    inline-size: 2.5rem;
    block-size: 1.5rem;
    margin: 0;
    border: 1px solid var(--edge);
    border-radius: var(--round-full);
    background: var(--field);
    cursor: pointer;
    transition: background-color var(--quick) var(--ease);
  }

  [role='switch']::after {
    content: '';
    position: absolute;
    inset-block-start: 0.1875rem;
    inset-inline-start: 0.1875rem;
    inline-size: 1rem;
    block-size: 1rem;
    border-radius: 50%;
    background: var(--edge);
    transition: inset-inline-start var(--calm) var(--ease);
  }

  [role='switch']:checked {
    border-color: var(--accent);
    background: var(--accent);
  }

  [role='switch']:checked::after {
    inset-inline-start: 1.1875rem;
    background: var(--on-accent);
  }

  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: var(--s2);
    margin-block-start: var(--s2);
  }

  .choices input {
    position: absolute;
    opacity: 0;
  }

  .choices span {
    display: block;
    padding: var(--s2) var(--s4);
    border: 1px solid var(--edge);
    border-radius: var(--round-3);
    background: var(--field);
    cursor: pointer;
  }

  .choices span:hover {
    border-color: var(--accent);
  }

  .choices input:checked + span {
    border-color: var(--accent);
    background: var(--selected);
    box-shadow: inset 0 0 0 1px var(--accent);
    font-weight: var(--weight-strong);
  }

  .choices input:focus-visible + span {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  select.input {
    max-inline-size: 24rem;
  }

  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--s3);
  }

  legend {
    padding: 0;
  }

  .end {
    display: grid;
    justify-items: start;
    gap: var(--s3);
    padding-block: var(--s6);
  }

  @media (max-width: 30rem) {
    .column {
      padding-inline: var(--s4);
    }

    .person {
      --avatar-size: 3rem;
    }

    .with-button {
      flex-wrap: wrap;
    }

    .choices {
      display: grid;
      grid-template-columns: 1fr 1fr;
      text-align: center;
    }

    .choices > :first-child:nth-last-child(odd) {
      grid-column: 1 / -1;
    }
  }

  @media (forced-colors: active) {
    [role='switch'] {
      appearance: auto;
      inline-size: auto;
      block-size: auto;
    }

    [role='switch']::after {
      display: none;
    }

    .choices input:checked + span {
      outline: 2px solid Highlight;
    }
  }
`;
