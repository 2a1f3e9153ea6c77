/** Icons of attachments, players and the viewer; apart from the others, because most starts show none. */
import { svg } from 'lit';
import { icon } from './icons.ts';

export const mediaIcons = {
  pause: icon(svg`<path d="M8.5 6v12M15.5 6v12" />`),
  play: icon(svg`<path d="M8 5.5v13l10.5-6.5Z" />`),
  download: icon(svg`<path d="M12 4.5v11M7 11l5 5 5-5M5.5 19.5h13" />`),
  next: icon(svg`<path class="mirror" d="m9.5 6 6 6-6 6" />`),
  zoom: icon(
    svg`<circle cx="10.75" cy="10.75" r="6.25" /><path d="m15.5 15.5 4.75 4.75M10.75 8v5.5M8 10.75h5.5" />`,
  ),
};
