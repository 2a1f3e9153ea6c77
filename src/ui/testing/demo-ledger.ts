/** Rows that a relay might hold about the account of the demonstration, with one of a table nobody knows. */
import { type LedgerRow } from '../../engine/api.ts';

/** The rows about `id`. */
export function demoLedger(id: string): readonly LedgerRow[] {
  const row = (table: string, columns: Record<string, string>) => ({
    table,
    columns: Object.entries(columns).map(([name, value]) => ({ name, value })),
  });
  const prekey = (number: number) => ({
    mailbox: id,
    device: '1',
    id: String(number),
    key: number % 7 === 0 ? '' : `05${String(number * 7919).padStart(64, 'a')}`,
  });
  const token = {
    mailbox: id,
    state: 'live',
    expires: '',
    gone: '',
    used_envelopes: '0',
    used_bytes: '0',
  };
  return [
    row('mailboxes', {
      mailbox: id,
      identity_key: `05${'9f3c71ab'.repeat(8)}`,
      installation: '5d20e6f15d20e6f15d20e6f15d20e6f1',
      since: '1781442000000',
    }),
    row('signed_prekeys', { ...prekey(1), kind: 'signed', signature: '8c1e1d09'.repeat(16) }),
    row('signed_prekeys', {
      ...prekey(2),
      kind: 'last-resort',
      key: '1569 bytes',
      signature: '03fe1b77'.repeat(16),
    }),
    ...Array.from({ length: 98 }, (_, number) => row('one_time_prekeys', prekey(number + 3))),
    ...Array.from({ length: 20 }, (_, number) =>
      row('kyber_prekeys', {
        ...prekey(number + 3),
        key: '1569 bytes',
        signature: '90aa8c1e'.repeat(16),
      }),
    ),
    row('tokens', { ...token, hash: '1b7790aa'.repeat(8), purpose: 'contacts' }),
    row('tokens', { ...token, hash: 'c2d403fe'.repeat(8), purpose: 'invite' }),
    row('queue', {
      mailbox: id,
      device: '1',
      sequence: '411',
      class: 'normal',
      token: '1b7790aa'.repeat(8),
      arrived: '1782950400000',
      expires: '1785542400000',
      envelope: '1024 bytes',
    }),
    row('parrots', { mailbox: id, colour: 'green' }),
  ];
}
