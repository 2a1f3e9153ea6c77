/** The version handshake: the client offers what it speaks, the relay answers with one of them. */

/** Versions of the frames that this build speaks, best first. */
export const WIRE_VERSIONS: readonly number[] = [1];
