/** Everything about emoji that the composer loads when it is first needed, as one file. */
export { completeEmoji } from './emoji-completion.ts';
export { openPicker } from './picker-panel.ts';
