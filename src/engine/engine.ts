/**
 * The engine: one account, one writer. Puts the parts together, answers the tabs, and ends. What tabs see is in
 * views.ts. It does not know whether it runs in a SharedWorker, a page or a test. docs: ARCHITECTURE.md, "The engine".
 */
import { type Clock } from '../lib/clock.ts';
import { createEmitter } from '../lib/emitter.ts';
import { arrived } from '../crypto/part.ts';
import { Fault, type FaultCode, isFault, toFault } from '../lib/fault.ts';
import { type AccountId, type ConversationId, conversationWith, peerOf } from '../lib/ids.ts';
import { keyedMutex } from '../lib/mutex.ts';
import { type PortLike, type Served, servePort } from '../lib/port.ts';
import { type RandomBytes } from '../lib/random.ts';
import { type Link } from '../net/link.ts';
import { createAgreementCache } from '../protocol/envelope.ts';
import { type IdentityKeyPair } from '../protocol/identity.ts';
import { type Store } from '../storage/store.ts';
import { accountIdOf } from '../wire/address.ts';
import { type PrekeySupply } from './account.ts';
import { type EngineApi, type EngineEvent } from './api.ts';
import { enqueueContent, sendText, setDraft } from './composing.ts';
import { contentOf } from './message-content.ts';
import { type Connection, createConnection } from './connection.ts';
import { listMessages } from './conversations.ts';
import { type Core } from './core.ts';
import { createInbox } from './inbox.ts';
import { startMaintenance } from './maintenance.ts';
import type { Calls } from './calls.ts';
import type { LaterMethods, LaterName } from './later-methods.ts';
import { openMedia } from './media-entry.ts';
import type { MediaParts } from './media-work.ts';
import type { Turn } from './turn.ts';
import { createOutbox } from './outbox.ts';
import { createPresence } from './presence.ts';
import { markRead } from './receipts.ts';
import { type Message } from './records/message.ts';
import { emptyState, openState } from './state.ts';
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
  /** Where attachments are kept and carried; asked for with the first of them. */
  readonly media: () => Promise<MediaParts>;
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

/** What is rarely done is loaded when it is: the account itself, invites, requests and blocking, the settings. */
const making = () => arrived(import('./account-making.ts'));
const contacts = () => arrived(import('./contacts.ts'));
const preferences = () => arrived(import('./preferences.ts'));

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
    media.stop();
    void laterMethods?.stop();
    inbox.reset();
    presence.down();
    calls?.stop();
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
  const media = openMedia(core, parts.media, {
    async enqueue(changes, message) {
      const content = contentOf(message);
      if (content) enqueueContent(changes, message, content);
    },
    queued: (conversation) => outbox.wake(peerOf(conversation)),
  });
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
    committed(shown, peers, usedPrekeys, carried, signals) {
      for (const message of shown) presence.stopTyping(peerOf(message.conversation));
      for (const peer of peers) outbox.wake(peer);
      if (usedPrekeys > 0) connection.sync(true);
      presence.refresh();
      if (signals.length === 0) notify(shown);
      else
        void theCalls()
          .then((part) => part.arrived(signals))
          .catch((error: unknown) => trouble(toFault(error).code))
          // What is told of a call depends on whether it rings.
          .finally(() => notify(shown));
      media.arrived(shown);
      for (const place of carried) media.goOn(place);
    },
    failed({ code }) {
      trouble(code);
      connection.restart();
    },
  });
  const connection: Connection = createConnection(core, parts.link, parts.supply, {
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
      media.up(line.mailboxRequests);
      theTurn().catch((error: unknown) => {
        // Without the network it is fetched with the next connection.
        if (!isFault(error)) trouble('internal');
      });
    },
    onDown() {
      outbox.stop();
      inbox.reset();
      presence.down();
      media.down();
      turn?.look();
    },
    onStatus() {
      views.emitConnection();
      turn?.look();
    },
  });
  // Prekeys are due weekly, also for an engine that is never asked for one.
  const stopMaintenance = startMaintenance(core, () => connection.sync(true));

  const settled = (): Promise<unknown> =>
    Promise.all([inbox.settled(), outbox.settled(), media.settled(), strandedFailed]);

  async function erase(localOnly: boolean): Promise<null> {
    if (!state.account) throw new Fault('no-account');
    const { eraseAccount, eraseFiles } = await arrived(import('./erasure.ts'));
    const refuseCommits = () => {
      erasing = true;
      return () => {
        erasing = false;
        // They have ended.
        laterMethods = undefined;
      };
    };
    const endJobs = () => laterMethods?.stop();
    await eraseAccount(store, connection, { refuseCommits, settled, endJobs }, localOnly);
    await eraseFiles(media, parts.media);
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

  let calls: Calls | undefined;
  /** Loaded with the first call that somebody makes, here or there. */
  async function theCalls(): Promise<Calls> {
    const { createCalls } = await arrived(import('./calls.ts'));
    return (calls ??= createCalls(core, tabs, outbox, () => connection.line !== undefined));
  }

  function notify(shown: readonly Message[]): void {
    if (shown.length === 0 || tabs.focused()) return;
    arrived(import('./notices.ts')).then(
      (part) => part.notify(core, tabs, shown),
      // Without it nobody is told by the system; the messages are there.
      () => undefined,
    );
  }

  let laterMethods: LaterMethods | undefined;
  /** What a tab asks for that is not loaded yet. */
  async function later(name: string): Promise<((argument: never) => unknown) | undefined> {
    const { createLaterMethods } = await arrived(import('./later-methods.ts'));
    if (erasing) throw new Fault('stopped');
    laterMethods ??= createLaterMethods(core, parts, {
      then,
      media,
      meet: () => connection.start(),
    });
    const { methods } = laterMethods;
    return Object.hasOwn(methods, name) ? methods[name as LaterName] : undefined;
  }

  let turn: Turn | undefined;
  /** Leave to use the TURN relays is in hand before any call, so that no request says that there is one. */
  async function theTurn(): Promise<Turn> {
    const { createTurn } = await arrived(import('./turn.ts'));
    return (turn ??= createTurn(clock, connection));
  }

  function methodsFor(tab: Tab): Served<Omit<EngineApi, LaterName>> {
    const nothing = (work: Promise<unknown>): Promise<null> => work.then(() => null);
    return {
      async snapshot() {
        tab.listening = true;
        media.tabCame();
        calls?.greet(tab);
        return views.snapshot();
      },
      turnServers: async () => (await theTurn()).servers(),
      startCall: async (call) => (await theCalls()).start(tab, call),
      acceptCall: async ({ id }) => (await theCalls()).accept(tab, id),
      endCall: ({ id, how }) => nothing(theCalls().then((part) => part.end(id, how))),
      signalCall: ({ id, signal }) =>
        nothing(theCalls().then((part) => part.signal(tab, id, signal))),
      callConnected: ({ id }) => nothing(theCalls().then((part) => part.connected(tab, id))),
      muteCall: ({ id, muted }) => nothing(theCalls().then((part) => part.mute(id, muted))),
      async createAccount({ name, language }) {
        await (await making()).createAccount(core, name);
        if (language) await (await preferences()).changeSettings(core, { language });
        connection.start();
        return null;
      },
      eraseAccount: ({ localOnly }) => erase(localOnly),
      claimAccount: () => nothing(connection.claim()),
      ownInvite: () => then(contacts().then((part) => part.ownInvite(core))),
      makeNewInvite: (how) => then(contacts().then((part) => part.makeNewInvite(core, how))),
      startChat: async ({ text }) => {
        const stuck = (peer: AccountId): boolean => outbox.refusalOf(peer) !== undefined;
        const conversation = await (await contacts()).startChat(core, text, stuck);
        return then(Promise.resolve(conversation), conversation);
      },
      // Under the chat's lock, so that no change comes between what is read and the events that follow it.
      openChat: ({ conversation, limit }) =>
        core.mutex.hold([peerOf(conversation)], () => views.openChat(conversation, limit)),
      messages: ({ conversation, ...page }) =>
        core.mutex.hold([peerOf(conversation)], () => listMessages(core, conversation, page)),
      send: ({ conversation, text }) =>
        then(sendText(core, outbox.sealAtOnce, conversation, text), conversation),
      attach: ({ conversation, source, hints, caption, draft }) =>
        media.attach(conversation, source, hints, caption, draft),
      draftFiles: media.draftFiles,
      draftFile: media.draftFile,
      transfer: (place) => nothing(media.resume(place)),
      pauseTransfer: ({ drop = false, ...place }) => nothing(media.pause(place, drop)),
      openAttachment: (place) => media.open(place),
      readAttachment: ({ from, to, ...place }) => media.read(place, from, to),
      removeAttachment: (place) => nothing(media.remove(place)),
      markPlayed: (place) => nothing(media.markPlayed(place)),
      async markRead({ conversation, order }) {
        if (await markRead(core, conversation, order)) outbox.wake(peerOf(conversation));
        return null;
      },
      setDraft: ({ conversation, text }) => nothing(setDraft(core, conversation, text)),
      setTyping: ({ conversation, active }) => nothing(presence.sendTyping(conversation, active)),
      acceptRequest: ({ conversation }) =>
        nothing(
          then(
            contacts().then((part) => part.acceptRequest(core, conversation)),
            conversation,
          ),
        ),
      deleteRequest: ({ conversation }) =>
        nothing(then(contacts().then((part) => part.deleteRequest(core, conversation)))),
      async block({ conversation }) {
        // A full disk stops the blocking, too, and says so there.
        await calls?.leave(peerOf(conversation)).catch(() => undefined);
        await then(contacts().then((part) => part.block(core, conversation)));
        await media.block(conversation);
        outbox.wakeAll();
        return null;
      },
      async deleteChat({ conversation }) {
        await (await contacts()).deleteChat(core, conversation);
        media.forget({ conversation });
        return null;
      },
      async changeSettings(change) {
        const settings = await then(
          preferences().then((part) => part.changeSettings(core, change)),
        );
        outbox.wakeAll();
        return settings;
      },
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
  // Whoever has just opened the page makes an account soon, perhaps without a network by then.
  if (!state.account) making().catch(() => undefined);
  // Nothing that is shown first waits for it.
  const strandedFailed = arrived(import('./stranded.ts'))
    .then(({ failStranded }) => failStranded(core, opened.damagedOutbox))
    .catch((error: unknown) => {
      // Without the network it is done at the next start.
      if (!isFault(error, 'offline')) trouble(toFault(error).code);
    });

  return {
    connect(port) {
      let gone = false;
      const leave = (): void => {
        if (gone) return;
        gone = true;
        tabs.remove(tab);
        calls?.tabLeft(tab);
        if (!dead) presence.setTabs(tabs.states());
      };
      // The server needs the tab's methods, and the tab needs the server to be told things.
      const tab = tabs.add({ emit: (event) => server.emit(event), close: () => server.close() });
      const server = servePort<EngineApi, EngineEvent, LaterName>(
        port,
        methodsFor(tab),
        leave,
        later,
      );
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
      await (await making()).createAccount(core, name, identity);
      connection.start();
    },
    async settled() {
      await settled();
    },
  };
}
