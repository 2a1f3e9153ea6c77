/** How the dialog looks in which a backup file is read. */
import { css } from 'lit';
import { digitRowStyles } from './digit-rows.ts';
import { workOutcomeStyles } from './work-outcome.ts';

export const restoreFlowStyles = [
  digitRowStyles,
  workOutcomeStyles,
  css`
    form {
      display: grid;
      gap: var(--s4);
    }

    .drop {
      display: grid;
      justify-items: center;
      gap: var(--s2);
      padding: var(--s6) var(--s4);
      border: 1px dashed var(--edge);
      border-radius: var(--s4);
    }

    .chosen {
      display: flex;
      justify-content: space-between;
      gap: var(--s3);
      padding: var(--s2) var(--s3);
      border-radius: var(--round-3);
      background: var(--panel);
    }

    .chosen bdi {
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }

    .chosen .soft {
      flex: none;
    }

    .mended {
      display: grid;
      gap: var(--s3);
    }

    dl {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: var(--s2) var(--s4);
    }

    dt {
      color: var(--soft);
    }

    dd {
      overflow-wrap: anywhere;
    }
  `,
];
