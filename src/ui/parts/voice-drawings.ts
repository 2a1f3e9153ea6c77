/**
 * What voice notes are drawn with: loudness as a row of upright strokes, as wide as there is room, and what stands on
 * the buttons that record and play; apart from the other icons, because few chats show one. Templates only.
 */
import { css, html, svg, type TemplateResult } from 'lit';
import { icon } from './icons.ts';

export const playIcon = icon(svg`<path d="M8 5.5v13l10.5-6.5z" fill="currentColor" />`);
export const pauseIcon = icon(svg`<path stroke-width="3" d="M9 6.5v11M15 6.5v11" />`);
export const stopIcon = icon(
  svg`<rect x="6.5" y="6.5" width="11" height="11" rx="2" fill="currentColor" />`,
);
export const recordIcon = icon(svg`<circle cx="12" cy="12" r="5" fill="currentColor" />`);

/** Units of the drawing: a stroke and the gap behind it, and the height of the loudest. */
const STEP = 3;
const HEIGHT = 32;
/** Of silence. */
const LEAST = 2;

function strokes(levels: readonly number[], from: number, to: number): string {
  let path = '';
  for (let index = from; index < to; index++) {
    const half = Math.max(LEAST, (levels[index] ?? 0) * HEIGHT) / 2;
    path += `M${index * STEP + STEP / 2} ${HEIGHT / 2 - half}v${2 * half}`;
  }
  return path;
}

/**
 * The strokes.
 * @param levels 0 to 1
 * @param done how many of them were heard
 */
export function voiceBars(levels: readonly number[], done: number): TemplateResult {
  return html`<svg
    class="bars"
    viewBox="0 0 ${levels.length * STEP} ${HEIGHT}"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >
    <path class="done" d=${strokes(levels, 0, done)} />
    <path class="left" d=${strokes(levels, done, levels.length)} />
  </svg>`;
}

/** How the strokes look; what stands around them gives them their room. */
export const barsStyles = css`
  .bars {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    fill: none;
    stroke-width: 2px;
    stroke-linecap: round;
  }

  .bars path {
    vector-effect: non-scaling-stroke;
  }

  .bars:dir(rtl) {
    transform: scaleX(-1);
  }

  .done {
    stroke: var(--accent);
  }

  .left {
    stroke: color-mix(in oklab, var(--soft) 55%, transparent);
  }

  @media (forced-colors: active) {
    .done {
      stroke: Highlight;
    }

    .left {
      stroke: CanvasText;
    }
  }
`;
