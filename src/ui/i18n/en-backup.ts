/** English texts of backups: the recovery key, writing, bringing back, proving. */
export const enBackup = {
  'backup.lead':
    'One encrypted file with all your messages, contacts and media. It opens with your recovery key, and with nothing else.',
  'backup.export': 'Export backup',
  'backup.import': 'Import backup',
  'backup.show-key': 'Show recovery key',
  'backup.test': 'Test my backup',
  'backup.new-key': 'New recovery key',

  'backup.last': {
    one: 'Last backup: {date}, {count} message, {size}',
    other: 'Last backup: {date}, {count} messages, {size}',
  },
  'backup.last-old': 'It is older than 30 days: what came since is only in this browser.',
  'backup.last-none':
    'Your messages are only in this browser. If its data is cleared, they are gone.',
  'backup.proven': {
    one: 'Last proven: {date}, {count} message',
    other: 'Last proven: {date}, {count} messages',
  },
  'backup.proven-old': 'Test it again: files get lost and disks grow old.',
  'backup.proven-never': 'Never proven. Test my backup reads it back and compares everything.',

  'backup.doing-export': 'Writing the backup',
  'backup.doing-restore': 'Restoring',
  'backup.doing-import': 'Importing',
  'backup.doing-test': 'Testing the backup',
  'backup.progress': {
    one: '{messages} of {count} message',
    other: '{messages} of {count} messages',
  },
  'backup.progress-media': '{bytes} of {size} of media',
  'backup.progress-begins': 'Counting…',
  'backup.goes-on': 'You can go on using Sotto meanwhile.',
  'backup.cancelling': 'Cancelling…',

  'backup.exported': {
    one: 'The backup is complete: {count} message, {size}.',
    other: 'The backup is complete: {count} messages, {size}.',
  },
  'backup.downloaded': 'You find it where your browser puts downloads.',
  'backup.keep-it': 'Keep it on another device or disk, and the recovery key apart from it.',
  'backup.restored': {
    one: '{count} message was restored.',
    other: '{count} messages were restored.',
  },
  'backup.imported': {
    one: '{count} message was imported.',
    other: '{count} messages were imported.',
  },
  'backup.known': {
    one: '{count} was here already.',
    other: '{count} were here already.',
  },
  'backup.missing': {
    one: '{count} attachment is missing: its bytes were not whole. It can be asked for in its chat.',
    other:
      '{count} attachments are missing: their bytes were not whole. They can be asked for in their chats.',
  },
  'backup.works': {
    one: 'This backup works: {count} message, {media}, made {date}.',
    other: 'This backup works: {count} messages, {media}, made {date}.',
  },
  'backup.works-undated': {
    one: 'This backup works: {count} message, {media}.',
    other: 'This backup works: {count} messages, {media}.',
  },
  'backup.works-not':
    'This backup does not work as a whole. Export a new one now; this one can still be imported as far as it goes.',
  'backup.media': { one: '{count} attachment', other: '{count} attachments' },
  'backup.damaged': {
    one: 'The file is damaged at {count} place ({places}).',
    other: 'The file is damaged at {count} places ({places}).',
  },
  'backup.part': { one: 'part {parts}', other: 'parts {parts}' },
  'backup.header': 'its beginning',
  'backup.end': 'its end',
  'backup.cancelled-export': 'Cancelled. No backup was made.',
  'backup.cancelled-restore':
    'Cancelled. What was brought back so far stays; the same file goes on with it.',
  'backup.cancelled-test': 'Cancelled. The backup was not proven.',
  'backup.done': 'Done',

  'backup.stopped-restore': {
    one: 'The restore stopped at {messages} of {count} message. Choose the same file to go on.',
    other: 'The restore stopped at {messages} of {count} messages. Choose the same file to go on.',
  },
  'backup.stopped-import': {
    one: 'The import stopped at {messages} of {count} message. Choose the same file to go on.',
    other: 'The import stopped at {messages} of {count} messages. Choose the same file to go on.',
  },
  'backup.go-on': 'Go on',
  'backup.leave': 'Leave it',

  'backup.key': 'Recovery key',
  'backup.key-lead':
    'With these 64 digits, and only with them, your backups open. Nobody can give them back to you, and whoever has them and a backup can read everything in it. Write them down or print them; keep no photo of them.',
  'backup.key-since': 'In use since {date}. Older backups open with the key of their time.',
  'backup.key-row': 'Row {row}: {digits}',
  'backup.copy': 'Copy',
  'backup.copied':
    'Copied. Sotto empties the clipboard after 60 seconds, as long as this tab is open. If your device keeps a history of the clipboard, clear it there.',
  'backup.print': 'Print',
  'backup.continue': 'Continue',
  'backup.confirm-lead':
    'Type two groups from your copy, so that it is certain that you have one. Groups are counted row by row.',
  'backup.group': 'Group {group}',
  'backup.group-hint': 'Row {row}, number {place} in it',
  'backup.group-wrong': 'Group {group} is another one. Look at your copy, or at the key once more.',
  'backup.confirm': 'Confirm',
  'backup.confirm-export': 'Confirm and export',
  'backup.confirmed': 'Confirmed. Backups are made with this key from now on.',
  'backup.new-lead':
    'Backups from now on open with another key. Files that you have keep the key of their time, so keep that one too. Do this if somebody may have seen your digits.',
  'backup.new-make': 'Make a new key',

  'backup.sheet': 'Recovery key of Sotto',
  'backup.sheet-lead':
    'These 64 digits open the backups of this account. Keep this sheet where you keep important papers, apart from the backups, and make no photo of it.',
  'backup.sheet-name': 'Account',
  'backup.sheet-host': 'Relay',
  'backup.sheet-date': 'Printed',
  'backup.sheet-made': 'Key made',
  'backup.sheet-qr': 'The 64 digits as a QR code',
  'backup.sheet-use':
    'To restore: open the relay’s page in a browser without an account, choose Restore from a backup, choose the file, and type these digits. Each row checks itself, so that a slip is found.',

  'backup.restore-title': 'Restore from a backup',
  'backup.go-on-title': 'Go on',
  'backup.file-lead': 'Choose the backup file. Its name usually ends in .sotto.',
  'backup.file-hint': 'Or drop it here.',
  'backup.file-test': 'It is read back whole and compared; nothing here is changed.',
  'backup.file-import': 'What is missing here is added; what is here is never changed.',
  'backup.choose': 'Choose file',
  'backup.file-again': 'Choose another file',
  'backup.type-key': 'Type or paste the 64 digits of this backup. Spaces and dashes do not matter.',
  'backup.test-key':
    'This file was made with another key than the present one. Type its 64 digits.',
  'backup.typed': '{digits} of 64 digits',
  'backup.foreign': 'Letters and other signs are left out: a key has digits only.',
  'backup.slip': 'Row {row} has a slip.',
  'backup.slip-shift':
    'Row {row} has a slip; perhaps a digit is missing, or stands there twice. The rows after it cannot be judged yet.',
  'backup.rows-right': { one: '{count} row is right.', other: '{count} rows are right.' },
  'backup.all-right': 'All four rows are right.',
  'backup.row-right': 'Right',
  'backup.row-wrong': 'Has a slip',
  'backup.open': 'Open backup',
  'backup.opening': 'Opening…',
  'backup.test-now': 'Test',
  'backup.mended': {
    one: 'A slip was mended in {places}. Correct your copy: this is the right key.',
    other: 'Slips were mended in {places}. Correct your copy: this is the right key.',
  },
  'backup.mended-place': 'row {row}, group {group}',
  'backup.reading': 'The backup is open. Nothing was changed yet.',
  'backup.reading-name': 'Account',
  'backup.reading-host': 'Relay',
  'backup.reading-made': 'Made',
  'backup.reading-messages': 'Messages',
  'backup.reading-media': 'Attachments',
  'backup.reading-media-size': '{count}, {size}',
  'backup.restore': 'Restore',
  'backup.import-now': 'Import',
  'backup.salvage': 'Salvage what is left',
  'backup.automatic': 'Automatic backups',
  'backup.automatic-lead':
    'Sotto writes a new backup into a folder of yours by itself while a tab is open, and keeps the last three. Choose one that is copied elsewhere, such as a cloud drive or an external disk.',
  'backup.no-folders':
    'This browser cannot write into folders by itself. Once you have a recovery key, Sotto reminds you when your last backup is 30 days old.',
  'backup.choose-folder': 'Choose folder',
  'backup.confirm-folder': 'Confirm and choose folder',
  'backup.folder': 'Folder',
  'backup.written': 'Last one',
  'backup.written-last': {
    one: '{date}, {count} message, {size}',
    other: '{date}, {count} messages, {size}',
  },
  'backup.written-none': 'None yet',
  'backup.next': 'Next one',
  'backup.next-date': '{date}, when Sotto is open',
  'backup.next-soon': 'As soon as nothing is sent or received for a minute',
  'backup.schedule': 'How often',
  'backup.every-day': 'Every day',
  'backup.every-week': 'Every week',
  'backup.every-month': 'Every month',
  'backup.now': 'Back up now',
  'backup.stop-automatic': 'Stop automatic backups',

  'backup.notice': 'Your backups',
  'backup.open-settings': 'Open backup settings',
  'backup.allow-again': 'Allow again',
  'backup.folder-prompt': 'The browser asks whether Sotto may still write into “{name}”.',
  'backup.folder-prompt-more':
    'Until you allow it, no backups are made. Where the browser offers it, allow it on every visit.',
  'backup.folder-denied': 'Sotto may not write into “{name}”.',
  'backup.folder-denied-more': 'No backups are made by themselves until you choose a folder.',
  'backup.folder-gone': 'The folder “{name}” cannot be found.',
  'backup.folder-gone-more':
    'Connect its disk, or choose another; until then no backups are made by themselves.',
  'backup.unread': 'Your backup of {date} could not be read.',
  'backup.unread-gone': 'It is no longer in its folder.',
  'backup.unread-whole': 'It is not the file that Sotto wrote.',
  'backup.unread-more': 'Make a new one, and see whether that disk can be trusted.',
  'backup.failed': 'The last automatic backup failed.',
  'backup.late': {
    one: 'No automatic backup has been written for {count} day.',
    other: 'No automatic backup has been written for {count} days.',
  },
  'backup.late-more': 'One is written while a tab of Sotto is open and nothing happens.',
  'backup.old': {
    one: 'Your last backup is {count} day old.',
    other: 'Your last backup is {count} days old.',
  },
  'backup.old-more': 'What came since is only in this browser.',
  'backup.none': {
    one: 'You have had a recovery key for {count} day, and no backup.',
    other: 'You have had a recovery key for {count} days, and no backup.',
  },
  'backup.none-more': 'Your messages are only in this browser.',
  'backup.archive': 'Export as a readable archive',
  'backup.archive-lead':
    'A .zip file with one page that opens in any browser without a network, with search, pictures and dates, and the same once more as JSON for programs.',
  'backup.archive-chat': 'Which chat',
  'backup.archive-all': 'All chats',
  'backup.archive-media': 'With photos and files',
  'backup.archive-warning':
    'This file is not encrypted: whoever has it can read everything in it. It cannot be imported again; for that there is the backup.',
  'backup.archive-begin': 'Export',
  'backup.doing-archive': 'Writing the archive',
  'backup.cancelled-archive': 'Cancelled. No archive was made.',
  'backup.archived': {
    one: 'The archive is complete: {count} message, {size}.',
    other: 'The archive is complete: {count} messages, {size}.',
  },
  'backup.archive-open':
    'Unpack it and open messages.html. Whoever has it can read it, so keep it where nobody else looks.',

  'backup.close-hint': 'You may close this window; Settings shows how far it is.',
  'backup.lost': 'Sotto’s data is gone from this browser',
  'backup.lost-cause':
    'Your account was here. The browser cleared it to make room, or the site’s data was cleared by hand.',
  'backup.lost-backup':
    'Your last backup was made on {date}. Restore it: your messages come back, and people reach you again.',
  'backup.lost-next':
    'With a backup everything comes back. Without one you begin anew, and people need your new link.',
} as const;
