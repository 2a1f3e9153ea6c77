/** English: attachments, before they are sent, in a chat and in the viewer. */
import { enVoice } from './en-voice.ts';

export const enMedia = {
  ...enVoice,

  'media.download': 'Download {size}',
  'media.pause': 'Pause',
  'media.cancel-upload': 'Cancel upload',
  'media.cancel-download': 'Cancel download',
  'media.resume': 'Go on',
  'media.preparing': 'Preparing…',
  'media.uploading': 'Uploading',
  'media.fetching': 'Downloading',
  'media.amount': '{done} of {total}',
  'media.paused': 'Paused',
  'media.after-accept': 'Can be downloaded once you accept',
  'media.after-unblock': 'Cannot be downloaded from somebody you have blocked',
  'media.gone': 'No longer at the relay',
  'media.removed': 'Deleted here',
  'media.ask': 'Ask {name} to send it again',
  'media.asked': 'Asked, waiting for {name}',
  'media.save': 'Save',
  'media.open': 'Open {name}',

  'media.viewer': 'Media',
  'media.previous': 'Previous',
  'media.next': 'Next',
  'media.save-viewed': 'Download',
  'media.zoom': 'Zoom',

  'media.gallery': 'Media, files and links',
  'media.gallery-media': 'Media',
  'media.gallery-files': 'Files',
  'media.gallery-links': 'Links',
  'media.gallery-none-media': 'No pictures or videos yet',
  'media.gallery-none-files': 'No files yet',
  'media.gallery-none-links': 'No links yet',
  'media.gallery-more': 'Show older',
  'media.gallery-hint': 'What was sent here beside words',

  'media.delete-only': 'Delete only the attachment',
  'media.delete-only-hint': 'The message stays, and the attachment no longer takes room here.',

  'media.tray': 'Send files',
  'media.caption': 'Caption',
  'media.remove': 'Remove attachment',
  'media.send': 'Send',
  'media.looking': 'Looking at it…',
  'media.sending': 'Sending {count} of {total}…',
  'media.original': 'Original',
  'media.original-hint':
    'The bytes as they are, with place, time and device if the camera wrote them down',
  'media.clean': 'Location and camera data removed',
  'media.as-it-is': 'Sent as it is, with what the camera wrote into it',
  'media.as-file':
    'This picture cannot be shown here. It goes as a file, with what the camera wrote into it',
  'media.too-large': {
    one: '{count} file has more than 2 GB and was left out',
    other: '{count} files have more than 2 GB and were left out',
  },
  'media.draft': { one: '{count} attachment', other: '{count} attachments' },
  'media.draft-open': {
    one: '{count} attachment in the draft',
    other: '{count} attachments in the draft',
  },
  'media.draft-lost': {
    one: '{count} attachment of the draft cannot be read any more. Attach it again.',
    other: '{count} attachments of the draft cannot be read any more. Attach them again.',
  },
  'media.unkept-large':
    'Too large for the draft: it stays here only while this tab is open. Send it before you close it.',
  'media.unkept':
    'Not kept in the draft: it stays here only while this tab is open. {reason} Send it before you close it.',
  'media.earlier': 'Move earlier',
  'media.later': 'Move later',
} as const;
