/** What begins once the page stands, and nothing that is seen first waits for. Wiring only. */
import { followAccount } from './backup/account-marker.ts';
import { followBackups } from './backup/follow-backups.ts';

export function startLater(): void {
  followAccount();
  followBackups();
}
