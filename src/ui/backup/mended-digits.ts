/**
 * Where digits that somebody typed differ from the key that they were meant to be: a wrong digit, one too many, one
 * missing, two swapped. Does not judge a key; the engine has found it.
 */

/** Digits of a group. */
const GROUP = 4;

/**
 * The groups of the key, from 0, in which what was typed had a slip.
 * @param typed ASCII digits
 * @param key the 64 right ones
 */
export function mendedGroups(typed: string, key: string): number[] {
  // The least number of slips from here to both ends, so that a digit that is missing shifts nothing behind it.
  const slips = Array.from({ length: key.length + 1 }, (_, at) =>
    Array.from({ length: typed.length + 1 }, (_each, from) =>
      at === key.length ? typed.length - from : from === typed.length ? key.length - at : 0,
    ),
  );
  const cost = (at: number, from: number): number => slips[at]?.[from] ?? Infinity;
  for (let at = key.length - 1; at >= 0; at--)
    for (let from = typed.length - 1; from >= 0; from--)
      slips[at]![from] =
        key[at] === typed[from]
          ? cost(at + 1, from + 1)
          : 1 + Math.min(cost(at + 1, from + 1), cost(at + 1, from), cost(at, from + 1));
  const groups = new Set<number>();
  let at = 0;
  let from = 0;
  while (at < key.length || from < typed.length) {
    if (at < key.length && key[at] === typed[from]) {
      at++;
      from++;
      continue;
    }
    groups.add(Math.floor(Math.min(at, key.length - 1) / GROUP));
    const least = cost(at, from) - 1;
    if (cost(at + 1, from + 1) === least) {
      at++;
      from++;
    } else if (cost(at + 1, from) === least) at++;
    else from++;
  }
  return [...groups];
}
