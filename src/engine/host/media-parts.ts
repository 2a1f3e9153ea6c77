/** What attachments and backups need of the platform, in a file of its own: it is loaded with the first of them. */
import { type Clock } from '../../lib/clock.ts';
import { httpBlobs } from '../../net/blobs.ts';
import { opfsExports, opfsMediaFolder } from '../../storage/media-folder.ts';
import { pickedFolder } from '../../storage/picked-folder.ts';
import { dropScratch, openScratch } from '../../storage/scratch.ts';
import { type MediaParts } from '../media-work.ts';
import { isMetered, room } from './media-platform.ts';

/** @param origin of the relay that serves this page */
export function mediaParts(
  origin: string,
  clock: Clock,
  lendWorker: MediaParts['lendWorker'],
): MediaParts {
  return {
    blobs: httpBlobs(origin, clock),
    folder: opfsMediaFolder(),
    exports: opfsExports(),
    picked: pickedFolder,
    scratch: openScratch,
    dropScratch,
    lendWorker,
    isMetered,
    room,
  };
}
