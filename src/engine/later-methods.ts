/**
 * Methods of the engine that are loaded when a tab first calls one: what is done to a single message, galleries, what is
 * kept to be sent again, storage, backups, muting and unblocking. Wiring only.
 */
import { arrived } from '../crypto/part.ts';
import { Fault } from '../lib/fault.ts';
import { type ConversationId } from '../lib/ids.ts';
import { type Served } from '../lib/port.ts';
import { type AutomaticApi, type BackupApi, type EngineApi } from './api.ts';
import type { Automatic } from './backup/automatic.ts';
import type { Backups } from './backup/backups.ts';
import { type Core } from './core.ts';
import type { Media } from './media.ts';
import type { MediaParts } from './media-work.ts';

/** Their names in EngineApi. */
export type LaterName =
  | keyof AutomaticApi
  | keyof BackupApi
  | 'readInvite'
  | 'setMuted'
  | 'unblock'
  | 'messageDetails'
  | 'gallery'
  | 'retry'
  | 'askToResend'
  | 'askForMedia'
  | 'deleteMessage'
  | 'downloadRules'
  | 'storageUse'
  | 'storedMedia'
  | 'habits'
  | 'collection'
  | 'collect'
  | 'collected'
  | 'discard';

export interface LaterMethods {
  readonly methods: Served<Pick<EngineApi, LaterName>>;
  /** Nothing goes on or begins any more. Resolves when what was being written has ended, or was waited for long enough. */
  stop(): Promise<void>;
}

/** What they need of the host; see EngineParts. */
export interface LaterParts {
  readonly media: () => Promise<MediaParts>;
  readonly estimateStorage?: () => Promise<{ used?: number; quota?: number; persisted?: boolean }>;
}

/** What they need of the engine. */
export interface LaterOutlets {
  /** Runs a command and then the steps that follow from any change. */
  readonly then: <Result>(work: Promise<Result>, peer?: ConversationId) => Promise<Result>;
  readonly media: Pick<Media, 'goOn' | 'forget'>;
  /** Lets the account meet its relay, after a restore. */
  readonly meet: () => void;
}

export function createLaterMethods(
  core: Core,
  parts: LaterParts,
  { then, media, meet }: LaterOutlets,
): LaterMethods {
  let made: Backups | undefined;
  let isOver = false;
  const storage = () => arrived(import('./storage-use.ts'));
  const collection = () =>
    arrived(import('./collection.ts')).then((part) => part.collectionOf(core, parts.media));
  const backups = async (): Promise<Backups> => {
    const { createBackups } = await arrived(import('./backup/backups.ts'));
    if (isOver) throw new Fault('stopped');
    const ones = async () => (await automatic()).views();
    return (made ??= createBackups(core, parts.media, meet, ones));
  };
  let byItself: Automatic | undefined;
  const automatic = async (): Promise<Automatic> => {
    const { createAutomatic } = await arrived(import('./backup/automatic.ts'));
    return (byItself ??= createAutomatic(core, parts.media, backups));
  };
  return {
    methods: {
      readInvite: async ({ text }) =>
        (await arrived(import('./contacts.ts'))).readInvite(core, text),
      async setMuted({ conversation, muted }) {
        await (await arrived(import('./contacts.ts'))).setMuted(core, conversation, muted);
        return null;
      },
      async unblock({ conversation }) {
        const { unblock } = await arrived(import('./contacts.ts'));
        await then(unblock(core, conversation), conversation);
        return null;
      },
      messageDetails: async ({ conversation, order }) =>
        (await arrived(import('./message-details.ts'))).messageDetails(core, conversation, order),
      gallery: async (page) => (await arrived(import('./gallery.ts'))).listGallery(core, page),
      async retry({ conversation, order }) {
        const { retryMessage } = await arrived(import('./retry.ts'));
        await then(retryMessage(core, conversation, order), conversation);
        media.goOn({ conversation, order });
        return null;
      },
      async askToResend({ conversation, order }) {
        const { askToResend } = await arrived(import('./ask-again.ts'));
        await then(askToResend(core, conversation, order), conversation);
        return null;
      },
      async askForMedia(place) {
        const { askForMedia } = await arrived(import('./media-again.ts'));
        await then(askForMedia(core, place), place.conversation);
        media.goOn(place);
        return null;
      },
      async deleteMessage(place) {
        const { deleteMessage } = await arrived(import('./deletion.ts'));
        await then(deleteMessage(core, place), place.conversation);
        media.forget(place);
        return null;
      },
      downloadRules: async (change) => (await storage()).changeDownloadRules(core, change),
      async storageUse() {
        return (await storage()).storageUse(core, (await parts.estimateStorage?.()) ?? {});
      },
      storedMedia: async (of) => (await storage()).storedMedia(core, of),
      habits: async (change) => (await collection()).habits(change),
      collection: async () => (await collection()).collection(null),
      collect: async (picture) => (await collection()).collect(picture),
      collected: async (one) => (await collection()).collected(one),
      discard: async (one) => (await collection()).discard(one),
      backupNews: async () => (await automatic()).backupNews(null),
      useBackupFolder: async (folder) => (await automatic()).useBackupFolder(folder),
      backupFolder: async () => (await automatic()).backupFolder(null),
      scheduleBackups: async (wish) => (await automatic()).scheduleBackups(wish),
      stopAutomatic: async (wish) => (await automatic()).stopAutomatic(wish),
      backUpNow: async (wish) => (await automatic()).backUpNow(wish),
      backup: async () => (await backups()).backup(null),
      recoveryKey: async () => (await backups()).recoveryKey(null),
      confirmRecoveryKey: async (key) => (await backups()).confirmRecoveryKey(key),
      newRecoveryKey: async () => (await backups()).newRecoveryKey(null),
      exportBackup: async (target) => (await backups()).exportBackup(target),
      exportArchive: async (wish) => (await backups()).exportArchive(wish),
      exportedBackup: async (file) => (await backups()).exportedBackup(file),
      discardExported: async (file) => (await backups()).discardExported(file),
      readBackup: async (file) => (await backups()).readBackup(file),
      restoreBackup: async (file) => (await backups()).restoreBackup(file),
      forgetInterrupted: async () => (await backups()).forgetInterrupted(null),
      testBackup: async (file) => (await backups()).testBackup(file),
      cancelBackup: async () => (await backups()).cancelBackup(null),
    },
    async stop() {
      isOver = true;
      byItself?.stop();
      await made?.stop();
    },
  };
}
