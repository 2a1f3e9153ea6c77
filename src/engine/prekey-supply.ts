/** Prekeys of this account at the relay, kept in supply, rotated, and forgotten. docs/protocol.md, "Prekeys". */
import {
  KYBER_PREKEYS,
  KYBER_PREKEYS_LOW,
  ONE_TIME_PREKEYS,
  ONE_TIME_PREKEYS_LOW,
  SIGNED_PREKEY_KEPT_MS,
  SIGNED_PREKEY_ROTATION_MS,
  createKyberPrekeys,
  createOneTimePrekeys,
  createSignedPrekey,
  nextPrekeyId,
  serializeKyberPrekey,
  serializeOneTimePrekey,
  serializeSignedPrekey,
} from '../protocol/prekey-making.ts';
import { parseKyberPrekey, parseSignedPrekey } from '../protocol/prekeys.ts';
import { type MailboxRequest } from '../wire/frames.ts';
import { type PrekeySupply, identityOf } from './account.ts';
import { type Changes, beginChanges } from './changes.ts';
import { type Core, OWN_LOCK } from './core.ts';
import { type Account } from './records/account.ts';

type PrekeysFrame = Omit<Extract<MailboxRequest, { type: 'prekeys' }>, 'n'>;

/** What an account of a person keeps. */
export const fullSupply: PrekeySupply = { oneTime: ONE_TIME_PREKEYS, kyber: KYBER_PREKEYS };

/**
 * Makes what the relay lacks and returns the frame that brings it there; the private parts are on the disk before.
 * @param have what the relay has; undefined after a registration, when it has nothing
 */
export async function replenishPrekeys(
  core: Core,
  supply: PrekeySupply = fullSupply,
  have: { oneTime: number; kyber: number } | undefined,
): Promise<PrekeysFrame | undefined> {
  return core.mutex.hold([OWN_LOCK], async () => {
    const { random, clock, store, seal } = core;
    const now = clock.now();
    const changes = beginChanges(core);
    const identity = identityOf(core);
    let account: Account = changes.account();

    const newest = (rows: readonly { id: number; created: number }[]) =>
      rows.reduce<{ id: number; created: number } | undefined>(
        (best, row) => (best && best.created > row.created ? best : row),
        undefined,
      );
    const signedRows = await store.list('prekeys', { equals: ['signed'] });
    const lastRows = await store.list('prekeys', { equals: ['last-resort'] });
    const current = newest(signedRows);
    const rotate = !current || current.created + SIGNED_PREKEY_ROTATION_MS <= now;
    const oneTimeMissing =
      !have || have.oneTime < ratio(ONE_TIME_PREKEYS_LOW / ONE_TIME_PREKEYS, supply.oneTime)
        ? supply.oneTime - (have?.oneTime ?? 0)
        : 0;
    const kyberMissing =
      !have || have.kyber < ratio(KYBER_PREKEYS_LOW / KYBER_PREKEYS, supply.kyber)
        ? supply.kyber - (have?.kyber ?? 0)
        : 0;
    if (have && !rotate && oneTimeMissing <= 0 && kyberMissing <= 0) return undefined;

    const oneTime = await createOneTimePrekeys(
      account.nextPrekeyId,
      Math.max(0, oneTimeMissing),
      random,
    );
    const kyber = await createKyberPrekeys(
      account.nextKyberPrekeyId,
      Math.max(0, kyberMissing) + (rotate ? 1 : 0),
      identity,
      now,
      random,
    );
    for (const prekey of oneTime)
      changes.putPrekey('one-time', prekey.id, now, serializeOneTimePrekey(prekey));
    const newLast = rotate ? kyber.pop() : undefined;
    for (const prekey of kyber)
      changes.putPrekey('kyber', prekey.id, now, serializeKyberPrekey(prekey));
    account = {
      ...account,
      nextPrekeyId: nextPrekeyId(account.nextPrekeyId, oneTime.length),
      nextKyberPrekeyId: nextPrekeyId(account.nextKyberPrekeyId, kyber.length + (newLast ? 1 : 0)),
    };
    const newSigned = rotate
      ? await createSignedPrekey(account.nextSignedPrekeyId, identity, now, random)
      : undefined;
    if (newSigned && newLast) {
      changes.putPrekey('signed', newSigned.id, now, serializeSignedPrekey(newSigned));
      changes.putPrekey('last-resort', newLast.id, now, serializeKyberPrekey(newLast));
      account = { ...account, nextSignedPrekeyId: nextPrekeyId(account.nextSignedPrekeyId) };
    }
    changes.putAccount(account);
    await changes.commit('strict');

    const signedRow = signedRows.find(({ id }) => id === current?.id);
    const lastRow = lastRows.find(({ id }) => id === newest(lastRows)?.id);
    const signed =
      newSigned ?? (signedRow && parseSignedPrekey(await seal.open('prekeys', signedRow)));
    const last = newLast ?? (lastRow && parseKyberPrekey(await seal.open('prekeys', lastRow)));
    const part = ({
      id,
      publicKey,
      signature,
    }: {
      id: number;
      publicKey: Account['relayKey'];
      signature: Account['relayKey'];
    }) => ({ id, key: publicKey, signature });
    return {
      type: 'prekeys',
      device: 1 as PrekeysFrame['device'],
      registrationId: account.registrationId,
      ...(signed && { signedPrekey: part(signed) }),
      ...(last && { lastResortPrekey: part(last) }),
      oneTimePrekeys: oneTime.map(({ id, publicKey }) => ({ id, key: publicKey })),
      kyberPrekeys: kyber.map(part),
    };
  });
}

function ratio(part: number, whole: number): number {
  return Math.max(1, Math.floor(part * whole));
}

/** Drops signed and last-resort prekeys that nobody may start a session with any more; true when there were some. */
export async function dropOldPrekeys(core: Core, changes: Changes): Promise<boolean> {
  const now = core.clock.now();
  let dropped = false;
  for (const kind of ['signed', 'last-resort'] as const) {
    const rows = await core.store.list('prekeys', { equals: [kind] });
    const newestTime = Math.max(...rows.map(({ created }) => created));
    for (const { id, created } of rows) {
      if (created >= newestTime) continue;
      if (created + SIGNED_PREKEY_ROTATION_MS + SIGNED_PREKEY_KEPT_MS >= now) continue;
      changes.removePrekey(kind, id);
      dropped = true;
    }
  }
  return dropped;
}
