/** The published data as the build shortens it (build/emoji.ts): groups of lines as emoji-catalog.ts reads them. */
type EmojiGroups = readonly (readonly (readonly [
  emoji: string,
  name: string,
  words: string,
  shortcodes: string,
  light?: string,
])[])[];

declare module 'emoji-picker-element-data/en/emojibase/data.json' {
  const groups: EmojiGroups;
  export default groups;
}

declare module 'emoji-picker-element-data/es/cldr/data.json' {
  const groups: EmojiGroups;
  export default groups;
}
