import { describe, expect, it } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { type Fault, type FaultCode } from '../lib/fault.ts';
import { accountIdFromBytes } from '../lib/ids.ts';
import { type DropRequest, type MailboxRequest, type RefusalCode } from '../wire/frames.ts';
import { createBackoff } from './backoff.ts';
import { refusalOf } from './refusal.ts';
import { dropRequests, mailboxRequests } from './requests.ts';

describe('a request', () => {
  it('is answered by the reply with its number', async () => {
    const sent: MailboxRequest[] = [];
    const requests = mailboxRequests((frame) => sent.push(frame), manualClock());
    const first = requests.request({ type: 'prekey-count' });
    const second = requests.request({ type: 'erase' });
    expect(sent).toEqual([
      { type: 'prekey-count', n: 1 },
      { type: 'erase', n: 2 },
    ]);
    expect(requests.accept({ type: 'done', n: 2 })).toBe(true);
    expect(requests.accept({ type: 'prekey-count', n: 1, oneTime: 3, kyber: 4 })).toBe(true);
    expect((await first).oneTime).toBe(3);
    expect((await second).type).toBe('done');
  });

  it('leaves alone what nobody asked for', () => {
    const requests = mailboxRequests(() => undefined, manualClock());
    expect(requests.accept({ type: 'drained' })).toBe(false);
    expect(requests.accept({ type: 'superseded' })).toBe(false);
    expect(requests.accept({ type: 'done', n: 77 })).toBe(true);
  });

  it('to follow is answered by the state, and changes are the caller’s', async () => {
    const sent: DropRequest[] = [];
    const requests = dropRequests((frame) => sent.push(frame), manualClock());
    const mailbox = accountIdFromBytes(new Uint8Array(20));
    const following = requests.request({ type: 'follow', mailbox, token: new Uint8Array(16) });
    expect(requests.accept({ type: 'presence', n: 1, mailbox, online: true })).toBe(true);
    expect((await following).online).toBe(true);
    expect(requests.accept({ type: 'presence', mailbox, online: false })).toBe(false);
  });

  it('for the ledger is answered by all its pages', async () => {
    const requests = mailboxRequests(() => undefined, manualClock());
    const asked = requests.request({ type: 'ledger' });
    const row = (table: string) => ({ table, columns: [] });
    requests.accept({ type: 'ledger', n: 1, rows: [row('a')], more: true });
    requests.accept({ type: 'ledger', n: 1, rows: [row('b')] });
    expect((await asked).rows).toEqual([row('a'), row('b')]);
  });

  it('that is refused rejects with what that means, and the refusal as cause', async () => {
    const meanings: Record<RefusalCode, FaultCode> = {
      'not-accepted-now': 'not-accepted-now',
      expired: 'invite-expired',
      revoked: 'invite-revoked',
      'rate-limited': 'rate-limited',
      'mailbox-full': 'mailbox-full',
      'relay-full': 'relay-full',
      'too-large': 'too-large',
      malformed: 'malformed',
      'wrong-socket': 'wrong-socket',
      'unsupported-version': 'unsupported-version',
      'not-authenticated': 'relay-failed',
      'bad-signature': 'bad-signature',
      'wrong-host': 'other-relay',
      'not-holder': 'not-holder',
      failed: 'relay-failed',
    };
    for (const [refusal, code] of Object.entries(meanings)) {
      const requests = mailboxRequests(() => undefined, manualClock());
      const asked = requests.request({ type: 'erase' });
      const reply = { type: 'refused' as const, n: 1, code: refusal as RefusalCode, since: 5 };
      requests.accept(reply);
      const fault = await asked.catch((error: unknown) => error as Fault);
      expect(fault).toMatchObject({ code });
      expect(refusalOf(fault as Fault)).toEqual(reply);
    }
  });

  it('under way rejects when the socket closes, and none is taken after', async () => {
    const requests = mailboxRequests(() => undefined, manualClock());
    const asked = requests.request({ type: 'erase' });
    requests.close();
    await expect(asked).rejects.toMatchObject({ code: 'offline', retry: 'on-reconnect' });
    await expect(requests.request({ type: 'erase' })).rejects.toMatchObject({ code: 'offline' });
  });

  it('that is never answered rejects after 30 s', async () => {
    const clock = manualClock();
    const requests = mailboxRequests(() => undefined, clock);
    const asked = expect(requests.request({ type: 'erase' })).rejects.toMatchObject({
      code: 'timeout',
    });
    clock.advance(30_000);
    await asked;
    expect(requests.accept({ type: 'done', n: 1 })).toBe(true);
  });
});

describe('the back-off', () => {
  it('doubles up to half a minute, with jitter, and starts anew', () => {
    const backoff = createBackoff();
    const least = (length: number) => new Uint8Array(length);
    const most = (length: number) => new Uint8Array(length).fill(255);
    const waits = [least, most, least, most, least, most, least, most, least].map((random) =>
      backoff.next(random),
    );
    expect(waits).toEqual([250, 1_000, 1_000, 4_000, 4_000, 16_000, 15_000, 30_000, 15_000]);
    backoff.reset();
    expect(backoff.next(least)).toBe(250);
  });
});
