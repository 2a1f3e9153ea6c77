import { describe, expect, it } from 'vitest';
import { colonWord } from './colon-word.ts';

describe('a colon word', () => {
  it('begins after a space or at the start, and has two letters', () => {
    expect(colonWord(':sm')).toEqual({ from: 0, name: 'sm', closed: false });
    expect(colonWord('so (:corazón')).toEqual({ from: 4, name: 'corazón', closed: false });
    expect(colonWord('👋:wave')).toMatchObject({ from: 2, name: 'wave' });
    expect(colonWord('yes :s')).toBeUndefined();
    expect(colonWord(':')).toBeUndefined();
  });

  it('may be closed', () => {
    expect(colonWord('ok :+1:')).toEqual({ from: 3, name: '+1', closed: true });
    expect(colonWord(':waving_hand:')).toEqual({ from: 0, name: 'waving_hand', closed: true });
    expect(colonWord(':waving_hand: ')).toBeUndefined();
  });

  it('is no time, no address, no smiley and no other word with a colon', () => {
    for (const text of [
      'at 10:30',
      'http://ex',
      'https://example.org/?a=(:abc',
      'note:this',
      ':-)',
      ':D',
      '::abc',
      'localhost:abc',
      `:${'a'.repeat(80)}`,
    ])
      expect(colonWord(text), text).toBeUndefined();
  });
});
