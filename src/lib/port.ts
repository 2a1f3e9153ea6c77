/**
 * Typed methods and events over a MessagePort. One side serves methods and sends events, the other calls and
 * listens. What crosses is structured-cloneable data only: no proxies, no live objects. Of an error only
 * `{code, retry}` crosses.
 */
import { Fault, type FaultCode, type Retry, toFault } from './fault.ts';

/** The part of MessagePort that is used, so that tests may hand in their own. */
export interface PortLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  close(): void;
}

/** Methods by name, each from one argument to one result. */
export type Methods = Record<string, (argument: never) => unknown>;

type Message<Event> =
  | {
      readonly type: 'call';
      readonly n: number;
      readonly method: string;
      readonly argument: unknown;
    }
  | { readonly type: 'result'; readonly n: number; readonly result: unknown }
  | { readonly type: 'fault'; readonly n: number; readonly code: FaultCode; readonly retry: Retry }
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'bye' };

/** The side that answers calls. */
export interface PortServer<Event> {
  /** Sends an event to the other side. */
  emit(event: Event): void;
  close(): void;
}

/** Methods as they are served. */
export type Served<Api extends Methods> = {
  [Name in keyof Api]: (
    argument: Parameters<Api[Name]>[0],
  ) => Promise<Awaited<ReturnType<Api[Name]>>>;
};

/**
 * Answers calls that arrive on `port`.
 * @param methods what may be called; an unknown name is answered with Fault `unknown-method`
 * @param onBye   the other side said it is leaving
 * @param later   finds those that are loaded when they are called; asked for a name that is not among `methods`
 */
export function servePort<Api extends Methods, Event, Later extends keyof Api = never>(
  port: PortLike,
  methods: Served<Omit<Api, Later>>,
  onBye: () => void = () => undefined,
  later: (name: string) => Promise<((argument: never) => unknown) | undefined> = async () =>
    undefined,
): PortServer<Event> {
  const send = (message: Message<Event>): void => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent) => {
    const message = data as Message<Event>;
    if (message.type === 'bye') return onBye();
    if (message.type !== 'call') return;
    const { n, argument } = message;
    const name = message.method as keyof typeof methods & string;
    Promise.resolve(Object.hasOwn(methods, name) ? methods[name] : later(name))
      .then((method) => {
        if (!method) throw new Fault('unknown-method');
        return method(argument as never);
      })
      // A result that cannot be cloned makes `send` throw, and is a fault like any other.
      .then((result) =>
        // Bytes are handed over, not copied: nobody here has a use for them any more.
        port.postMessage(
          { type: 'result', n, result } satisfies Message<Event>,
          result instanceof Uint8Array ? [result.buffer] : [],
        ),
      )
      .catch((error: unknown) => {
        const { code, retry } = toFault(error);
        send({ type: 'fault', n, code, retry });
      });
  };
  return { emit: (event) => send({ type: 'event', event }), close: () => port.close() };
}

/** The side that calls. */
export interface PortClient<Api extends Methods> {
  /** Calls a method; rejects with the Fault that the other side threw, or `port-closed`. */
  call<Name extends keyof Api & string>(
    method: Name,
    argument: Parameters<Api[Name]>[0],
  ): Promise<Awaited<ReturnType<Api[Name]>>>;
  /** Says goodbye and closes; calls under way reject with `port-closed`. */
  close(): void;
}

/**
 * Calls the methods served at the other end of `port`.
 * @param onEvent hears what the other side emits
 */
export function callPort<Api extends Methods, Event>(
  port: PortLike,
  onEvent: (event: Event) => void,
): PortClient<Api> {
  const waiting = new Map<
    number,
    { resolve: (result: never) => void; reject: (fault: Fault) => void }
  >();
  let serial = 0;
  let closed = false;
  port.onmessage = ({ data }: MessageEvent) => {
    const message = data as Message<Event>;
    if (message.type === 'event') return onEvent(message.event);
    if (message.type !== 'result' && message.type !== 'fault') return;
    const call = waiting.get(message.n);
    waiting.delete(message.n);
    if (message.type === 'result') call?.resolve(message.result as never);
    else call?.reject(new Fault(message.code, message.retry));
  };
  return {
    call(method, argument) {
      if (closed) return Promise.reject(new Fault('port-closed', 'now'));
      const n = serial++;
      return new Promise((resolve, reject) => {
        waiting.set(n, { resolve, reject });
        try {
          port.postMessage({ type: 'call', n, method, argument } satisfies Message<Event>);
        } catch (error) {
          // An argument that cannot be cloned.
          waiting.delete(n);
          reject(toFault(error));
        }
      });
    },
    close() {
      if (closed) return;
      closed = true;
      port.postMessage({ type: 'bye' } satisfies Message<Event>);
      port.close();
      for (const { reject } of waiting.values()) reject(new Fault('port-closed', 'now'));
      waiting.clear();
    },
  };
}
