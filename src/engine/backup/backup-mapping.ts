/**
 * The engine's records as a backup holds them, and back. What belongs to this installation alone stays out: sessions,
 * prekeys, tokens, what is on its way, names of files.
 */
import { sha256 } from '../../crypto/sha256.ts';
import {
  type BackupAccount,
  type BackupBody,
  type BackupContact,
  type BackupMessage,
} from '../../backup/backup-records.ts';
import { type Bytes, concat, utf8 } from '../../lib/bytes.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type BlobId, type ConversationId, FIRST_DEVICE } from '../../lib/ids.ts';
import { decodeAttachment, encodeAttachment } from '../../protocol/attachment.ts';
import { type Account } from '../records/account.ts';
import { type Contact } from '../records/contact.ts';
import { type MediaBody } from '../records/media-body.ts';
import { type Message, type StoredBody } from '../records/message.ts';

/** Stands for the hash of what was never carried anywhere. */
const NO_BLOB = '0'.repeat(64) as BlobId;
const mediumContext = utf8('sotto-medium-v1');

/** By what a backup names a medium: its secret is as much its own as its bytes, and needs no reading. */
export function mediumId(secret: Bytes): Bytes {
  return sha256(concat(mediumContext, secret));
}

export function backupAccountOf(account: Account): BackupAccount {
  const { identityPublic, identityPrivate, name, host, relayKey, created } = account;
  return { identityPublic, identityPrivate, name, host, relayKey, created };
}

export function backupContactOf(contact: Contact): BackupContact {
  const { heard: _, cameOn: _on, freshSessions: _sessions, ...rest } = contact;
  return rest;
}

/** A person as restored: until something of theirs is decrypted here, everything sent carries the own profile. */
export function contactFrom(contact: BackupContact): Contact {
  return { ...contact, heard: false, freshSessions: [] };
}

function backupMediaOf(body: MediaBody, own: boolean): BackupBody {
  const { attachment, caption, stage, played } = body;
  const isWhole = stage === 'here' || (own && stage === 'uploading');
  const place = isWhole ? 'here' : stage === 'removed' || stage === 'gone' ? stage : 'remote';
  return {
    kind: 'media',
    attachment: encodeAttachment({ ...attachment, blob: attachment.blob ?? NO_BLOB }),
    caption,
    // What was still being sealed is nowhere else.
    place: own && place === 'remote' ? 'gone' : place,
    played: played === true,
  };
}

function backupBodyOf(body: StoredBody, own: boolean): BackupBody {
  switch (body.kind) {
    case 'text':
    case 'unknown':
    case 'call':
      return body;
    case 'media':
      return backupMediaOf(body, own);
    case 'stub':
      return { kind: 'stub', envelope: body.envelope, reason: body.reason };
  }
}

export function backupMessageOf(message: Message, own: boolean): BackupMessage {
  const { order, id, sender, state, body } = message;
  const { sentAt, arrivedAt, storedAt, deliveredAt, readAt, failure } = message;
  return {
    order,
    id,
    sender,
    state,
    sentAt,
    ...(arrivedAt !== undefined && { arrivedAt }),
    ...(storedAt !== undefined && { storedAt }),
    ...(deliveredAt !== undefined && { deliveredAt }),
    ...(readAt !== undefined && { readAt }),
    ...(failure !== undefined && { failure }),
    body: backupBodyOf(body, own),
  };
}

function bodyFrom(body: BackupBody, own: boolean): StoredBody {
  switch (body.kind) {
    case 'text':
    case 'unknown':
      return body;
    case 'call':
      // One that was under way then ended long ago.
      return body.outcome === 'ringing' ? { ...body, outcome: own ? 'failed' : 'missed' } : body;
    case 'stub':
      return { ...body, reason: body.reason as FaultCode };
    case 'media': {
      const { blob, ...attachment } = decodeAttachment(body.attachment);
      return {
        kind: 'media',
        attachment: blob === NO_BLOB ? attachment : { ...attachment, blob },
        caption: body.caption,
        // Its bytes come later in the file; until then, or without them, its sender may have it.
        stage: body.place === 'here' ? (own ? 'gone' : 'remote') : body.place,
        bytes: 0,
        ...(body.played && { played: true }),
      };
    }
  }
}

/** A message as restored. One that had not been sent then waits for the person to send it again. */
export function messageFrom(
  conversation: ConversationId,
  { body, failure, ...rest }: BackupMessage,
  own: boolean,
): Message {
  const isUnsent = rest.state === 'sending';
  const code = isUnsent ? 'not-sent-then' : failure;
  return {
    ...rest,
    conversation,
    device: FIRST_DEVICE,
    state: isUnsent ? 'failed' : rest.state,
    ...(code !== undefined && { failure: code as FaultCode }),
    body: bodyFrom(body, own),
  };
}
