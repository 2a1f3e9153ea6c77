import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../crypto/testing/seeded.ts';
import { readMessage } from '../../lib/codec.ts';
import { decodeMediaBody, encodeMediaBody, type MediaBody } from './media-body.ts';

const random = seededRandom('media body');
const note: MediaBody = {
  kind: 'media',
  attachment: {
    form: 'voice',
    name: 'voice.webm',
    type: 'audio/webm',
    size: 40_000,
    duration: 9_500,
    waveform: random(64),
    secret: random(32),
    deleteKey: random(32),
  },
  caption: '',
  stage: 'here',
  file: 'a'.repeat(32),
  bytes: 65_600,
};

describe('the record of an attachment', () => {
  it('keeps whether a voice note was heard', () => {
    expect(decodeMediaBody(encodeMediaBody({ ...note, played: true }))).toEqual({
      ...note,
      played: true,
    });
  });

  it('of an older build says nothing of it, and so it was not', () => {
    const bytes = encodeMediaBody(note);
    expect(readMessage(bytes, 1_000).flag(10)).toBe(false);
    expect(decodeMediaBody(bytes)).toEqual(note);
  });
});
