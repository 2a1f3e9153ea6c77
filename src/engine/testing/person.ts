/**
 * A person in a simulation: a disk that survives crashes, an engine over it, and one tab that remembers what it
 * was told. Uses the engine only as a tab would.
 */
import { type Clock } from '../../lib/clock.ts';
import { type ConversationId, type MessageId } from '../../lib/ids.ts';
import { type PortClient, callPort } from '../../lib/port.ts';
import { type RandomBytes } from '../../lib/random.ts';
import { type Link } from '../../net/link.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../../relay/core/testing/memory-blobs.ts';
import { Fault } from '../../lib/fault.ts';
import { type IdentityKeyPair } from '../../protocol/identity.ts';
import {
  type CrashPoints,
  type MemoryDisk,
  createMemoryDisk,
} from '../../storage/testing/memory-store.ts';
import { type PrekeySupply } from '../account.ts';
import { type EngineApi, type EngineEvent, type MessageView } from '../api.ts';
import { type Engine, startEngine } from '../engine.ts';
import { createMemoryMedia, type MemoryMedia } from './memory-media.ts';
import { portPair } from './port-pair.ts';

export interface Person {
  readonly name: string;
  readonly disk: MemoryDisk;
  readonly events: EngineEvent[];
  /** The files of attachments, and the tab that lends a worker for them. */
  readonly media: MemoryMedia;
  engine: Engine;
  call: PortClient<EngineApi>['call'];
  /** Throws the engine away as a crash does and starts another over the same disk. */
  restart(crashPoints?: CrashPoints): Promise<void>;
  stop(): Promise<void>;
  /** All messages of a chat, oldest first. */
  messages(conversation: ConversationId): Promise<readonly MessageView[]>;
  texts(conversation: ConversationId): Promise<string[]>;
  chat(): Promise<ConversationId>;
}

export interface PersonParts {
  readonly name: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly host: string;
  /** Where attachments lie at the relay; without it none goes or comes. */
  readonly blobs?: MemoryBlobs;
  readonly disk?: MemoryDisk;
  readonly crashPoints?: CrashPoints;
  /** Joins an account that exists instead of making one. */
  readonly identity?: IdentityKeyPair;
  /** How many one-time prekeys to keep at the relay; few unless told. */
  readonly supply?: PrekeySupply;
  readonly withoutAccount?: boolean;
}

const noBlobs = createMemoryBlobs(() => {
  throw new Fault('offline', 'on-reconnect');
});

/** Starts a person with an account of that name. */
export async function startPerson(parts: PersonParts): Promise<Person> {
  const disk = parts.disk ?? createMemoryDisk();
  const media = createMemoryMedia(parts.blobs ?? noBlobs);
  const events: EngineEvent[] = [];

  async function open(crashPoints?: CrashPoints): Promise<Engine> {
    const { link, clock, random, host } = parts;
    const store = disk.open(crashPoints);
    const engine = await startEngine({
      link,
      store,
      clock,
      random,
      host,
      media: async () => media.parts(),
      supply: parts.supply ?? { oneTime: 4, kyber: 1 },
    });
    const [inside, outside] = portPair();
    engine.connect(inside);
    const client = callPort<EngineApi, EngineEvent>(outside, (event) => events.push(event));
    person.call = (method, argument) => client.call(method, argument);
    await client.call('snapshot', null);
    return engine;
  }

  const person: Person = {
    name: parts.name,
    disk,
    media,
    events,
    engine: undefined as never,
    call: undefined as never,
    async restart(crashPoints) {
      await person.engine.stop('failed');
      person.engine = await open(crashPoints);
    },
    stop: () => person.engine.stop('failed'),
    async messages(conversation) {
      const { messages } = await person.call('messages', { conversation, limit: 2_000 });
      return messages;
    },
    async texts(conversation) {
      return (await person.messages(conversation)).flatMap(({ body }) =>
        body.kind === 'text' ? [body.text] : [],
      );
    },
    async chat() {
      const { chats } = await person.call('snapshot', null);
      const chat = chats.find(({ standing }) => standing !== 'notes');
      if (!chat) throw new Error(`${parts.name} has no chat yet`);
      return chat.id;
    },
  };
  person.engine = await open(parts.crashPoints);
  if (parts.identity) await person.engine.adoptIdentity(parts.name, parts.identity);
  else if (!parts.withoutAccount) await person.call('createAccount', { name: parts.name });
  return person;
}

/** A message as both sides should know it. */
export interface Heard {
  readonly id: MessageId;
  readonly text: string;
}
