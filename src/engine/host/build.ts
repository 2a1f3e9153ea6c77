/**
 * The number of this build, baked in by the bundler. It rises from build to build, so that of two hosts that
 * meet in one browser each knows which is the newer.
 */
declare const __SOTTO_BUILD__: number | undefined;

/** Seconds since 1970 of the source this build was made from; 0 in unit tests. */
export const BUILD: number = typeof __SOTTO_BUILD__ === 'number' ? __SOTTO_BUILD__ : 0;
