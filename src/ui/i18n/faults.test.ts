import { beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../lib/fault.ts';
import { loadTexts } from './language.ts';
import { describeFault, faultCode, faultText } from './faults.ts';

beforeAll(() => loadTexts('faults'));

describe('faults in words', () => {
  it('tell cause, effect and next step, each a sentence', () => {
    for (const code of ['offline', 'storage-full', 'bad-invite', 'untrusted-identity'] as const) {
      const { cause, effect, next } = describeFault(code);
      for (const sentence of [cause, effect, next]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
    expect(faultText('own-invite')).toContain('your own link');
  });

  it('are known by their code even when the class was lost on the way', () => {
    expect(faultCode(new Fault('mailbox-full'))).toBe('mailbox-full');
    expect(faultCode({ code: 'offline', retry: 'on-reconnect' })).toBe('offline');
    expect(faultCode(new Error('boom'))).toBe('internal');
    expect(faultCode({ code: 'toString' })).toBe('internal');
    expect(faultCode(new DOMException('gone', 'AbortError'))).toBe('internal');
  });

  it('of a newer build are told as something that failed', () => {
    expect(describeFault(faultCode({ code: 'never-heard-of' }))).toEqual(describeFault('internal'));
  });
});
