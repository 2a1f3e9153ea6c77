/**
 * When and how the engine in memory answers: after a while, not before a test allows it, or with a fault. Does not
 * know what the answers say.
 */
import { type EngineApi } from '../../engine/api.ts';
import { Fault, type FaultCode } from '../../lib/fault.ts';
import { type EngineClient } from '../contexts/engine-client.ts';

/** What answers each method. */
export type Methods = {
  readonly [Name in keyof EngineApi]: (
    argument: Parameters<EngineApi[Name]>[0],
  ) => ReturnType<EngineApi[Name]>;
};

export interface AnswerControls {
  /** The next call of this method rejects. */
  failNext(method: keyof EngineApi, code: FaultCode): void;
  /** Calls of this method get this answer from now on. */
  answer<Name extends keyof EngineApi>(method: Name, result: ReturnType<EngineApi[Name]>): void;
  /** Calls of this method get no answer until `release`. */
  hold(method: keyof EngineApi): void;
  /** Answers what was held, and holds no more. */
  release(method: keyof EngineApi): void;
  /** How many calls of this method are held. */
  held(method: keyof EngineApi): number;
  /** How many calls will be answered by themselves, soon. */
  answering(): number;
}

/**
 * Answers calls with `methods`.
 * @param slowness waited before each answer, ms
 */
export function createAnswers(
  methods: Methods,
  slowness = 0,
): AnswerControls & Pick<EngineClient, 'call'> {
  const failures = new Map<keyof EngineApi, FaultCode>();
  const answers = new Map<keyof EngineApi, ReturnType<EngineApi[keyof EngineApi]>>();
  const holds = new Map<keyof EngineApi, (() => void)[]>();
  let answering = 0;
  return {
    async call(method, argument) {
      const held = holds.get(method);
      if (held) await new Promise<void>((resolve) => held.push(resolve));
      answering++;
      await new Promise((resolve) => setTimeout(resolve, slowness));
      answering--;
      const failure = failures.get(method);
      if (failure) {
        failures.delete(method);
        throw new Fault(failure);
      }
      if (answers.has(method)) return answers.get(method) as ReturnType<EngineApi[typeof method]>;
      return methods[method](argument);
    },
    failNext: (method, code) => void failures.set(method, code),
    answer: (method, result) => void answers.set(method, result),
    hold: (method) => void holds.set(method, []),
    release(method) {
      const held = holds.get(method) ?? [];
      holds.delete(method);
      for (const answer of held) answer();
    },
    held: (method) => holds.get(method)?.length ?? 0,
    answering: () => answering,
  };
}
