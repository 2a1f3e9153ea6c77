/**
 * As much of a TURN client as shows whether a server lets one in and what it carries: Allocate, CreatePermission and
 * Send over UDP on loopback, where nothing is lost. Source: RFC 8489 (STUN), RFC 8656 (TURN).
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const MAGIC = 0x2112a442;
const HEADER_BYTES = 20;
const ALLOCATE = 0x0003;
const CREATE_PERMISSION = 0x0008;
const SEND = 0x0016;
const DATA = 0x0017;
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  transport: 0x0019,
} as const;
type Attribute = keyof typeof attributes;
type Attributes = Partial<Record<Attribute, Buffer>>;

interface Message {
  readonly type: number;
  readonly attributes: Attributes;
}

export interface TurnClient {
  /** Asks for a relayed address; the error code where there is none. */
  allocate(username: string, credential: string): Promise<{ port: number } | { code: number }>;
  /** Asks whether a peer may be sent to; 0 for yes, else the error code. */
  permit(address: string): Promise<number>;
  send(port: number, text: string): void;
  /** The next text that a peer sent. */
  receive(): Promise<string>;
  close(): void;
}

/** A client of the server on a port of 127.0.0.1. */
export async function openTurnClient(serverPort: number): Promise<TurnClient> {
  const socket = createSocket('udp4');
  socket.connect(serverPort, '127.0.0.1');
  await once(socket, 'connect');
  const texts: string[] = [];
  const answers: Message[] = [];
  let wake = (): void => undefined;
  let login: { key: Buffer; username: Buffer; realm: Buffer; nonce: Buffer } | undefined;

  socket.on('message', (bytes) => {
    const message = readMessage(bytes);
    if (message.type === DATA) texts.push(message.attributes.data!.toString());
    else answers.push(message);
    wake();
  });

  async function next<Item>(items: Item[]): Promise<Item> {
    for (;;) {
      const item = items.shift();
      if (item !== undefined) return item;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  function request(type: number, fields: Attributes): Promise<Message> {
    socket.send(writeMessage(type, fields, login));
    return next(answers);
  }

  const transport = Buffer.from([17, 0, 0, 0]);
  return {
    async allocate(username, credential) {
      // The first answer is a refusal with what the password is to be mixed with.
      login = undefined;
      const { realm, nonce } = (await request(ALLOCATE, { transport })).attributes;
      const key = createHash('md5')
        .update(`${username}:${realm!.toString()}:${credential}`)
        .digest();
      login = { key, username: Buffer.from(username), realm: realm!, nonce: nonce! };
      const answer = await request(ALLOCATE, { transport });
      const { error, relayed } = answer.attributes;
      return error ? { code: codeOf(error) } : { port: relayed!.readUInt16BE(2) ^ (MAGIC >>> 16) };
    },
    async permit(address) {
      const { error } = (await request(CREATE_PERMISSION, { peer: peerOf(address, 0) })).attributes;
      return error ? codeOf(error) : 0;
    },
    send(port, text) {
      socket.send(writeMessage(SEND, { peer: peerOf('127.0.0.1', port), data: Buffer.from(text) }));
    },
    receive: () => next(texts),
    close: () => void socket.close(),
  };
}

function codeOf(error: Buffer): number {
  return error[2]! * 100 + error[3]!;
}

/** XOR-PEER-ADDRESS of an IPv4 address. */
function peerOf(address: string, port: number): Buffer {
  const value = Buffer.alloc(8);
  value[1] = 1;
  value.writeUInt16BE(port ^ (MAGIC >>> 16), 2);
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  value.writeUInt32BE((number ^ MAGIC) >>> 0, 4);
  return value;
}

function writeMessage(
  type: number,
  fields: Attributes,
  login?: { key: Buffer; username: Buffer; realm: Buffer; nonce: Buffer },
): Buffer {
  const { key, ...named } = login ?? { key: undefined };
  const parts = Object.entries({ ...fields, ...named }).map(([name, value]) =>
    writeAttribute(name as Attribute, value),
  );
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(MAGIC, 4);
  randomBytes(12).copy(header, 8);
  const message = (more: number): Buffer => {
    const body = Buffer.concat(parts);
    header.writeUInt16BE(body.length + more, 2);
    return Buffer.concat([header, body]);
  };
  if (!key) return message(0);
  // The length counts the MAC, which covers all before it.
  const mac = createHmac('sha1', key).update(message(24)).digest();
  return Buffer.concat([message(24), writeAttribute('integrity', mac)]);
}

function writeAttribute(name: Attribute, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(attributes[name], 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function readMessage(bytes: Buffer): Message {
  const found: Attributes = {};
  for (let at = HEADER_BYTES; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2);
    const number = bytes.readUInt16BE(at);
    const name = Object.entries(attributes).find(([, value]) => value === number)?.[0];
    if (name) found[name as Attribute] = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { type: bytes.readUInt16BE(0), attributes: found };
}
