/** The media type of a pack of stickers; how one is read is in picker/sticker-pack.ts. */
export const PACK_TYPE = 'application/vnd.sotto.sticker-pack';
