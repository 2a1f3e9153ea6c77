/** What the owner is shown of the rows, and that erasing leaves none. Source: docs/relay.md, What is stored. */
import { describe, expect } from 'vitest';
import { type LedgerRow } from '../../../wire/frames.ts';
import { showRow } from '../../core/ledger.ts';
import {
  absentReceiver,
  type MailboxClient,
  dropClient,
  knock,
  makePerson,
  putToken,
  receiver,
  refusal,
  signIn,
  signInDrained,
  submission,
  submit,
  uploadOf,
} from '../test-client.ts';
import { DAY, HOUR, type HostTest } from './host-test.ts';

export function describeLedger(it: HostTest): void {
  describe('the ledger', () => {
    const readLedger = async (socket: MailboxClient): Promise<LedgerRow[]> => {
      socket.send({ type: 'ledger', n: 20 });
      const rows: LedgerRow[] = [];
      for (;;) {
        const page = await socket.expect('ledger');
        rows.push(...page.rows);
        if (!page.more) return rows;
      }
    };
    const sorted = (rows: LedgerRow[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

    it('is exactly the rows of the mailbox, with every column', async ({ host, ana }) => {
      const ben = makePerson(host.random);
      const benSocket = await signIn(host, ben);
      await benSocket.expect('drained');
      await putToken(host, benSocket);
      const { socket, token } = await receiver(host, ana);
      await putToken(host, socket, 'invite', host.now() + DAY);
      socket.send(uploadOf(host, [...Array(200).keys()], [...Array(20).keys()]));
      await socket.expect('done');
      const drop = await dropClient(host);
      for (let i = 0; i < 600; i++) drop.send(submission(ana, token, host.random(40), i));
      for (let i = 0; i < 600; i++) await drop.expect('stored');
      const again = await signIn(host, ana);
      for (let i = 0; i < 256; i++) await again.expect('deliver');
      const rows = await readLedger(again);
      const expected = Object.entries(host.rows()).flatMap(([table, found]) =>
        found.filter((row) => row['mailbox'] === ana.id).map((row) => showRow(table, row)),
      );
      expect(rows.length).toBe(1 + 2 + 2 + 200 + 20 + 600);
      expect(sorted(rows)).toEqual(sorted(expected));
      expect(JSON.stringify(rows)).not.toContain(ben.id);
    });

    it('names who submitted nowhere, and the time of arrival to the hour', async ({
      host,
      ana,
    }) => {
      const { token, drop } = await absentReceiver(host, ana);
      await submit(drop, ana, token, host.random(40));
      const [row] = host.rows()['queue']!;
      expect(Object.keys(row!).sort()).toEqual([
        'arrived',
        'class',
        'device',
        'envelope',
        'expires',
        'mailbox',
        'sequence',
        'token',
      ]);
      expect(Number(row!['arrived']) % HOUR).toBe(0);
      expect(Number(row!['expires']) % HOUR).toBe(0);
    });

    it('is not given without end', async ({ host, ana }) => {
      const socket = await signInDrained(host, ana);
      for (let i = 0; i < 10; i++) await readLedger(socket);
      socket.send({ type: 'ledger', n: 21 });
      expect(await refusal(socket)).toBe('rate-limited');
    });
  });

  describe('erasing', () => {
    it('leaves no row, and the account may begin anew', async ({ host, ana }) => {
      const { socket, token } = await receiver(host, ana);
      socket.send(uploadOf(host, [1, 2], [1]));
      await socket.expect('done');
      const drop = await dropClient(host);
      await submit(drop, ana, token, host.random(40));
      await socket.expect('deliver');
      socket.send({ type: 'erase', n: 30 });
      expect(await socket.next()).toEqual({ type: 'done', n: 30 });
      await socket.closed;
      for (const rows of Object.values(host.rows()))
        expect(rows.filter((row) => row['mailbox'] === ana.id)).toEqual([]);
      expect(await submit(drop, ana, token, host.random(40))).toBe('not-accepted-now');
      await host.restart();
      expect((await (await knock(host, ana)).expect('welcome')).fresh).toBe(true);
    });
  });
}
