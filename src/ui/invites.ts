/**
 * What happens to an invite link that was opened in this tab: it is read at once, shown on the first-run page or
 * in a dialog, and waits until the person decides. Does not know how a link is made (the engine reads it).
 */
import { appState, changeState } from './contexts/app-state.ts';
import { engine } from './contexts/engine-client.ts';
import { faultCode } from './i18n/faults.ts';
import { dropInvite, onInvite } from './routes.ts';

async function read(link: string): Promise<void> {
  changeState({ invite: { link } });
  try {
    const reading = await engine().call('readInvite', { text: link });
    if (appState().invite?.link === link) changeState({ invite: { link, reading } });
  } catch (error) {
    if (appState().invite?.link === link)
      changeState({ invite: { link, fault: faultCode(error) } });
  }
}

/** Starts to listen for opened links. */
export function followInvites(): void {
  onInvite((link) => void read(link));
}

/** The person decided: the link is forgotten by this tab. */
export function settleInvite(): void {
  dropInvite();
  changeState({ invite: undefined });
}
