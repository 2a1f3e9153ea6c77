/**
 * The messages of the chat on screen, between the engine and the list: asks for pages, applies what changes, and
 * holds changes that are heard while a page is under way against it, so that no page brings back an old state.
 * A page that belongs to a window which was replaced meanwhile is dropped. Does not know what is shown.
 */
import { type MessagePage, type MessageView, type OpenedChat } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { type EngineArgument, type EngineClient } from '../contexts/engine-client.ts';
import {
  arrivals,
  openWindow,
  trimmedToEnd,
  withChange,
  withNewer,
  withOlder,
  type MessageChange,
  type MessageWindow,
} from './message-window.ts';

/** Messages on the first screen, and in each further page. */
const FIRST_PAGE = 60;
const PAGE = 200;

/** What a change meant for the window. */
export interface Heard {
  /** The messages before it. */
  readonly before: readonly MessageView[];
  /** New messages of the other side. */
  readonly arrived: readonly MessageView[];
}

export class OpenMessages {
  /** What is loaded; undefined until the chat is open. */
  window: MessageWindow | undefined;
  readonly #engine: EngineClient;
  readonly #conversation: ConversationId;
  /** One for each request under way. */
  readonly #journals = new Set<MessageChange[]>();
  /** Raised when the window is replaced or left: answers to earlier questions do not fit any more. */
  #generation = 0;

  constructor(engine: EngineClient, conversation: ConversationId) {
    this.#engine = engine;
    this.#conversation = conversation;
  }

  /** Ends it: whatever is still under way is dropped. */
  leave(): void {
    this.#generation++;
  }

  /** Opens the chat, or reads it anew. Undefined when it was left or replaced meanwhile; rejects with a Fault. */
  async open(): Promise<OpenedChat | undefined> {
    return this.#replace(
      () => this.#engine.call('openChat', { conversation: this.#conversation, limit: FIRST_PAGE }),
      ({ page }) => page,
    );
  }

  /** Replaces the window by the newest messages. Rejects with a Fault. */
  async openLatest(): Promise<void> {
    await this.#replace(
      () => this.#page({ before: Number.MAX_SAFE_INTEGER, limit: FIRST_PAGE }),
      (page) => page,
    );
  }

  /** Joins the next page at one side; false when it could not be had or did not fit any more. */
  async load(side: 'older' | 'newer'): Promise<boolean> {
    const edge = side === 'older' ? this.window?.messages[0] : this.window?.messages.at(-1);
    if (!edge) return false;
    const generation = this.#generation;
    const [page, journal] = await this.#listening(() =>
      this.#page(
        side === 'older' ? { before: edge.order, limit: PAGE } : { after: edge.order, limit: PAGE },
      ),
    );
    if (generation !== this.#generation || !this.window) return false;
    const joined = (side === 'older' ? withOlder : withNewer)(this.window, page);
    this.window = journal.reduce(withChange, joined);
    return true;
  }

  /**
   * Applies a change.
   * @param atEnd the view stands at the newest message, so the oldest may be let go
   */
  hear(change: MessageChange, atEnd: boolean): Heard | undefined {
    for (const journal of this.#journals) journal.push(change);
    const before = this.window;
    if (!before) return undefined;
    const after = withChange(before, change);
    this.window = atEnd ? trimmedToEnd(after) : after;
    return { before: before.messages, arrived: arrivals(before, change) };
  }

  #page(part: Omit<EngineArgument<'messages'>, 'conversation'>): Promise<MessagePage> {
    return this.#engine.call('messages', { conversation: this.#conversation, ...part });
  }

  async #replace<Answer>(
    ask: () => Promise<Answer>,
    pageOf: (answer: Answer) => MessagePage,
  ): Promise<Answer | undefined> {
    const generation = ++this.#generation;
    const [answer, journal] = await this.#listening(ask);
    if (generation !== this.#generation) return undefined;
    this.window = journal.reduce(withChange, openWindow(pageOf(answer)));
    return answer;
  }

  /** Asks, and keeps what changes until the answer is there. */
  async #listening<Answer>(
    ask: () => Promise<Answer>,
  ): Promise<[Answer, readonly MessageChange[]]> {
    const journal: MessageChange[] = [];
    this.#journals.add(journal);
    try {
      return [await ask(), journal];
    } finally {
      this.#journals.delete(journal);
    }
  }
}
