/** English texts of Settings. */
export const enSettings = {
  'settings.profile': 'Profile',
  'settings.name-save': 'Save name',
  'settings.name-saved': 'Saved. The people you talk with see it from now on.',
  'settings.address': 'Your address',
  'settings.address-hint':
    'It is a hash of your key: nobody can pretend to have it. To be found, send an invite link instead.',
  'settings.registered-not':
    'The relay has not heard of this account yet; it will when there is a connection.',

  'settings.privacy': 'Privacy',
  'settings.privacy-hint':
    'Each of these goes both ways: what you switch off you do not see of others either.',
  'settings.receipts': 'Read receipts',
  'settings.receipts-hint': 'Coloured ticks once a message was read.',
  'settings.typing': 'Typing',
  'settings.typing-hint': 'Show that you are writing.',
  'settings.last-seen': 'Online and last seen',
  'settings.last-seen-hint': 'Show when you are here, and when you last were.',

  'settings.calls': 'Calls',

  'settings.notifications': 'Notifications',
  'settings.notify-level': 'A notification shows',
  'settings.notify-name-and-text': 'name and text',
  'settings.notify-name': 'the name only',
  'settings.notify-nothing': 'only that there is something new',
  'settings.notify-off': 'nothing: no notifications',
  'settings.notify-closed':
    'They come while Sotto is open in a tab or as an app, also in the background. When it is closed, messages wait at the relay until you open it.',
  'settings.notify-unasked': 'The browser has not been asked yet.',
  'settings.notify-unsupported': 'This browser has no notifications.',

  'settings.backup': 'Backup',

  'settings.storage': 'Storage',
  'settings.storage-used': '{used} of {quota} used by Sotto in this browser',
  'settings.storage-used-only': '{used} used by Sotto in this browser',
  'settings.storage-kept': 'The browser promised not to clear it on its own.',
  'settings.storage-not-kept':
    'If the device runs short of space the browser may clear it, and the account with it. Using Sotto often or installing it helps.',
  'settings.storage-warning':
    'Little space is left. Delete a chat you no longer need, or free space on this device.',
  'settings.storage-chats': 'Chats by size',
  'settings.storage-chat': 'Chat',
  'settings.storage-messages': 'Messages',
  'settings.storage-size': 'Size',
  'settings.storage-sorts': 'By sort',
  'settings.storage-sort': 'Sort',
  'settings.sort-messages': 'Messages',
  'settings.sort-photos': 'Photos, GIFs and stickers',
  'settings.sort-voice': 'Voice notes',
  'settings.sort-videos': 'Videos',
  'settings.sort-files': 'Files and audio',
  'settings.sort-kept': 'My stickers and saved GIFs',
  'settings.downloads': 'Download by itself',
  'settings.downloads-hint':
    'Everything else waits for a click. Metered is mobile data, or a browser that saves data, where it says so.',
  'settings.downloads-never': 'Never',
  'settings.downloads-up-to': 'Up to {size}',
  'settings.downloads-any': 'Any size',
  'settings.downloads-metered': 'Also on metered connections',
  'settings.media-open': 'Delete media…',
  'settings.media-open-of': 'Delete media of {name}',
  'settings.media-title': 'Delete media',
  'settings.media-title-of': 'Delete media of {name}',
  'settings.media-hint':
    'The messages stay. What others sent can be asked for again; what you sent is then no longer here.',
  'settings.media-all': 'Select all',
  'settings.media-chosen': {
    one: '{count} selected, {size}',
    other: '{count} selected, {size}',
  },
  'settings.media-list': 'Attachments by size',
  'settings.media-more': 'Show more',
  'settings.media-none': 'There is no media here that could be deleted.',
  'settings.media-delete': 'Delete…',
  'settings.media-sure': {
    one: 'Delete {count} attachment, {size}, from this browser? Its message stays.',
    other: 'Delete {count} attachments, {size}, from this browser? Their messages stay.',
  },
  'settings.media-delete-now': 'Delete media',
  'settings.media-deleting': 'Deleting media',
  'settings.media-progress': {
    one: '{done} of {count} deleted',
    other: '{done} of {count} deleted',
  },
  'settings.media-kept': {
    one: '{count} attachment is still being sent and stays.',
    other: '{count} attachments are still being sent and stay.',
  },
  'settings.storage-meter': 'Share of the space used',

  'settings.appearance': 'Appearance',
  'settings.theme': 'Theme',
  'settings.theme-auto': 'As the system',
  'settings.theme-light': 'Light',
  'settings.theme-dark': 'Dark',
  'settings.text-size': 'Text size',
  'settings.text-small': 'Small',
  'settings.text-normal': 'Normal',
  'settings.text-large': 'Large',
  'settings.text-largest': 'Largest',

  'settings.language': 'Language',
  'settings.language-choose': 'Language of Sotto',
  'settings.language-auto': 'As the browser',

  'settings.relay': 'What the relay knows',
  'settings.relay-lead':
    'This is everything the relay holds about you, row by row, as it answers now. Your name, your contacts and what you write are not among it: it never gets them.',
  'settings.relay-rows': { one: '{count} row', other: '{count} rows' },
  'settings.relay-more': 'Show the rows',
  'settings.relay-asking': 'Asking the relay…',
  'settings.relay-again': 'Ask again',
  'settings.relay-nothing': 'The relay holds no row about you.',
  'settings.relay-empty': 'empty',
  'settings.relay-mailboxes': 'Your mailbox',
  'settings.relay-mailboxes-why':
    'The id of your address, the public key that proves it is you who connects, and which installation holds it.',
  'settings.relay-signed_prekeys': 'Signed prekeys',
  'settings.relay-signed_prekeys-why':
    'Public halves of keys, signed by you, so that somebody can write to you while you are away.',
  'settings.relay-one_time_prekeys': 'One-time prekeys',
  'settings.relay-one_time_prekeys-why':
    'Public halves again, each used once and then gone, so that every conversation begins with fresh keys.',
  'settings.relay-kyber_prekeys': 'One-time prekeys against quantum computers',
  'settings.relay-kyber_prekeys-why':
    'The same, of a kind that a quantum computer could not break: what is recorded today stays closed then.',
  'settings.relay-tokens': 'Tokens',
  'settings.relay-tokens-why':
    'Hashes of the permits that your contacts and invite links carry, so that strangers cannot fill your mailbox. The relay cannot tell who holds which.',
  'settings.relay-queue': 'Messages that wait for you',
  'settings.relay-queue-why':
    'Sealed envelopes, with their size and the hour they came, not who sent them. Each is erased when this browser confirms it.',
  'settings.relay-other': 'Something this version does not know',
  'settings.relay-other-why':
    'The table is called “{table}”. Ask who runs the relay what it is for.',

  'settings.about': 'About',
  'settings.about-text':
    'Sotto is a private messenger in a browser tab: Signal’s protocol between the people who talk, and one small relay that forgets.',
  'settings.about-limits':
    'Who serves this page could serve another one. And whoever has this device unlocked reads what you read.',
  'settings.shortcuts': 'Shortcuts',

  'settings.erase': 'Erase account',
  'settings.erase-lead':
    'Removes your keys, chats and settings here, and your mailbox at the relay.',
  'erase.title': 'Erase this account?',
  'erase.text':
    'Your keys, all chats and all settings are removed from this browser, and your mailbox with what waits in it from the relay. Nobody can bring them back, and your address is never yours again.',
  'erase.contacts': 'What the people you talked with have stays with them.',
  'erase.offline':
    'The relay cannot be reached now. You can erase this browser alone; the mailbox then stays at the relay, unread, until it is cleared there.',
  'erase.here-only': 'Erase here only',
  'erase.busy': 'Erasing…',
} as const;
