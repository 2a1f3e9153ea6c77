/**
 * Asks the browser to keep this origin's data, once the person has written something and so has something to
 * lose. Only a page may ask; some browsers put the question to the person, some never answer.
 */
import { type EngineEvent } from '../../api.ts';

/** @param listen hears the engine's events, as in EngineConnection */
export function askToKeepStorage(
  listen: (listener: (event: EngineEvent) => void) => () => void,
): void {
  const end = listen((event) => {
    if (event.type !== 'messages' || !event.changed.some(({ own }) => own)) return;
    end();
    navigator.storage.persist().catch(() => undefined);
  });
}
