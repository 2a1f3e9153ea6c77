/** Which bytes a player asks for, by the `Range` header of its request (RFC 9110, section 14). Pure. */

/** `from` inclusive, `to` exclusive. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** One range; several at once are asked for by no player. Longer numbers than these name no byte of any file. */
const single = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * The first part of what a header asks for. It ends where a multiple of `part` ends, so that whoever goes on behind it
 * begins at a whole part.
 * @param size of the file
 * @param part most bytes that are given at a time
 * @returns undefined where the header is no range, or names none of the file's bytes
 */
export function firstPartOf(header: string, size: number, part: number): ByteRange | undefined {
  const [, first, last] = single.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const isSuffix = first === '';
  const from = isSuffix ? Math.max(0, size - Number(last)) : Number(first);
  const end = isSuffix || last === '' ? size : Number(last) + 1;
  // `5-4` is no range at all.
  if (from >= size || end <= from) return undefined;
  return { from, to: Math.min(end, size, (Math.floor(from / part) + 1) * part) };
}
