/**
 * How the database came to its present shape: one function a version, in order, never changed once released.
 * They import nothing, because what they would import changes later; names stand here as they were. Each runs
 * inside the upgrade's transaction and may only await that transaction's requests.
 */

/** Brings the database from version `n` to `n + 1`, `n` being its place in the list. */
export type Migration = (database: IDBDatabase, transaction: IDBTransaction) => void;

export const migrations: readonly Migration[] = [
  function createTables(database) {
    database.createObjectStore('meta', { keyPath: ['name'] });
    database.createObjectStore('keys', { keyPath: ['name'] });
    database.createObjectStore('records', { keyPath: ['name'] });
    database.createObjectStore('prekeys', { keyPath: ['kind', 'id'] });
    database.createObjectStore('tokens', { keyPath: ['hash'] });
    database.createObjectStore('contacts', { keyPath: ['id'] });
    database.createObjectStore('conversations', { keyPath: ['id'] });
    database.createObjectStore('drafts', { keyPath: ['conversation'] });
    const messages = database.createObjectStore('messages', { keyPath: ['conversation', 'order'] });
    messages.createIndex('byId', ['conversation', 'sender', 'id']);
    database.createObjectStore('sessions', { keyPath: ['account', 'device'] });
    const outbox = database.createObjectStore('outbox', { keyPath: ['sequence'] });
    outbox.createIndex('byPeer', ['peer', 'sequence']);
    const sentLog = database.createObjectStore('sentLog', { keyPath: ['hash'] });
    sentLog.createIndex('byMessage', ['peer', 'message']);
    sentLog.createIndex('byExpiry', ['expires']);
    const seen = database.createObjectStore('seen', { keyPath: ['hash'] });
    seen.createIndex('byExpiry', ['expires']);
  },
  function addAttachments(database) {
    const attachments = database.createObjectStore('attachments', {
      keyPath: ['conversation', 'order'],
    });
    attachments.createIndex('byStage', ['stage', 'conversation', 'order']);
  },
  function addCollection(database) {
    database.createObjectStore('collection', { keyPath: ['id'] });
    database.createObjectStore('collectionBytes', { keyPath: ['id'] });
  },
  function addDraftFiles(database) {
    database.createObjectStore('draftFiles', { keyPath: ['conversation'] });
  },
  function addFolders(database) {
    database.createObjectStore('folders', { keyPath: ['name'] });
  },
];
