/** The icon of a file; apart from the others, because few chats show one. */
import { svg } from 'lit';
import { icon } from './icons.ts';

export const fileIcon = icon(
  svg`<path d="M13 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V9L13 3.5V9h5.5" />`,
);
