/** A client for tests, over any host: frames in and out as promises, and the proofs a real client would make. */
import { generateKeyPair } from '../../crypto/x25519-script.ts';
import { serializePublicKey } from '../../crypto/x25519.ts';
import { sha256 } from '../../crypto/sha256.ts';
import { type Bytes } from '../../lib/bytes.ts';
import {
  type AccountId,
  FIRST_DEVICE,
  type InstallationId,
  type TokenHash,
  installationIdFromBytes,
  tokenHashFromBytes,
} from '../../lib/ids.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { accountIdOf } from '../../wire/address.ts';
import { signAuthentication } from '../../wire/auth.ts';
import {
  decodeDropReply,
  decodeMailboxReply,
  encodeDropRequest,
  encodeMailboxRequest,
} from '../../wire/frame-codec.ts';
import {
  type DropReply,
  type DropRequest,
  type MailboxReply,
  type MailboxRequest,
  type TokenPurpose,
} from '../../wire/frames.ts';
import { type TurnConfig } from '../core/turn.ts';

/** A raw socket of the host under test. */
export interface Wire {
  send(bytes: Uint8Array): void;
  pulse(): void;
  close(): void;
}
export interface WireEvents {
  onBytes(bytes: Bytes): void;
  onClose(): void;
}
/** One HTTP request of a test. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Breaks the connection off when so many bytes of the body were sent; the answer is then status 0. */
  readonly cutAfter?: number;
}
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Bytes;
}
/** A host under test. */
export interface HostUnderTest {
  readonly host: string;
  /** Opens a raw socket, under another host name when asked. */
  wire(path: 'mailbox' | 'drop', events: WireEvents, host?: string): Promise<Wire>;
  /** Makes an HTTP request; undefined where the host has no HTTP. */
  readonly http?: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Moves the relay's time. */
  advance(ms: number): void;
  readonly random: RandomBytes;
  readonly now: () => number;
  /** Rows of the database as the host's own reader sees them, without the core: table → rows. */
  rows(): Record<string, Record<string, unknown>[]>;
  /** Starts again over the same data. */
  restart(): Promise<void>;
  /** From now on the relay has these TURN servers; undefined for none. It starts with none. */
  offerTurn(servers: TurnConfig | undefined): void;
  close(): Promise<void>;
}

type Of<Frame, Type> = Extract<Frame, { type: Type }>;

/** One socket: sent frames, received frames, its end. */
export interface TestSocket<Request, Reply extends { type: string }> {
  send(frame: Request): void;
  sendRaw(bytes: Uint8Array): void;
  pulse(): void;
  close(): void;
  /** The next frame, whatever it is. */
  next(): Promise<Reply>;
  /** The next frame, which must be of this type. */
  expect<Type extends Reply['type']>(type: Type): Promise<Of<Reply, Type>>;
  /** Frames that came and nobody took. */
  readonly waiting: readonly Reply[];
  readonly closed: Promise<void>;
}
export type MailboxClient = TestSocket<MailboxRequest, MailboxReply>;
export type DropClient = TestSocket<DropRequest, DropReply>;

async function openSocket<Request, Reply extends { type: string }>(
  host: HostUnderTest,
  path: 'mailbox' | 'drop',
  encode: (frame: Request) => Bytes,
  decode: (bytes: Uint8Array) => Reply,
  asked: string | undefined,
): Promise<TestSocket<Request, Reply>> {
  const waiting: Reply[] = [];
  const takers: { take: (frame: Reply) => void; fail: (error: Error) => void }[] = [];
  let over = false;
  let end!: () => void;
  const closed = new Promise<void>((resolve) => (end = resolve));
  const wire = await host.wire(
    path,
    {
      onBytes(bytes) {
        const frame = decode(bytes);
        const taker = takers.shift();
        if (taker) taker.take(frame);
        else waiting.push(frame);
      },
      onClose() {
        over = true;
        for (const { fail } of takers.splice(0)) fail(new Error('the socket closed'));
        end();
      },
    },
    asked,
  );
  const socket: TestSocket<Request, Reply> = {
    send: (frame) => wire.send(encode(frame)),
    sendRaw: (bytes) => wire.send(bytes),
    pulse: () => wire.pulse(),
    close: () => wire.close(),
    next() {
      const frame = waiting.shift();
      if (frame) return Promise.resolve(frame);
      if (over) return Promise.reject(new Error('the socket closed'));
      return new Promise((take, fail) => takers.push({ take, fail }));
    },
    async expect<Type extends Reply['type']>(type: Type) {
      const frame = await socket.next();
      if (frame.type !== type)
        throw new Error(`expected ${type}, got ${JSON.stringify(frame).slice(0, 200)}`);
      return frame as Of<Reply, Type>;
    },
    waiting,
    closed,
  };
  return socket;
}

/** Opens a mailbox socket without saying hello. */
export function mailboxClient(host: HostUnderTest, asked?: string): Promise<MailboxClient> {
  return openSocket(host, 'mailbox', encodeMailboxRequest, decodeMailboxReply, asked);
}

/** Opens a drop socket; says hello unless told not to. */
export async function dropClient(
  host: HostUnderTest,
  greet = true,
  asked?: string,
): Promise<DropClient> {
  const socket = await openSocket(host, 'drop', encodeDropRequest, decodeDropReply, asked);
  if (greet) {
    socket.send({ type: 'hello', versions: [1] });
    await socket.expect('hello');
  }
  return socket;
}

/** Somebody with an identity key and an installation. */
export interface Person {
  readonly id: AccountId;
  readonly identityKey: Bytes;
  readonly privateKey: Bytes;
  readonly installation: InstallationId;
}

export function makePerson(random: RandomBytes): Person {
  const { publicKey, privateKey } = generateKeyPair(random);
  const identityKey = serializePublicKey(publicKey);
  return {
    id: accountIdOf(identityKey),
    identityKey,
    privateKey,
    installation: installationIdFromBytes(random(16)),
  };
}

/** The same account in another browser. */
export function otherInstallation(person: Person, random: RandomBytes): Person {
  return { ...person, installation: installationIdFromBytes(random(16)) };
}

/** An authentication or claim over a nonce; `changed` spoils it. */
export async function proofOf(
  host: HostUnderTest,
  person: Person,
  type: 'auth' | 'claim',
  nonce: Bytes,
  signedHost = host.host,
): Promise<Of<MailboxRequest, 'auth' | 'claim'>> {
  const { identityKey, installation, privateKey } = person;
  const facts = { host: signedHost, device: FIRST_DEVICE, installation, nonce };
  const signature = await signAuthentication(type, privateKey, facts, host.random);
  return { type, n: 1, identityKey, device: FIRST_DEVICE, installation, signature };
}

/** Opens a mailbox socket, says hello, authenticates; the answer is next, welcome or refused. */
export async function knock(
  host: HostUnderTest,
  person: Person,
  type: 'auth' | 'claim' = 'auth',
): Promise<MailboxClient> {
  const socket = await mailboxClient(host);
  socket.send({ type: 'hello', versions: [1] });
  const { nonce } = await socket.expect('hello');
  socket.send(await proofOf(host, person, type, nonce));
  return socket;
}

/** Signs in and takes welcome; the backlog is next. */
export async function signIn(
  host: HostUnderTest,
  person: Person,
  type: 'auth' | 'claim' = 'auth',
): Promise<MailboxClient> {
  const socket = await knock(host, person, type);
  await socket.expect('welcome');
  return socket;
}

/** Signs in and takes the backlog, of which there must be none. */
export async function signInDrained(host: HostUnderTest, person: Person): Promise<MailboxClient> {
  const socket = await signIn(host, person);
  await socket.expect('drained');
  return socket;
}

/** Waits until everything asked for on this socket is durable. */
export async function settle(socket: MailboxClient): Promise<void> {
  socket.send({ type: 'prekey-count', n: 99 });
  await socket.expect('prekey-count');
}

/** The code of the refusal that is next, or the type of what came instead. */
export async function refusal(socket: MailboxClient | DropClient): Promise<string> {
  const frame = await socket.next();
  return frame.type === 'refused' ? frame.code : frame.type;
}

export interface Token {
  readonly token: Bytes;
  readonly hash: TokenHash;
}

export function makeToken(random: RandomBytes): Token {
  const token = random(16);
  return { token, hash: tokenHashFromBytes(sha256(token)) };
}

/** Registers a new token over a signed-in socket. */
export async function putToken(
  host: HostUnderTest,
  socket: MailboxClient,
  purpose: TokenPurpose = 'contacts',
  expires?: number,
): Promise<Token> {
  const token = makeToken(host.random);
  socket.send({
    type: 'tokens',
    n: 2,
    put: [{ hash: token.hash, purpose, ...(expires === undefined ? {} : { expires }) }],
    retire: [],
    revoke: [],
  });
  await socket.expect('done');
  return token;
}

/** Somebody who is signed in, has no backlog, and can be written to. */
export async function receiver(
  host: HostUnderTest,
  person = makePerson(host.random),
): Promise<{ person: Person; socket: MailboxClient; token: Token }> {
  const socket = await signInDrained(host, person);
  return { person, socket, token: await putToken(host, socket) };
}

/** A receiver who is away, and a drop socket for whoever writes meanwhile. */
export async function absentReceiver(
  host: HostUnderTest,
  person: Person,
): Promise<{ token: Token; drop: DropClient }> {
  const { socket, token } = await receiver(host, person);
  socket.close();
  return { token, drop: await dropClient(host) };
}

/** An upload of prekeys with made-up keys: the relay does not look into them. */
export function uploadOf(
  host: Pick<HostUnderTest, 'random'>,
  oneTime: readonly number[],
  kyber: readonly number[],
  withSigned = true,
): Of<MailboxRequest, 'prekeys'> {
  const { random } = host;
  const signed = (id: number, length: number) => ({
    id,
    key: random(length),
    signature: random(64),
  });
  return {
    type: 'prekeys',
    n: 3,
    device: FIRST_DEVICE,
    registrationId: 4_711,
    ...(withSigned ? { signedPrekey: signed(1, 33), lastResortPrekey: signed(2, 1_569) } : {}),
    oneTimePrekeys: oneTime.map((id) => ({ id, key: random(33) })),
    kyberPrekeys: kyber.map((id) => signed(id, 1_569)),
  };
}

/** A submission with defaults. */
export function submission(
  person: Person,
  { token }: Token,
  envelope: Bytes,
  n = 1,
  more: Partial<Of<DropRequest, 'submit'>> = {},
): Of<DropRequest, 'submit'> {
  return {
    type: 'submit',
    n,
    mailbox: person.id,
    device: FIRST_DEVICE,
    token,
    class: 'normal',
    ttlSeconds: 30 * 24 * 3600,
    envelope,
    ...more,
  };
}

/** Submits and waits: `stored`, or the code of the refusal. */
export function submit(
  drop: DropClient,
  person: Person,
  token: Token,
  envelope: Bytes,
  more: Parameters<typeof submission>[4] = {},
): Promise<string> {
  drop.send(submission(person, token, envelope, 7, more));
  return refusal(drop);
}

/** Asks to follow; a token for another purpose is refused at once, without waiting for anything durable. */
export function followRequest({ id }: Person, { token }: Token, n = 3): Of<DropRequest, 'follow'> {
  return { type: 'follow', n, mailbox: id, token };
}

/** Asks for a bundle. */
export function bundleRequest(person: Person, { token }: Token, n = 6): Of<DropRequest, 'bundle'> {
  return { type: 'bundle', n, mailbox: person.id, device: FIRST_DEVICE, token };
}
