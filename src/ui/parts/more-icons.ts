/** Icons of parts that load when they are opened: settings, dialogs, menus. Drawn as those in icons.ts. */
import { svg } from 'lit';
import { icon } from './icons.ts';

export const moreIcons = {
  down: icon(svg`<path d="M6 9.5l6 6 6-6" />`),
  info18: icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 11v5.25M12 7.75v.01" />`, 18),
  copy: icon(svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2.5" /><path
    d="M15.5 8.5V7A2.5 2.5 0 0 0 13 4.5H7A2.5 2.5 0 0 0 4.5 7v6A2.5 2.5 0 0 0 7 15.5h1.5" />`),
  copySmall: icon(
    svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2.5" /><path
    d="M15.5 8.5V7A2.5 2.5 0 0 0 13 4.5H7A2.5 2.5 0 0 0 4.5 7v6A2.5 2.5 0 0 0 7 15.5h1.5" />`,
    18,
  ),
  trash: icon(
    svg`<path d="M4.5 7h15M9.5 7V5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v2M6.5 7l.8 11.2A2 2 0 0 0 9.3 20h5.4a2 2 0 0 0 2-1.8L17.5 7M10.25 11v5M13.75 11v5" />`,
  ),
  check: icon(svg`<path d="m5 12.5 4.75 4.75L19.5 7.5" />`, 18),
  block: icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="m6 6 12 12" />`),
  person: icon(
    svg`<circle cx="12" cy="8.25" r="3.75" /><path d="M4.75 20c.6-3.9 3.5-6 7.25-6s6.65 2.1 7.25 6" />`,
  ),
  eye: icon(
    svg`<path d="M2.75 12S6 5.75 12 5.75 21.25 12 21.25 12 18 18.25 12 18.25 2.75 12 2.75 12Z" /><circle cx="12" cy="12" r="2.75" />`,
  ),
  disk: icon(
    svg`<ellipse cx="12" cy="6.5" rx="7.5" ry="2.75" /><path d="M4.5 6.5v11c0 1.5 3.4 2.75 7.5 2.75s7.5-1.25 7.5-2.75v-11M4.5 12c0 1.5 3.4 2.75 7.5 2.75s7.5-1.25 7.5-2.75" />`,
  ),
  contrast: icon(
    svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17Z" fill="currentColor" />`,
  ),
  globe: icon(
    svg`<circle cx="12" cy="12" r="8.5" /><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17" />`,
  ),
  relay: icon(
    svg`<rect x="4" y="4.5" width="16" height="6" rx="2" /><rect x="4" y="13.5" width="16" height="6" rx="2" /><path d="M7.5 7.5v.01M7.5 16.5v.01M11 7.5h5.5M11 16.5h5.5" />`,
  ),
  empty: icon(
    svg`<path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H12l-4.5 4v-4h-1A2.5 2.5 0 0 1 4 13.5Z" />`,
    40,
  ),
} as const;
