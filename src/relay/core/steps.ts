/** Long work cut into steps, one step of one work in a turn, so that everybody else is served in between. */

/** Does one step; false when there is no more to do. */
export type Step = () => boolean;

/**
 * A line in which long work waits; what came first is done first.
 * @param soon runs a function once when the present turn is over
 */
export function createSteps(soon: (run: () => void) => void): (step: Step) => void {
  const line: Step[] = [];

  function turn(): void {
    const [step] = line;
    if (step && !step()) line.shift();
    if (line.length > 0) soon(turn);
  }

  return (step) => {
    line.push(step);
    if (line.length === 1) soon(turn);
  };
}
