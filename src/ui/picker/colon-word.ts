/** The beginning of an emoji's name before the caret: `:smi`, or the whole of it, `:smile:`. Pure. */

/** A colon word in a text. */
export interface ColonWord {
  /** Where its first colon stands. */
  readonly from: number;
  readonly name: string;
  /** Ends in a colon of its own. */
  readonly closed: boolean;
}

/** Not after a letter, a digit or another sign of an address or a time: `10:30`, `http://`, `a::b`. */
const WORD = /(?<![\p{L}\p{N}:/_@.%-]):(?<name>\+1|-1|\p{L}[\p{L}\p{N}_+-]*)(?<end>:?)$/u;
/** Longer than any name. */
const LONGEST = 64;
const SHORTEST = 2;

/** The colon word that ends where `text` ends; undefined where there is none, or only one letter of it. */
export function colonWord(text: string): ColonWord | undefined {
  const found = WORD.exec(text.slice(-LONGEST));
  const name = found?.groups?.['name'] ?? '';
  if (!found || [...name].length < SHORTEST) return undefined;
  // What stands in an address is part of it.
  const word = /\S+$/.exec(text)?.[0] ?? '';
  if (word.includes('://')) return undefined;
  return { from: text.length - found[0].length, name, closed: found.groups?.['end'] === ':' };
}
