/**
 * The way to media.ts, which is loaded when the first attachment is sent, comes, or is found under way: most starts of
 * the engine need nothing of it. Passes on, in order, and knows nothing itself.
 */
import { peerOf } from '../lib/ids.ts';
import { type MailboxRequests } from '../net/requests.ts';
import { type Core } from './core.ts';
import type { Media, MediaOutlets } from './media.ts';
import type { MediaParts } from './media-work.ts';

/** A Media that loads the real one when it is needed. */
export function openMedia(
  core: Core,
  partsOf: () => Promise<MediaParts>,
  outlets: MediaOutlets,
): Media {
  let requests: MailboxRequests | undefined;
  let media: Media | undefined;
  let loading: Promise<Media> | undefined;
  let stopped = false;

  async function start(): Promise<Media> {
    const [{ createMedia }, parts] = await Promise.all([import('./media.ts'), partsOf()]);
    media = createMedia(core, parts, outlets);
    if (stopped) media.stop();
    else if (requests) media.up(requests);
    return media;
  }

  function load(): Promise<Media> {
    return (loading ??= start().catch((error: unknown) => {
      // A part of the app that could not be fetched is asked for again next time.
      loading = undefined;
      throw error;
    }));
  }

  const call = <Result>(work: (media: Media) => Promise<Result>): Promise<Result> =>
    load().then(work);
  /** For what nobody waits for: it is done again with the next start. */
  const tell = (work: (media: Media) => void): void => {
    if (media) work(media);
    else if (!stopped) void load().then(work, () => undefined);
  };

  /** Where there are files, one of a row that is gone may be among them. */
  async function loadWhereFilesAre(): Promise<Media | undefined> {
    const { folder } = await partsOf();
    return (await folder.names()).length > 0 ? load() : undefined;
  }

  /** Messages and what is kept to be sent again take room as well. */
  async function warnOfLittleRoom(): Promise<void> {
    const [{ roomOf }, { room }] = await Promise.all([import('./media-room.ts'), partsOf()]);
    roomOf(core, room).look();
  }

  return {
    attach: (...given) => call((one) => one.attach(...given)),
    draftFiles: (of) => call((one) => one.draftFiles(of)),
    draftFile: (of) => call((one) => one.draftFile(of)),
    resume: (place) => call((one) => one.resume(place)),
    pause: (...given) => call((one) => one.pause(...given)),
    open: (place) => call((one) => one.open(place)),
    read: (...given) => call((one) => one.read(...given)),
    remove: (place) => call((one) => one.remove(place)),
    markPlayed: (place) => call((one) => one.markPlayed(place)),
    goOn: (place) => tell((one) => one.goOn(place)),
    forget: (place) =>
      void loadWhereFilesAre().then(
        (one) => one?.forget(place),
        () => undefined,
      ),
    async block(conversation) {
      if (media || (await core.store.count('attachments', { limit: 1 })) > 0)
        await call((one) => one.block(conversation));
    },
    async erase() {
      await (await loadWhereFilesAre())?.erase();
    },
    up(given) {
      requests = given;
      if (media) return media.up(given);
      // What is under way has a file or a row; most accounts have neither.
      void core.store
        .count('attachments', { limit: 1 })
        .then((count) => (count > 0 ? load() : loadWhereFilesAre()))
        .then((one) => (one ? undefined : warnOfLittleRoom()))
        .catch(() => undefined);
    },
    down() {
      requests = undefined;
      media?.down();
    },
    tabCame: () => media?.tabCame(),
    arrived(messages) {
      const wanted = messages.some(
        ({ body, conversation }) =>
          body.kind === 'media' &&
          core.state.contacts.get(peerOf(conversation))?.standing === 'accepted',
      );
      if (wanted) tell((one) => one.arrived(messages));
    },
    stop() {
      stopped = true;
      media?.stop();
    },
    async settled() {
      await loading?.catch(() => undefined);
      await media?.settled();
    },
  };
}
