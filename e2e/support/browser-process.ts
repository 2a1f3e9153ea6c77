/** The process of a browser that a journey started over a profile of its own. */
import { readdirSync, readFileSync } from 'node:fs';

/** Kills it as a power cut would; nothing happens where it is gone. Knows it by its profile, which is nobody else's. */
export function killBrowserOf(profile: string): void {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      if (words.includes(`--user-data-dir=${profile}`)) process.kill(Number(entry), 'SIGKILL');
    } catch {
      // It ended while it was looked at.
    }
  }
}
