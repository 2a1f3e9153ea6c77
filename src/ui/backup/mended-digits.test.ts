import { describe, expect, it } from 'vitest';
import { mendedGroups } from './mended-digits.ts';

const key = '4071882619352047931804527716880366403107552810942286705199436617';

describe('where a key that was typed had slips', () => {
  it('is nowhere in what is right', () => {
    expect(mendedGroups(key, key)).toEqual([]);
  });

  it('is the group of a wrong digit', () => {
    expect(mendedGroups(key.replace('3107', '3197'), key)).toEqual([9]);
  });

  it('is the group of two digits that changed places', () => {
    expect(mendedGroups(key.replace('0452', '0542'), key)).toEqual([5]);
  });

  it('is one group where a digit is missing or stands there twice, and none behind it', () => {
    expect(mendedGroups(key.replace('8826', '826'), key)).toEqual([1]);
    expect(mendedGroups(key.replace('2047', '20547'), key)).toEqual([3]);
    expect(mendedGroups(key.slice(0, -1), key)).toEqual([15]);
    expect(mendedGroups(`${key}3`, key)).toEqual([15]);
  });

  it('is told for each row', () => {
    const typed = key.replace('4071', '4171').replace('6617', '617');
    expect(mendedGroups(typed, key)).toEqual([0, 15]);
  });
});
