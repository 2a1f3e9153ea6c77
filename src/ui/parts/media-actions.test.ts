import { describe, expect, it } from 'vitest';
import { type AttachmentView, type MessageBody, type MessageView } from '../../engine/api.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import { copied, isSavedAsGif } from './media-actions.ts';

const photo: AttachmentView = {
  form: 'image',
  name: 'sea.png',
  type: 'image/png',
  size: 5_000,
  width: 40,
  height: 30,
  stage: 'here',
};
const gif: AttachmentView = { ...photo, form: 'gif', type: 'image/gif' };
const plan: AttachmentView = { ...photo, form: 'file', type: 'application/pdf' };

const message = (body: MessageBody, own = false): MessageView => ({
  conversation: 'c' as ConversationId,
  order: 1,
  id: 'i' as MessageId,
  own,
  time: 0,
  body,
});
const withMedia = (attachment: AttachmentView, caption = '', own = false): MessageView =>
  message({ kind: 'media', attachment, caption }, own);

describe('copying a message', () => {
  it('takes the picture where it is here, and else the words below it', () => {
    expect(copied(withMedia(photo, 'the sea'))).toBe('picture');
    expect(copied(withMedia({ ...photo, form: 'sticker' }))).toBe('picture');
    expect(copied(withMedia({ ...photo, stage: 'remote' }, 'the sea'))).toBe('words');
    expect(copied(withMedia(plan, 'the plan'))).toBe('words');
    expect(copied(withMedia(gif, 'ha'))).toBe('words');
    expect(copied(message({ kind: 'text', text: 'a text' }))).toBe('words');
  });

  it('takes an own picture while it is on its way, but none that is being sealed', () => {
    expect(copied(withMedia({ ...photo, stage: 'uploading' }, '', true))).toBe('picture');
    expect(copied(withMedia({ ...photo, stage: 'staging' }, '', true))).toBeUndefined();
  });

  it('is not offered where there is nothing', () => {
    for (const attachment of [plan, gif, { ...photo, stage: 'gone' } as const])
      expect(copied(withMedia(attachment))).toBeUndefined();
    expect(copied(message({ kind: 'unknown' }))).toBeUndefined();
  });
});

it('a GIF is saved where its bytes are, under whichever form it came; other pictures are not', () => {
  expect(isSavedAsGif(withMedia(gif))).toBe(true);
  expect(isSavedAsGif(withMedia({ ...gif, form: 'image' }))).toBe(true);
  expect(isSavedAsGif(withMedia({ ...gif, stage: 'remote' }))).toBe(false);
  expect(isSavedAsGif(withMedia({ ...gif, stage: 'uploading' }, '', true))).toBe(true);
  expect(isSavedAsGif(withMedia(photo))).toBe(false);
});
