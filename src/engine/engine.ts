/**
 * The engine: one account, one writer. Puts the parts together, answers the tabs, and ends. What tabs see is in
 * views.ts. It does not know whether it runs in a SharedWorker, a page or a test. docs: ARCHITECTURE.md, "The engine".
 */
import { type Clock } from '../lib/clock.ts';
import { createEmitter } from '../lib/emitter.ts';
import { Fault, type FaultCode, isFault, toFault } from '../lib/fault.ts';
import { type AccountId, type ConversationId, conversationWith, peerOf } from '../lib/ids.ts';
import { keyedMutex } from '../lib/mutex.ts';
import { type PortLike, servePort } from '../lib/port.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type Link } from '../net/link.ts';
import { createAgreementCache } from '../protocol/envelope.ts';
import { type IdentityKeyPair } from '../protocol/identity.ts';
import { type Store } from '../storage/store.ts';
import { accountIdOf } from '../wire/address.ts';
import { type PrekeySupply, createAccount, fullSupply } from './account.ts';
import { type EngineApi, type EngineEvent } from './api.ts';
import { deleteMessage, retryMessage, sendText, setDraft } from './composing.ts';
import { type Connection, createConnection } from './connection.ts';
import {
  acceptRequest,
  block,
  deleteChat,
  deleteRequest,
  makeNewInvite,
  ownInvite,
  readInvite,
  setMuted,
  startChat,
  unblock,
} from './contacts.ts';
import { listMessages, messageDetails } from './conversations.ts';
import { type Core } from './core.ts';
import { eraseAccount } from './erasure.ts';
import { askToResend } from './healing.ts';
import { createInbox } from './inbox.ts';
import { startMaintenance } from './maintenance.ts';
import { createOutbox } from './outbox.ts';
import { changeSettings } from './preferences.ts';
import { createPresence } from './presence.ts';
import { markRead } from './receipts.ts';
import { emptyState, openState } from './state.ts';
import { storageUse } from './storage-use.ts';
import { failStranded } from './stranded.ts';
import { type Tab, createTabs } from './tabs.ts';
import { createViews } from './views.ts';

/** Everything the engine is made of, handed in by its host. */
export interface EngineParts {
  readonly link: Link;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** host[:port] of the relay that serves this page. */
  readonly host: string;
  /** How many one-time prekeys to keep at the relay. */
  readonly supply?: PrekeySupply;
  /** What the browser says of its storage; absent where it says nothing. */
  readonly estimateStorage?: () => Promise<{ used?: number; quota?: number; persisted?: boolean }>;
}

export type StopReason = Extract<EngineEvent, { type: 'stopped' }>['reason'];

export interface Engine {
  /** Serves a tab; the result ends that. */
  connect(port: PortLike): () => void;
  /** Finishes what is being written, tells the tabs why, and is dead. Does not close the store. */
  stop(reason: StopReason): Promise<void>;
  /** Hears when the engine stops of its own accord. */
  onStopped(listener: (reason: StopReason) => void): () => void;
  /** The network came or went, as the platform says. */
  networkChanged(online: boolean): void;
  /** Test entrance: makes this a second installation of an account that exists. */
  adoptIdentity(name: string, identity: IdentityKeyPair): Promise<void>;
  /** Resolves when inbox and outbox have nothing under way. */
  settled(): Promise<void>;
}

/** Opens the state and starts to connect. Throws Fault when the store cannot be read. */
export async function startEngine(parts: EngineParts): Promise<Engine> {
  const { store, clock, random } = parts;
  const tabs = createTabs();
  const stopped = createEmitter<StopReason>();
  let dead = false;
  let erasing = false;

  const opened = await openState(store, random, ({ code }) => trouble(code));
  let ownId: AccountId | undefined;
  const core: Core = {
    state: opened.state,
    seal: opened.seal,
    store: { ...guarded(store) },
    clock,
    random,
    host: parts.host,
    mutex: keyedMutex(),
    get ownId() {
      const { account } = opened.state;
      if (!account) return (ownId = undefined);
      return (ownId ??= accountIdOf(account.identityPublic));
    },
    announce: (changed) => views.announce(changed),
    emit: (event) => tabs.emit(event),
    trouble,
    get stopped() {
      return dead;
    },
  };
  const { state } = core;
  const agreements = createAgreementCache();

  /** The store, such that the engine dies when another owner took it. */
  function guarded(inner: Store): Store {
    return {
      get: inner.get.bind(inner),
      getMany: inner.getMany.bind(inner),
      list: inner.list.bind(inner),
      count: inner.count.bind(inner),
      close: inner.close.bind(inner),
      async commit(writes, durability) {
        if (dead || erasing) throw new Fault('stopped');
        try {
          await inner.commit(writes, durability);
        } catch (error) {
          if (isFault(error, 'fenced')) die('other-tab');
          else if (isFault(error, 'storage-closed')) die('failed');
          throw error;
        }
      },
    };
  }

  function die(reason: StopReason): void {
    if (dead) return;
    dead = true;
    shutDown(reason);
    stopped.emit(reason);
  }

  function shutDown(reason: StopReason): void {
    stopMaintenance();
    connection.stop();
    outbox.stop();
    inbox.reset();
    presence.down();
    tabs.emit({ type: 'stopped', reason });
  }

  function trouble(code: FaultCode): void {
    if (dead || code === 'fenced' || code === 'storage-closed' || code === 'stopped') return;
    tabs.emit({ type: 'trouble', code });
  }

  const views = createViews(core, tabs, {
    status: () => connection.status,
    refusalOf: (conversation) => outbox.refusalOf(peerOf(conversation)),
    presenceOf: (conversation) => presence.of(conversation),
    isTyping: (conversation) => presence.isTyping(conversation),
  });
  const outbox = createOutbox(core, agreements, (peer) => views.refresh(conversationWith(peer)));
  const presence = createPresence(core, agreements, (conversation) =>
    views.refreshLine(conversation),
  );
  const inbox = createInbox(core, agreements, {
    confirm(sequences) {
      if (sequences.length > 0) connection.line?.mailbox.send({ type: 'confirm', sequences });
    },
    drained() {
      const { line } = connection;
      if (line) outbox.start(line.dropRequests);
    },
    committed(shown, peers, usedPrekeys) {
      for (const message of shown) presence.stopTyping(peerOf(message.conversation));
      for (const peer of peers) outbox.wake(peer);
      if (usedPrekeys > 0) connection.sync(true);
      presence.refresh();
      views.notify(shown);
    },
    failed({ code }) {
      trouble(code);
      connection.restart();
    },
  });
  const connection: Connection = createConnection(core, parts.link, parts.supply ?? fullSupply, {
    onMailboxFrame(frame) {
      if (frame.type === 'deliver') inbox.deliver(frame);
      else if (frame.type === 'drained') inbox.endBacklog();
      else if (frame.type === 'ephemeral')
        void presence
          .onEphemeral(frame.envelope)
          .catch((error: unknown) => trouble(toFault(error).code));
    },
    onDropFrame: (frame) => presence.onDropFrame(frame),
    onUp(line) {
      inbox.beginBacklog();
      presence.up(line);
    },
    onDown() {
      outbox.stop();
      inbox.reset();
      presence.down();
    },
    onStatus: () => views.emitConnection(),
  });
  // Prekeys are due weekly, also for an engine that is never asked for one.
  const stopMaintenance = startMaintenance(core, () => connection.sync(true));

  const settled = (): Promise<unknown> => Promise.all([inbox.settled(), outbox.settled()]);

  async function erase(localOnly: boolean): Promise<null> {
    if (!state.account) throw new Fault('no-account');
    const refuseCommits = () => {
      erasing = true;
      return () => (erasing = false);
    };
    await eraseAccount(store, connection, { refuseCommits, settled }, localOnly);
    // A new account starts on a new database key: this engine ends here, the next one begins empty.
    Object.assign(state, emptyState());
    die('erased');
    return null;
  }

  /** Runs a command and then the steps that follow from any change of contacts, tokens or queue. */
  async function then<Result>(work: Promise<Result>, peer?: ConversationId): Promise<Result> {
    const result = await work;
    connection.sync(false);
    presence.refresh();
    if (peer) outbox.wake(peerOf(peer));
    return result;
  }

  function methodsFor(tab: Tab): {
    [Name in keyof EngineApi]: (
      argument: Parameters<EngineApi[Name]>[0],
    ) => Promise<ReturnType<EngineApi[Name]>>;
  } {
    const nothing = (work: Promise<unknown>): Promise<null> => work.then(() => null);
    return {
      async snapshot() {
        tab.listening = true;
        return views.snapshot();
      },
      async createAccount({ name, language }) {
        await createAccount(core, name);
        if (language) await changeSettings(core, { language });
        connection.start();
        return null;
      },
      eraseAccount: ({ localOnly }) => erase(localOnly),
      claimAccount: () => nothing(connection.claim()),
      ownInvite: () => then(ownInvite(core)),
      makeNewInvite: (how) => then(makeNewInvite(core, how)),
      readInvite: async ({ text }) => readInvite(core, text),
      startChat: async ({ text }) => {
        const stuck = (peer: AccountId): boolean => outbox.refusalOf(peer) !== undefined;
        const conversation = await startChat(core, text, stuck);
        return then(Promise.resolve(conversation), conversation);
      },
      // Under the chat's lock, so that no change comes between what is read and the events that follow it.
      openChat: ({ conversation, limit }) =>
        core.mutex.hold([peerOf(conversation)], () => views.openChat(conversation, limit)),
      messages: ({ conversation, ...page }) =>
        core.mutex.hold([peerOf(conversation)], () => listMessages(core, conversation, page)),
      messageDetails: ({ conversation, order }) => messageDetails(core, conversation, order),
      send: ({ conversation, text }) =>
        then(sendText(core, outbox.sealAtOnce, conversation, text), conversation),
      retry: ({ conversation, order }) =>
        nothing(then(retryMessage(core, conversation, order), conversation)),
      askToResend: ({ conversation, order }) =>
        nothing(then(askToResend(core, conversation, order), conversation)),
      deleteMessage: ({ conversation, order }) => nothing(deleteMessage(core, conversation, order)),
      async markRead({ conversation, order }) {
        if (await markRead(core, conversation, order)) outbox.wake(peerOf(conversation));
        return null;
      },
      setDraft: ({ conversation, text }) => nothing(setDraft(core, conversation, text)),
      setTyping: ({ conversation, active }) => nothing(presence.sendTyping(conversation, active)),
      acceptRequest: ({ conversation }) =>
        nothing(then(acceptRequest(core, conversation), conversation)),
      deleteRequest: ({ conversation }) => nothing(then(deleteRequest(core, conversation))),
      async block({ conversation }) {
        await then(block(core, conversation));
        outbox.wakeAll();
        return null;
      },
      unblock: ({ conversation }) => nothing(then(unblock(core, conversation), conversation)),
      setMuted: ({ conversation, muted }) => nothing(setMuted(core, conversation, muted)),
      deleteChat: ({ conversation }) => nothing(deleteChat(core, conversation)),
      async changeSettings(change) {
        const settings = await then(changeSettings(core, change));
        outbox.wakeAll();
        return settings;
      },
      storageUse: async () => storageUse(core, (await parts.estimateStorage?.()) ?? {}),
      async ledger() {
        if (!connection.line) throw new Fault('offline', 'on-reconnect');
        const { rows } = await connection.line.mailboxRequests.request({ type: 'ledger' });
        return rows;
      },
      async setTab(next) {
        tabs.setState(tab, next);
        presence.setTabs(tabs.states());
        return null;
      },
      async reconnect() {
        connection.reconnect();
        return null;
      },
    };
  }

  connection.start();
  void failStranded(core, opened.damagedOutbox).catch((error: unknown) =>
    trouble(toFault(error).code),
  );

  return {
    connect(port) {
      let gone = false;
      const leave = (): void => {
        if (gone) return;
        gone = true;
        tabs.remove(tab);
        if (!dead) presence.setTabs(tabs.states());
      };
      // The server needs the tab's methods, and the tab needs the server to be told things.
      const tab = tabs.add({ emit: (event) => server.emit(event), close: () => server.close() });
      const server = servePort<EngineApi, EngineEvent>(port, methodsFor(tab), leave);
      return leave;
    },
    async stop(reason) {
      if (dead) return;
      dead = true;
      shutDown(reason);
      await settled();
    },
    onStopped: (listener) => stopped.listen(listener),
    networkChanged(online) {
      if (online) connection.reconnect();
      else connection.restart();
    },
    async adoptIdentity(name, identity) {
      await createAccount(core, name, identity);
      connection.start();
    },
    async settled() {
      await settled();
    },
  };
}
