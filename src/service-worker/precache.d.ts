/** Made by the build (build/precache.ts): the number of this build, and its files with their hashes. */
declare module 'virtual:precache' {
  export const build: number;
  export const files: Readonly<Record<string, string>>;
}
