/** A name that somebody gave a file leads nowhere, hides nothing, and makes nothing of it that would be run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../lib/bytes.ts';
import { type ArchiveAttachment } from './archive.ts';
import { archivePath } from './archive-path.ts';

const pdf: ArchiveAttachment = { form: 'file', type: 'application/pdf', name: '', size: 1 };

describe('a file in it', () => {
  const named = (name: string, more: Partial<ArchiveAttachment> = {}): string =>
    archivePath({ ...pdf, name, ...more }, 7);

  it('keeps its name as far as it is one', () => {
    expect(named('Plan of May.pdf')).toBe('media/7-Plan-of-May.pdf');
    expect(named('información 食.pdf')).toBe('media/7-información-食.pdf');
  });

  it('leads nowhere else and hides nothing', () => {
    expect(named('../../etc/passwd')).toBe('media/7-passwd.bin');
    expect(named('..\\..\\x.pdf')).toBe('media/7-x.pdf');
    expect(named('CON')).toBe('media/7-CON.bin');
    expect(named('')).toBe('media/7-file.bin');
    expect(named('....')).toBe('media/7-file.bin');
    expect(named('a\u202Efdp.exe')).toBe('media/7-a-fdp.exe.bin');
    expect(named('a\u0000b.pdf')).toBe('media/7-a-b.pdf');
    expect(named('x'.repeat(5_000) + '.pdf')).toBe(`media/7-${'x'.repeat(60)}.pdf`);
  });

  it('has a name that file systems take, cut where no letter is', () => {
    const rare = '\u{20000}';
    expect(named(rare.repeat(80))).toBe(`media/7-${rare.repeat(44)}.bin`);
    expect(named(`${rare.repeat(80)}.${rare.repeat(10)}`)).toBe(
      `media/7-${rare.repeat(33)}.${rare.repeat(10)}.bin`,
    );
    // What belongs to a letter stays with it, or goes with it.
    expect(named(`${'x'.repeat(59)}e\u0323\u0302.pdf`)).toBe(`media/7-${'x'.repeat(59)}\u1EC7.pdf`);
    expect(named(`${'x'.repeat(59)}q\u0323.pdf`)).toBe(`media/7-${'x'.repeat(59)}.pdf`);
    expect(named(`q${'\u0323'.repeat(500)}.pdf`)).toBe('media/7-file.pdf');
  });

  it('has one of its own, whatever somebody calls it', () => {
    const letters = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\u{20000}', 'ﷺ', '\u0301', 'é', '.', '-', '/', 'a') }),
      fc.string({ unit: fc.constantFrom('\uD840', '\uDC00', '\u202E', '\u0000', ':', 'x') }),
    );
    const name = fc
      .tuple(
        letters,
        fc.nat(40),
        fc.constantFrom('', '.pdf', '.html', '.exe', '.\u{20000}'),
        letters,
      )
      .map(([some, times, ending, more]) => some.repeat(times) + ending + more);
    const attachment = fc.record({
      form: fc.constantFrom('file' as const, 'image' as const, 'voice' as const),
      type: fc.constantFrom('image/png', 'video/quicktime', 'text/html', ''),
      name,
      size: fc.constant(1),
    });
    const number = fc.integer({ min: 1, max: 99_999_999 });
    fc.assert(
      fc.property(attachment, attachment, number, number, (one, other, n, m) => {
        const path = archivePath(one, n);
        expect(utf8(path).length).toBeLessThanOrEqual(200);
        expect(path).toMatch(/^media\/\d+-[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}.-]*$/u);
        expect(path).toMatch(new RegExp(`^media/${n}-`));
        expect(path).not.toMatch(/\.\.|\.$|\.(?:x?html?|svg|exe|js)$/i);
        if (n !== m) expect(archivePath(other, m)).not.toBe(path);
      }),
      { numRuns: 200 },
    );
  });

  it('is nothing that a browser would run', () => {
    expect(named('page.html', { type: 'text/html' })).toBe('media/7-page.html.txt');
    expect(named('x.SVG', { type: 'image/svg+xml', form: 'image' })).toBe('media/7-x.SVG.txt');
    expect(named('page', { type: 'text/html' })).toBe('media/7-page.bin');
    // What claims to be a picture is named like one, so that it can only be shown.
    expect(named('page.html', { type: 'image/png', form: 'image' })).toBe('media/7-page.png');
  });
});
