/**
 * What a tab may ask of the engine and hear from it: types only. Everything here crosses a MessagePort, so it
 * is plain data; keys, tokens and sessions never appear. Names of tables, sockets and sessions do not either:
 * outside the engine nobody sees more than this file.
 */
import type { Bytes } from '../lib/bytes.ts';
import type { FaultCode } from '../lib/fault.ts';
import type { AccountId, ConversationId, MessageId } from '../lib/ids.ts';
import type { AutomaticApi } from './api-automatic.ts';
import type { BackupApi, BackupEvent } from './api-backup.ts';
import type { CallBody, CallEvent, CallsApi } from './api-calls.ts';

export type * from './api-automatic.ts';
export type * from './api-backup.ts';
export type * from './api-calls.ts';

/** Where the account of this browser stands. */
export type AccountView =
  | { readonly standing: 'none' }
  | {
      /** `held-elsewhere`: another installation claimed the mailbox; everything stays readable. */
      readonly standing: 'ready' | 'held-elsewhere';
      readonly id: AccountId;
      readonly name: string;
      /** `<id>@<host>`. */
      readonly address: string;
      /** False until the relay has heard of the account for the first time. */
      readonly registered: boolean;
    };

export interface ConnectionView {
  /** `paused`: another installation holds the account, or the engine was told to stop. */
  readonly status: 'connecting' | 'online' | 'offline' | 'paused';
  /** Own messages that the relay does not have yet. */
  readonly waiting: number;
  /** How far the relay's clock differs from this one in ms, once it is known and worth telling (over an hour). */
  readonly clockSkew?: number;
}

export type MessageState = 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

/** How an attachment is shown. */
export type AttachmentForm = 'image' | 'video' | 'audio' | 'voice' | 'file' | 'sticker' | 'gif';

/**
 * Where the bytes of an attachment stand. Own ones: `staging` (being sealed), `uploading`, `here`. Others' ones:
 * `remote` (not fetched), `fetching`, `here`, `gone` (nobody has it any more). `removed`: deleted here by the person.
 */
export type AttachmentStage =
  'staging' | 'uploading' | 'here' | 'remote' | 'fetching' | 'gone' | 'removed';

/** What a person chose to send, beside its bytes: hints by which the other side draws its place. */
export interface AttachmentHints {
  readonly form: AttachmentForm;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds. */
  readonly duration?: number;
  /** A blurred picture of some 25 bytes (thumbhash). */
  readonly thumbhash?: Bytes;
  /** Loudness over time, a byte for each bar. */
  readonly waveform?: Bytes;
}

/** A file that was chosen for a chat and not sent. */
export interface DraftFile {
  /** Given by the tab where it was chosen. */
  readonly id: string;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly caption: string;
  /** To be sent with all that the camera wrote into it. */
  readonly original: boolean;
}

/** An attachment as tabs see it: what it is, and where its bytes stand. No key crosses. */
export interface AttachmentView extends AttachmentHints {
  /** Bytes. */
  readonly size: number;
  readonly stage: AttachmentStage;
  /** A person ended the transfer; it goes on when asked for. */
  readonly paused?: boolean;
  /** Why the transfer does not go on. */
  readonly fault?: FaultCode;
  /** When its sender was last asked to send it again, ms since 1970. */
  readonly asked?: number;
  /** Of others' voice notes: it was heard here. */
  readonly played?: boolean;
}

/** What a message says. */
export type MessageBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'media'; readonly attachment: AttachmentView; readonly caption: string }
  /** A stub for what could not be decrypted; it heals in place. */
  | {
      readonly kind: 'undecryptable';
      readonly reason: FaultCode;
      /** `asked`: a resend was requested; `possible`: the button may ask. */
      readonly resend: 'possible' | 'asked' | 'after-accept' | 'impossible';
    }
  | CallBody
  /** Made by a newer version of Sotto. */
  | { readonly kind: 'unknown' };

export interface MessageView {
  readonly conversation: ConversationId;
  /** Place in the chat: rising, never changed. */
  readonly order: number;
  readonly id: MessageId;
  readonly own: boolean;
  /** The time to show, ms since 1970: when it was written, or when it arrived if that lies in the future. */
  readonly time: number;
  readonly body: MessageBody;
  /** Own messages only; absent in Notes. */
  readonly state?: MessageState;
  /** Why an own message failed. */
  readonly failure?: FaultCode;
}

/** Everything about one message, for `Details`. Times in ms since 1970. */
export interface MessageDetails {
  readonly message: MessageView;
  readonly written: number;
  readonly arrived?: number;
  readonly sent?: number;
  readonly delivered?: number;
  readonly read?: number;
  /** Until when the relay keeps it, while it waits there. */
  readonly keptUntil?: number;
}

/** How a conversation stands. `asked`: I opened their link and they have not answered yet. */
export type Standing = 'notes' | 'asked' | 'accepted' | 'request' | 'blocked';

/** One line of the chat list. */
export interface ChatSummary {
  readonly id: ConversationId;
  readonly standing: Standing;
  /** Empty for Notes, whose name the interface translates. */
  readonly name: string;
  readonly unread: number;
  readonly muted: boolean;
  /** ms since 1970 by which the list is sorted, newest first. */
  readonly time: number;
  readonly last?: {
    readonly body: MessageBody;
    readonly own: boolean;
    readonly state?: MessageState;
  };
  /** Text written and not sent. */
  readonly draft: string;
  /** Files chosen and not sent, as far as they are kept; absent as none. */
  readonly files?: number;
  /** True while the other side types. */
  readonly typing: boolean;
  /**
   * A random name of this chat that means nothing outside this browser, for what the browser itself writes down (its
   * session history). Absent in a chat of an older build until something changes in it.
   */
  readonly handle?: string;
}

/** Why the last own message is not delivered yet, in facts that the interface puts in words. */
export type Waiting =
  /** This browser has no network or the relay does not answer. */
  | { readonly reason: 'offline' }
  /** Stored at the relay until the peer connects. `lastSeen` where the peer shares it. */
  | { readonly reason: 'at-relay'; readonly until?: number; readonly lastSeen?: number }
  /** The relay does not take it now (a stale token, or a full mailbox); it is tried again until `until`. */
  | {
      readonly reason: 'not-accepted-now' | 'mailbox-full' | 'rate-limited';
      readonly until: number;
    }
  /** The invite that leads there has expired or was withdrawn; a new one is needed. */
  | { readonly reason: 'invite-expired' | 'invite-revoked' }
  /** The relay answered with a key that does not belong to the address. */
  | { readonly reason: 'untrusted-identity' };

export interface ChatDetails {
  readonly id: ConversationId;
  readonly standing: Standing;
  readonly name: string;
  /** `<id>@<host>`. */
  readonly address: string;
  readonly muted: boolean;
  readonly typing: boolean;
  /** Known only where both share it. */
  readonly presence?: { readonly online: boolean; readonly lastSeen?: number };
  readonly waiting?: Waiting;
}

/** What `openChat` gives: the details, and the newest messages with the first unread among them. */
export interface OpenedChat {
  readonly chat: ChatDetails;
  readonly page: MessagePage;
  readonly unread: number;
  /** Order of the first unread message. */
  readonly firstUnread?: number;
  readonly draft: string;
}

/** Messages in ascending order, and whether there are more on either side. */
export interface MessagePage {
  readonly messages: readonly MessageView[];
  readonly older: boolean;
  readonly newer: boolean;
}

/** What a gallery shows: pictures and videos; files and sound; messages with links. */
export type GalleryKind = 'media' | 'files' | 'links';

/** Messages of a gallery, nearest first. The search goes on from `next`; without it, that was all. */
export interface GalleryPage {
  readonly messages: readonly MessageView[];
  readonly next?: number;
}

/** An invite as it reads before anything is done with it. */
export interface InviteReading {
  readonly name: string;
  readonly id: AccountId;
  readonly host: string;
  /** `own` and `expired` links and those for another relay cannot be used; `known` leads to the chat that exists. */
  readonly verdict: 'usable' | 'own' | 'expired' | 'other-relay' | 'known';
}

/** The own invite. The link carries everything after `#`. */
export interface OwnInvite {
  readonly link: string;
  readonly oneTime: boolean;
  /** ms since 1970. */
  readonly expires?: number;
}

export interface Settings {
  readonly name: string;
  /** Each is reciprocal: whoever switches it off does not see the other's either. */
  readonly readReceipts: boolean;
  readonly typing: boolean;
  readonly lastSeen: boolean;
  readonly language: 'auto' | 'en' | 'es';
  readonly appearance: 'auto' | 'light' | 'dark';
  readonly notifications: 'name-and-text' | 'name' | 'nothing' | 'off';
  /** `never`: nothing rings here, and nobody is called. */
  readonly calls: 'relay' | 'never';
}

/** Sorts of attachments that rules and totals tell apart; photos with GIFs and stickers, files with audio. */
export type MediaSort = 'photos' | 'voice' | 'videos' | 'files';

/** When an attachment is fetched by itself. */
export interface DownloadRule {
  /** Largest size, bytes; 0 for never, 2^31 for any. */
  readonly upTo: number;
  /** Also where the browser says that the connection is metered. */
  readonly metered: boolean;
}

export type DownloadRules = Readonly<Record<MediaSort, DownloadRule>>;

/** What is used often here: most recent first. It tells much of a person, so it lies sealed like all else. */
export interface Habits {
  readonly emoji: readonly string[];
  /** Of hands and people: 0 is the yellow one, 1–5 from light to dark. */
  readonly tone: number;
  /** Names of bundled stickers and ids of own ones. */
  readonly stickers: readonly string[];
}

/** A picture that is kept to be sent again: an own sticker or a saved GIF. */
export interface Collected {
  readonly id: string;
  readonly kind: 'sticker' | 'gif';
  /** Media type. */
  readonly type: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface StorageUse {
  /** Bytes that this origin uses and may use, as the browser estimates. */
  readonly used?: number;
  readonly quota?: number;
  readonly persisted?: boolean;
  /** Bytes of own stickers and saved GIFs. */
  readonly kept: number;
  readonly chats: readonly {
    readonly id: ConversationId;
    readonly name: string;
    readonly standing: Standing;
    readonly messages: number;
    /** Of everything here. */
    readonly bytes: number;
    readonly sorts: Readonly<Record<'messages' | MediaSort, number>>;
  }[];
}

/** An attachment that takes room here. */
export interface StoredMedia {
  readonly conversation: ConversationId;
  readonly order: number;
  readonly bytes: number;
}

/** One row that the relay holds about this account; values are text. */
export interface LedgerRow {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly value: string }[];
}

/** What a tab shows, so that the engine knows whom to tell what. */
export interface TabState {
  readonly visible: boolean;
  readonly focused: boolean;
  /** The chat on screen. */
  readonly conversation?: ConversationId;
}

/** Everything a tab shows at its start. */
export interface Snapshot {
  readonly account: AccountView;
  readonly connection: ConnectionView;
  readonly settings: Settings;
  readonly chats: readonly ChatSummary[];
}

/** Methods of the engine, each from one argument to one result; rejections are Faults `{code, retry}`. */
export type EngineApi = AutomaticApi &
  BackupApi &
  CallsApi & {
    /** The state of everything, and the start of events for this tab; a call that is going on comes as one. */
    snapshot: (none: null) => Snapshot;
    /** Makes the account; works offline. Faults `account-exists`, `bad-name`, `storage-full`. */
    createAccount: (account: { name: string; language?: 'en' | 'es' }) => null;
    /** Removes everything here and, when the relay can be reached, there. Rejects `offline` unless `localOnly`. */
    eraseAccount: (how: { localOnly: boolean }) => null;
    /** Takes the mailbox back after another installation claimed it. */
    claimAccount: (none: null) => null;

    /** The own invite link (the stable one is made with the account). */
    ownInvite: (none: null) => OwnInvite;
    /** Withdraws the stable link and makes a new one, optionally for one person or with an end. */
    makeNewInvite: (how: { oneTime: boolean; expiresInMs?: number }) => OwnInvite;
    /** Reads a pasted link. Fault `bad-invite`. Nothing is stored. */
    readInvite: (link: { text: string }) => InviteReading;
    /** Accepts the person behind a link and opens the chat. Faults `bad-invite`, `own-invite`, `invite-expired`, `other-relay`. */
    startChat: (link: { text: string }) => ConversationId;

    openChat: (chat: { conversation: ConversationId; limit: number }) => OpenedChat;
    /** Messages before, after or around an order. */
    messages: (page: {
      conversation: ConversationId;
      before?: number;
      after?: number;
      limit: number;
    }) => MessagePage;
    messageDetails: (message: { conversation: ConversationId; order: number }) => MessageDetails;
    /** Stores the message and queues it; the result is its order. Faults `empty-message`, `message-too-large`, `blocked`. */
    send: (message: { conversation: ConversationId; text: string }) => {
      order: number;
      id: MessageId;
    };
    /**
     * Sends a file: the message appears at once, its bytes are sealed here, uploaded, and then the message leaves. The
     * file is read until it is sealed. Faults `too-large`, `blocked`, `not-enough-room`, `no-tab`, `storage-full`.
     */
    attach: (message: {
      conversation: ConversationId;
      source: Blob;
      hints: AttachmentHints;
      caption: string;
      /** Id of the file in the draft that is sent with it. */
      draft?: string;
    }) => { order: number; id: MessageId };
    /** Fetches an attachment that is not here, or goes on with a transfer that was ended. */
    transfer: (message: { conversation: ConversationId; order: number }) => null;
    /** Ends a transfer until it is asked for again. What has come stays, unless it is to be dropped (others' only). */
    pauseTransfer: (message: {
      conversation: ConversationId;
      order: number;
      drop?: boolean;
    }) => null;
    /**
     * The bytes of an attachment that is here, under its type.
     * Faults `no-such-message`, `blob-gone` (not here), `bad-blob` (its file was changed or damaged).
     */
    openAttachment: (message: { conversation: ConversationId; order: number }) => Blob;
    /**
     * Some of those bytes, for what is too large to be held whole: `from` inclusive, `to` exclusive, at most 8 MiB.
     * Faults as in openAttachment.
     */
    readAttachment: (part: {
      conversation: ConversationId;
      order: number;
      from: number;
      to: number;
    }) => Bytes;
    /** Messages of a chat that a gallery shows, older than `before` or newer than `after`. */
    gallery: (page: {
      conversation: ConversationId;
      kind: GalleryKind;
      before?: number;
      after?: number;
      limit: number;
    }) => GalleryPage;
    /**
     * Fetches an attachment that is `gone` or `removed`, and asks its sender to send it again if the relay does not have
     * it any more: once a day. Faults `no-such-message` (none of another's), `blocked` (nobody that is talked with).
     */
    askForMedia: (message: { conversation: ConversationId; order: number }) => null;
    /** Deletes the bytes here and leaves the message. */
    removeAttachment: (message: { conversation: ConversationId; order: number }) => null;
    /** A voice note of the other side was heard. */
    markPlayed: (message: { conversation: ConversationId; order: number }) => null;
    /** Queues a failed message again. */
    retry: (message: { conversation: ConversationId; order: number }) => null;
    /** Asks the sender of a stub for its message again. */
    askToResend: (message: { conversation: ConversationId; order: number }) => null;
    /** Deletes for me. */
    deleteMessage: (message: { conversation: ConversationId; order: number }) => null;
    /** Everything up to and including `order` was seen in a focused chat. */
    markRead: (chat: { conversation: ConversationId; order: number }) => null;
    /**
     * The files of a draft whose bytes are kept here, in their order. `files` takes the place of the whole list first:
     * what is missing there is erased, and what is new has no bytes yet.
     */
    draftFiles: (draft: {
      conversation: ConversationId;
      files?: readonly DraftFile[];
    }) => readonly DraftFile[];
    /**
     * The bytes of a file in a draft; with `source` they are sealed and kept first. Faults `too-large` (more than 64 MiB,
     * or with the others more than 256 MiB), `cancelled` (not in the list, or not any more), `not-enough-room`, `no-tab`,
     * `storage-full`, `file-changed`; `blob-gone`, `bad-blob`.
     */
    draftFile: (file: { conversation: ConversationId; id: string; source?: Blob }) => Blob;
    setDraft: (draft: { conversation: ConversationId; text: string }) => null;
    setTyping: (typing: { conversation: ConversationId; active: boolean }) => null;

    acceptRequest: (chat: { conversation: ConversationId }) => null;
    /** Drops the request; a new message makes a new one. */
    deleteRequest: (chat: { conversation: ConversationId }) => null;
    block: (chat: { conversation: ConversationId }) => null;
    unblock: (chat: { conversation: ConversationId }) => null;
    setMuted: (chat: { conversation: ConversationId; muted: boolean }) => null;
    deleteChat: (chat: { conversation: ConversationId }) => null;

    changeSettings: (change: Partial<Settings>) => Settings;
    /** What is fetched by itself; what is given is changed first. */
    downloadRules: (change: Partial<DownloadRules>) => DownloadRules;
    /** What is used often here; what is given is changed first. */
    habits: (change: Partial<Habits>) => Habits;
    /** What is kept to be sent again, newest first. */
    collection: (none: null) => readonly Collected[];
    /**
     * Keeps a picture; one that is kept already stays one. Faults `picture-too-large`, `collection-full`,
     * `not-a-picture`, `not-enough-room`.
     */
    collect: (picture: Omit<Collected, 'id'> & { readonly source: Blob }) => Collected;
    /** The bytes of one. Fault `blob-gone`. */
    collected: (one: { id: string }) => Blob;
    discard: (one: { id: string }) => null;
    storageUse: (none: null) => StorageUse;
    /** The attachments that are here, of one chat or of all, largest first. */
    storedMedia: (of: { conversation?: ConversationId }) => readonly StoredMedia[];
    /** What the relay holds about this account. Fault `offline`. */
    ledger: (none: null) => readonly LedgerRow[];
    /** Reports what this tab shows. */
    setTab: (tab: TabState) => null;
    /** Tries to connect at once instead of at the end of the back-off. */
    reconnect: (none: null) => null;
  };

/** What a tab hears without asking. */
export type EngineEvent =
  | BackupEvent
  | CallEvent
  | { readonly type: 'account'; readonly account: AccountView }
  | { readonly type: 'connection'; readonly connection: ConnectionView }
  | { readonly type: 'settings'; readonly settings: Settings }
  /** Lines of the chat list that changed or went. */
  | {
      readonly type: 'chats';
      readonly changed: readonly ChatSummary[];
      readonly removed: readonly ConversationId[];
    }
  /** Messages that came, changed or went, by order. */
  | {
      readonly type: 'messages';
      readonly conversation: ConversationId;
      readonly changed: readonly MessageView[];
      readonly removed: readonly number[];
    }
  /** How far the transfer of a shown attachment has come, in bytes of what is transferred. */
  | {
      readonly type: 'transfer';
      readonly conversation: ConversationId;
      readonly order: number;
      readonly done: number;
      readonly total: number;
    }
  /** The chat on this tab's screen: presence, typing, waiting. */
  | { readonly type: 'chat'; readonly chat: ChatDetails }
  | { readonly type: 'draft'; readonly conversation: ConversationId; readonly text: string }
  /** What draftFiles gives has changed. */
  | {
      readonly type: 'draft-files';
      readonly conversation: ConversationId;
      readonly files: readonly DraftFile[];
    }
  /** Sent to one tab only: show a notification. `name` and `body` are as much as the setting allows. */
  | {
      readonly type: 'notify';
      readonly conversation: ConversationId;
      readonly name?: string;
      readonly body?: MessageBody;
    }
  /** A fault of the engine's own that the person must know of (for example `storage-full`). */
  | { readonly type: 'trouble'; readonly code: FaultCode }
  /** This engine stands down; the tab connects again (`newer`), or offers `Use here` (`other-tab`), or reloads (`erased`). */
  | { readonly type: 'stopped'; readonly reason: 'newer' | 'other-tab' | 'erased' | 'failed' }
  /**
   * Sent by the tab's own connection: an engine answers again after one stopped or died (a crashed worker,
   * `Use here`, a tab that came back). Everything shown must be read anew, from `snapshot` on.
   */
  | { readonly type: 'restarted' };
