/** A token that lets others reach this mailbox. The relay knows its hash only. */
import { type Bytes } from '../../lib/bytes.ts';
import { readMessage, writeMessage } from '../../lib/codec.ts';
import { type AccountId, type TokenHash, parseAccountId } from '../../lib/ids.ts';
import { type Rows } from '../../storage/schema.ts';

export interface Token extends Omit<Rows['tokens'], 'sealed'> {
  readonly hash: TokenHash;
  /** 16 bytes. */
  readonly secret: Bytes;
  /** The relay knows of the token's present state. */
  readonly synced: boolean;
  /** Invites: for one person only, and who that turned out to be. */
  readonly oneTime: boolean;
  readonly boundTo?: AccountId;
  /** ms since 1970. */
  readonly expires?: number;
  /** When it was made, or retired or revoked since, ms. */
  readonly changed: number;
}

export function encodeToken(token: Token): Bytes {
  return writeMessage()
    .bytes(1, token.secret)
    .flag(2, token.synced)
    .flag(3, token.oneTime)
    .text(4, token.boundTo)
    .uint(5, token.expires)
    .uint(6, token.changed)
    .finish();
}

export function decodeToken({ sealed: _, ...clear }: Rows['tokens'], bytes: Uint8Array): Token {
  const fields = readMessage(bytes, 1024);
  const boundTo = fields.optionalText(4, 64);
  const expires = fields.optionalUint(5);
  return {
    ...clear,
    secret: fields.bytes(1, { length: 16 }),
    synced: fields.flag(2),
    oneTime: fields.flag(3),
    ...(boundTo !== undefined && { boundTo: parseAccountId(boundTo) }),
    ...(expires !== undefined && { expires }),
    changed: fields.optionalUint(6) ?? clear.created,
  };
}
