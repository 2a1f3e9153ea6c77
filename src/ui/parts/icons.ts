/**
 * All icons, drawn on a 24 grid with 1.5 px strokes and inlined as templates. They are decoration: the control
 * around one carries the name.
 */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** An icon drawn with strokes. */
export function icon(shape: SVGTemplateResult, size = 20): TemplateResult {
  return html`<svg
    width="${size / 16}rem"
    height="${size / 16}rem"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width=${(1.5 * 24) / size}
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${shape}
  </svg>`;
}

export const icons = {
  tick: icon(svg`<path d="m5.5 12.5 4 4 9-9.5" />`, 16),
  ticks: icon(svg`<path d="m1.5 12.5 4 4 9-9.5M11 15l1.5 1.5 9-9.5" />`, 16),
  closeSmall: icon(svg`<path d="M6 6l12 12M18 6 6 18" />`, 16),
  call: icon(svg`<path d="M7 3.5H4.5c0 9 7 16 16 16V17l-4.5-2-2 2a12 12 0 0 1-6.5-6.5l2-2Z" />`),
  plus: icon(svg`<path d="M12 5v14M5 12h14" />`),
  emoji: icon(
    svg`<circle cx="12" cy="12" r="8.5" /><path d="M9 9.5v.01M15 9.5v.01M8.5 14a4 4 0 0 0 7 0" />`,
  ),
  stickers: icon(
    svg`<path d="M13 20.5H7A3.5 3.5 0 0 1 3.5 17V7A3.5 3.5 0 0 1 7 3.5h10A3.5 3.5 0 0 1 20.5 7v6L13 20.5V16a3 3 0 0 1 3-3h4.5" />`,
  ),
  settings: icon(svg`<circle cx="12" cy="12" r="3.25" /><path
    d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.64 5.64l1.77 1.77M16.6 16.6l1.76 1.76M5.64 18.36l1.77-1.77M16.6 7.4l1.76-1.76" />`),
  search: icon(svg`<circle cx="10.75" cy="10.75" r="6.25" /><path d="m15.5 15.5 4.75 4.75" />`, 18),
  close: icon(svg`<path d="M6 6l12 12M18 6 6 18" />`),
  back: icon(svg`<path class="mirror" d="M14.5 5.5 8 12l6.5 6.5" />`),
  chevron: icon(svg`<path class="mirror" d="m9.5 6 6 6-6 6" />`, 18),
  mic: icon(
    svg`<path stroke-width="5" d="M12 6v5.5" /><path d="M6 11.5a6 6 0 0 0 12 0M12 17.5v3" />`,
  ),
  send: icon(svg`<path class="mirror" d="M4.5 12h14M12.5 5.5 19 12l-6.5 6.5" />`),
  more: icon(svg`<path stroke-width="2.4" d="M12 5.5v.01M12 12v.01M12 18.5v.01" />`),
  info: icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 11v5.25M12 7.75v.01" />`),
  retry: icon(svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5L19.5 9M19.5 4.5V9H15" />`),
  clock: icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" />`, 18),
  lock: icon(
    svg`<rect x="5.5" y="10.5" width="13" height="9.5" rx="2.25" /><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />`,
    18,
  ),
  lockSmall: icon(
    svg`<rect x="5.5" y="10.5" width="13" height="9.5" rx="2.25" /><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />`,
    14,
  ),
  link: icon(
    svg`<path d="M10 14a4 4 0 0 0 5.9.3l2.9-2.9a4 4 0 0 0-5.7-5.7L11.8 7M14 10a4 4 0 0 0-5.9-.3l-2.9 2.9a4 4 0 0 0 5.7 5.7l1.3-1.3" />`,
  ),
  bell: icon(
    svg`<path d="M6.5 10a5.5 5.5 0 0 1 11 0c0 5 2 6 2 6.5h-15c0-.5 2-1.5 2-6.5ZM10 19.5a2.2 2.2 0 0 0 4 0" />`,
  ),
  bellOff: icon(
    svg`<path d="M8.4 5.8A5.5 5.5 0 0 1 17.5 10c0 2 .3 3.4.7 4.4M16.5 16.5h-12c0-.5 2-1.5 2-6.5 0-.4 0-.8.1-1.2M10 19.5a2.2 2.2 0 0 0 4 0M4 4l16 16" />`,
    18,
  ),
  install: icon(svg`<path d="M12 4v10M7.5 10 12 14.5 16.5 10M4.5 18.5h15" />`),
  offline: icon(
    svg`<path d="M3 9.3a13 13 0 0 1 4-2.5M10.5 5.8A13.2 13.2 0 0 1 21 9.3M6.2 12.7a8.5 8.5 0 0 1 3.3-1.9M14.5 11a8.5 8.5 0 0 1 3.3 1.7M9.5 16a4 4 0 0 1 5 0M12 19v.01M4 4l16 16" />`,
    18,
  ),
  warning: icon(svg`<path d="M12 4.5 3.5 19h17L12 4.5ZM12 10.5v4M12 16.75v.01" />`, 18),
} as const;
