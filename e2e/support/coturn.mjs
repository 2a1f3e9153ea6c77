// Finds the TURN server that journeys with calls run against: coturn's `turnserver`.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of it, or undefined where there is none. */
export function findTurnServer() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'turnserver'))
    .find((path) => existsSync(path));
}
