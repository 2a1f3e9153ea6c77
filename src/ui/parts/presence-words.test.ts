import { afterEach, describe, expect, it } from 'vitest';
import { type ChatDetails, type Waiting } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { setLanguage } from '../i18n/index.ts';
import { stateLine, waitingLine } from './presence-words.ts';

const now = new Date(2026, 10, 21, 14, 30).getTime();
const hour = 3_600_000;
const chat = (change: Partial<ChatDetails>): ChatDetails => ({
  id: 'c' as ConversationId,
  standing: 'accepted',
  name: 'Ana',
  address: 'c@host',
  muted: false,
  typing: false,
  ...change,
});

/** The words of pieces that may be templates, names included. */
function words(line: unknown): string {
  if (typeof line === 'string') return line;
  if (Array.isArray(line)) return line.map(words).join('');
  const { values } = line as { values?: unknown[] };
  return (values ?? []).map(words).join('');
}
const waiting = (reason: Waiting): string => words(waitingLine(reason, 'Ana', now));

afterEach(() => setLanguage('en'));

describe('the line under a name', () => {
  it('tells the nearest thing: typing, online, last seen', () => {
    const presence = { online: true, lastSeen: now - 2 * hour };
    expect(stateLine(chat({ typing: true, presence }), now)).toBe('typing…');
    expect(stateLine(chat({ presence }), now)).toBe('online');
    expect(stateLine(chat({ presence: { ...presence, online: false } }), now)).toMatch(
      /^last seen today at 12:30/,
    );
    expect(
      stateLine(chat({ presence: { online: false, lastSeen: now - 24 * hour } }), now),
    ).toMatch(/^last seen yesterday at /);
    expect(
      stateLine(chat({ presence: { online: false, lastSeen: now - 96 * hour } }), now),
    ).toMatch(/^last seen on (17 November|November 17) at /);
  });

  it('is silent where nothing is shared', () => {
    expect(stateLine(chat({}), now)).toBeUndefined();
  });

  it('never tells where a blocked person is', () => {
    expect(stateLine(chat({ standing: 'blocked', presence: { online: true } }), now)).toBe(
      'Blocked',
    );
  });
});

describe('why a message waits', () => {
  it('says for whom, since when they are away and until when it is kept', async () => {
    const reason: Waiting = {
      reason: 'at-relay',
      lastSeen: now - 2 * hour,
      until: new Date(2026, 11, 21).getTime(),
    };
    expect(waiting(reason)).toMatch(
      /^Waiting for Ana: their browser was last here 2 hr\. ago; the relay keeps it until (21 December|December 21)$/,
    );
    await setLanguage('es');
    expect(waiting(reason)).toBe(
      'Esperando a Ana: su navegador estuvo aquí hace 2 h; el relé lo guarda hasta el 21 de diciembre',
    );
  });

  it('says less where less is known', () => {
    expect(waiting({ reason: 'at-relay' })).toBe('Waiting for Ana; the relay keeps it until then');
    expect(waiting({ reason: 'at-relay', lastSeen: now - 2 * hour })).toMatch(
      /last here 2 hr\. ago$/,
    );
  });

  it('has words for every reason', () => {
    const until = now + 48 * hour;
    const reasons: Waiting[] = [
      { reason: 'offline' },
      { reason: 'at-relay', until },
      { reason: 'not-accepted-now', until },
      { reason: 'mailbox-full', until },
      { reason: 'rate-limited', until },
      { reason: 'invite-expired' },
      { reason: 'invite-revoked' },
      { reason: 'untrusted-identity' },
    ];
    const all = reasons.map(waiting);
    expect(new Set(all).size).toBe(all.length);
    for (const line of all) expect(line).not.toMatch(/[{}]/);
  });
});
