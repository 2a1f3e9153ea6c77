import { describe, expect, it } from 'vitest';
import { emojiOf, inTone } from './emoji-catalog.ts';
import { emojiByCode, findEmoji } from './emoji-search.ts';

const catalog = [
  [
    emojiOf(['😀', 'grinning face', 'happy smile', 'grinning grinning_face']),
    emojiOf(['😄', 'grinning face with smiling eyes', 'happy', 'smile']),
    emojiOf(['👋', 'waving hand', 'hello bye', 'wave waving_hand', '👋🏻']),
  ],
  [emojiOf(['❤️', 'corazón rojo', 'amor', 'corazon_rojo'])],
];
const found = (text: string, most?: number): string =>
  findEmoji(catalog, text, most)
    .map(({ emoji }) => emoji)
    .join('');

describe('looking for an emoji', () => {
  it('finds it by the beginning of any of its words, also of several', () => {
    expect(found('hel')).toBe('👋');
    expect(found('face eyes')).toBe('😄');
    expect(found('face elephant')).toBe('');
    expect(found(' ')).toBe('');
  });

  it('prefers an exact shortcode, then names, then what it stands for', () => {
    expect(found('smile')).toBe('😄😀');
    expect(found('hap')).toBe('😀😄');
    expect(found('grin', 1)).toBe('😀');
  });

  it('minds neither accents nor case', () => {
    expect(found('CORAZÓN')).toBe('❤️');
    expect(found('corazon')).toBe('❤️');
    expect(emojiByCode(catalog, 'Corazón_rojo')?.emoji).toBe('❤️');
    expect(emojiByCode(catalog, 'corazon')).toBeUndefined();
  });
});

describe('a skin tone', () => {
  it('changes what has tones and nothing else', () => {
    const [wave] = findEmoji(catalog, 'wave');
    const [face] = findEmoji(catalog, 'grinning');
    expect(inTone(wave!, 0)).toBe('👋');
    expect(inTone(wave!, 1)).toBe('👋🏻');
    expect(inTone(wave!, 5)).toBe('👋🏿');
    expect(inTone(face!, 5)).toBe('😀');
  });
});
