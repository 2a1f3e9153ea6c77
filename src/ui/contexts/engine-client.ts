/**
 * How the interface reaches the engine: one client per page, handed in by main.ts through `mountApp`. Does not
 * know whether the engine runs in a SharedWorker, in this page or in a test.
 */
import { type EngineApi, type EngineEvent } from '../../engine/api.ts';

export type EngineMethod = keyof EngineApi;
export type EngineArgument<Name extends EngineMethod> = Parameters<EngineApi[Name]>[0];
export type EngineResult<Name extends EngineMethod> = ReturnType<EngineApi[Name]>;

export interface EngineClient {
  /** Asks the engine; rejects with a Fault. */
  call<Name extends EngineMethod>(
    method: Name,
    argument: EngineArgument<Name>,
  ): Promise<EngineResult<Name>>;
  /** Hears every event of this tab; the result stops it. */
  listen(listener: (event: EngineEvent) => void): () => void;
  /** Takes the engine from another tab; `restarted` follows. Only for a person's click. */
  useHere?(): void;
}

let client: EngineClient | undefined;

/** Hands the client to all components. */
export function provideEngine(given: EngineClient): void {
  client = given;
}

/** The client of this page. */
export function engine(): EngineClient {
  if (!client) throw new Error('no engine was provided');
  return client;
}
