/** What attachments need of the platform, in a file of its own: it is loaded with the first of them. */
export { isMetered, room } from './media-platform.ts';
export { httpBlobs } from '../../net/blobs.ts';
export { opfsExports, opfsMediaFolder } from '../../storage/media-folder.ts';
export { openScratch } from '../../storage/scratch.ts';
