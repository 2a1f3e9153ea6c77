/** A name that somebody gave a file leads nowhere, hides nothing, and makes nothing of it that would be run. */
import { describe, expect, it } from 'vitest';
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

  it('is nothing that a browser would run', () => {
    expect(named('page.html', { type: 'text/html' })).toBe('media/7-page.html.txt');
    expect(named('x.SVG', { type: 'image/svg+xml', form: 'image' })).toBe('media/7-x.SVG.txt');
    expect(named('page', { type: 'text/html' })).toBe('media/7-page.bin');
    // What claims to be a picture is named like one, so that it can only be shown.
    expect(named('page.html', { type: 'image/png', form: 'image' })).toBe('media/7-page.png');
  });
});
