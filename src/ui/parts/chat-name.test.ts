import { afterEach, describe, expect, it } from 'vitest';
import { type ChatSummary } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { setLanguage } from '../i18n/index.ts';
import { lastLine, lineName } from './chat-name.ts';

const base: ChatSummary = {
  id: 'a' as ConversationId,
  standing: 'accepted',
  name: 'Ana Quetzal',
  unread: 0,
  muted: false,
  time: Date.now() - 3 * 86_400_000,
  last: { body: { kind: 'text', text: 'See you\n  at eight' }, own: false },
  draft: '',
  typing: false,
};

afterEach(() => setLanguage('en'));

describe('the name of a line in the chat list', () => {
  const name = (change: Partial<ChatSummary>, draft = '', open = false): string => {
    const chat = { ...base, ...change };
    return lineName(chat, lastLine(chat, draft, open)).replace(/, \w+day/, ', <day>');
  };

  it('is name, last line, time and what is unread', () => {
    expect(name({})).toBe('Ana Quetzal, See you at eight, <day>');
    expect(name({ unread: 3 })).toBe('Ana Quetzal, See you at eight, <day>, 3 unread');
  });

  it('says who wrote the last line when it was I, but not in Notes', () => {
    const last = { body: { kind: 'text', text: 'Fine' }, own: true } as const;
    expect(name({ last })).toBe('Ana Quetzal, You: Fine, <day>');
    expect(name({ last, standing: 'notes', name: '' })).toBe('Notes, Fine, <day>');
  });

  it('prefers what happens now, then what is unfinished', () => {
    expect(name({ typing: true }, 'half')).toBe('Ana Quetzal, typing…, <day>');
    expect(name({}, 'half')).toBe('Ana Quetzal, Draft: half, <day>');
    expect(name({ files: 2 }, 'half')).toBe('Ana Quetzal, Draft: half, <day>');
    expect(name({}, 'half', true)).toBe('Ana Quetzal, See you at eight, <day>');
  });

  it('tells a request, a block and a message that cannot be read in words', () => {
    expect(name({ standing: 'request' })).toContain('Wants to talk with you');
    expect(name({ standing: 'blocked' })).toContain('Blocked');
    const body = { kind: 'undecryptable', reason: 'no-session', resend: 'possible' } as const;
    expect(name({ last: { body, own: false } })).toContain('Message could not be decrypted');
  });

  it('speaks Spanish', async () => {
    await setLanguage('es');
    expect(name({ standing: 'notes', name: '', unread: 2 })).toMatch(/^Notas, .*, 2 sin leer$/);
  });
});
