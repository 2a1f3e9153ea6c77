/** Randomness as an argument: tests hand in a seeded source, production the system's. */
import { type Bytes } from './bytes.ts';

/** `length` random bytes. */
export type RandomBytes = (length: number) => Bytes;
