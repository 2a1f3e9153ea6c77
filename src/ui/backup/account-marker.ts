/**
 * Whether there was an account in this browser: told by a cookie, because browsers that clear what a site keeps to make
 * room leave cookies. It is the same for everybody. Cookies are shared by all ports of a machine.
 */
import { appState, type AppState, watchState } from '../contexts/app-state.ts';

const name = `sotto${location.port}=`;
/** As long as browsers keep any cookie, seconds; renewed with each visit. */
const KEPT_SECONDS = 34_560_000;

function mark(isHere: boolean): void {
  document.cookie = `${name}1;path=/;samesite=strict;max-age=${isHere ? KEPT_SECONDS : 0}`;
}

/** True where there was an account that nobody erased. */
export function hadAccount(): boolean {
  return document.cookie.includes(name);
}

/** The account was erased: nobody is to miss it. */
export const unmarkAccount = (): void => mark(false);

/** Marks the account from now on, until it is erased in whatever tab. */
export function followAccount(): void {
  let isMarked = false;
  const follow = ({ account, stopped }: AppState): void => {
    if (stopped === 'erased') return mark(false);
    if (isMarked || account.standing === 'none') return;
    isMarked = true;
    mark(true);
  };
  watchState(follow);
  follow(appState());
}
