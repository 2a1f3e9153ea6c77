/**
 * The prekeys of one mailbox's device. A one-time key leaves its row in the turn it is handed out, and the answer
 * that carries it leaves after that is durable: no key goes out twice. Source: docs/relay.md, Prekeys.
 */
import { type Bytes } from '../../lib/bytes.ts';
import { Fault } from '../../lib/fault.ts';
import { type DeviceId } from '../../lib/ids.ts';
import { type MailboxRequest, type WireBundle } from '../../wire/frames.ts';
import { MAX_ONE_TIME_PREKEYS } from '../../wire/limits.ts';
import { type Overlay } from './overlay.ts';

type Upload = Extract<MailboxRequest, { type: 'prekeys' }>;

/** Rows of one sort at most: present, and handed out since the last upload. */
const MOST_ROWS = 2 * MAX_ONE_TIME_PREKEYS;

/** True when a signed and a last-resort prekey are there, without which no bundle can be made. */
export function hasSignedPrekeys(store: Overlay, mailbox: string, device: DeviceId): boolean {
  return store.scan('signed_prekeys', [mailbox, device], undefined, 2).length === 2;
}

/** One-time keys that can still be handed out. */
export function countPrekeys(
  store: Overlay,
  mailbox: string,
  device: DeviceId,
): { oneTime: number; kyber: number } {
  const left = (table: 'one_time_prekeys' | 'kyber_prekeys'): number =>
    store.scan(table, [mailbox, device], undefined, MOST_ROWS).filter(({ key }) => key).length;
  return { oneTime: left('one_time_prekeys'), kyber: left('kyber_prekeys') };
}

/**
 * Takes an upload, all or nothing. Keys already handed out stay handed out.
 * @throws Fault `too-large` when more would be held than MAX_ONE_TIME_PREKEYS of a sort
 */
export function putPrekeys(store: Overlay, mailbox: string, upload: Upload): void {
  const { device, registrationId, signedPrekey, lastResortPrekey } = upload;
  const sorts = [
    { table: 'one_time_prekeys' as const, keys: upload.oneTimePrekeys },
    { table: 'kyber_prekeys' as const, keys: upload.kyberPrekeys },
  ].map(({ table, keys }) => {
    const rows = store.scan(table, [mailbox, device], undefined, MOST_ROWS);
    const held = new Set(rows.map(({ id }) => id));
    const taken = rows.filter(({ key }) => !key).map(({ id }) => id);
    const fresh = keys.filter(({ id }) => !held.has(id));
    if (rows.length - taken.length + fresh.length > MAX_ONE_TIME_PREKEYS)
      throw new Fault('too-large');
    return { table, fresh, taken, uploaded: new Set(keys.map(({ id }) => id)) };
  });
  for (const { table, fresh, taken, uploaded } of sorts) {
    if (uploaded.size === 0) continue;
    for (const id of taken) if (!uploaded.has(id)) store.remove(table, [mailbox, device, id]);
    for (const prekey of fresh) {
      const row = { mailbox, device, id: prekey.id, key: prekey.key };
      if (table === 'one_time_prekeys') store.put(table, row);
      else store.put(table, { ...row, signature: signatureOf(prekey) });
    }
  }
  const signed = [
    { kind: 'signed' as const, prekey: signedPrekey },
    { kind: 'last-resort' as const, prekey: lastResortPrekey },
  ];
  for (const { kind, prekey } of signed) {
    if (!prekey) continue;
    const { id, key, signature } = prekey;
    store.put('signed_prekeys', {
      mailbox,
      device,
      kind,
      registration_id: registrationId,
      id,
      key,
      signature,
    });
  }
}

/**
 * A bundle, or undefined where the owner has not put the signed keys yet.
 * @param withOneTime false over the rate limit: signed and last-resort keys only
 */
export function takeBundle(
  store: Overlay,
  mailbox: string,
  device: DeviceId,
  identityKey: Bytes,
  withOneTime: boolean,
): WireBundle | undefined {
  const signed = store.get('signed_prekeys', [mailbox, device, 'signed']);
  const lastResort = store.get('signed_prekeys', [mailbox, device, 'last-resort']);
  if (!signed || !lastResort) return undefined;
  const oneTime = withOneTime ? takeOneTime(store, mailbox, device) : undefined;
  const kyber = withOneTime ? takeKyber(store, mailbox, device) : undefined;
  return {
    identityKey,
    registrationId: signed.registration_id,
    signedPrekey: { id: signed.id, key: signed.key, signature: signed.signature },
    kyberPrekey: kyber ?? {
      id: lastResort.id,
      key: lastResort.key,
      signature: lastResort.signature,
    },
    ...(oneTime ? { oneTimePrekey: oneTime } : {}),
  };
}

/** Forgets all keys, as a claim does. */
export function wipePrekeys(store: Overlay, mailbox: string, device: DeviceId): void {
  for (const table of ['signed_prekeys', 'one_time_prekeys', 'kyber_prekeys'] as const)
    store.wipe(table, [mailbox, device]);
}

function takeOneTime(
  store: Overlay,
  mailbox: string,
  device: DeviceId,
): WireBundle['oneTimePrekey'] {
  for (const row of store.scan('one_time_prekeys', [mailbox, device], undefined, MOST_ROWS)) {
    if (!row.key) continue;
    store.put('one_time_prekeys', { ...row, key: null });
    return { id: row.id, key: row.key };
  }
  return undefined;
}

function takeKyber(
  store: Overlay,
  mailbox: string,
  device: DeviceId,
): WireBundle['kyberPrekey'] | undefined {
  for (const row of store.scan('kyber_prekeys', [mailbox, device], undefined, MOST_ROWS)) {
    if (!row.key || !row.signature) continue;
    store.put('kyber_prekeys', { ...row, key: null, signature: null });
    return { id: row.id, key: row.key, signature: row.signature };
  }
  return undefined;
}

function signatureOf(prekey: object): Bytes {
  return (prekey as { signature: Bytes }).signature;
}
