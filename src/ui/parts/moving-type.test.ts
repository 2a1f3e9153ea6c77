import { expect, it } from 'vitest';
import { isMoving } from './moving-type.ts';

it('a GIF moves under whichever form it was sent, a file and other pictures do not', () => {
  expect(isMoving({ form: 'gif', type: 'image/webp' })).toBe(true);
  for (const form of ['gif', 'image', 'sticker'] as const)
    expect(isMoving({ form, type: 'image/gif' })).toBe(true);
  expect(isMoving({ form: 'file', type: 'image/gif' })).toBe(false);
  expect(isMoving({ form: 'image', type: 'image/png' })).toBe(false);
  expect(isMoving({ form: 'sticker', type: 'image/webp' })).toBe(false);
});
