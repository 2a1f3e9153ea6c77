/** A further tab of a person, which remembers what it was told. */
import { callPort } from '../../lib/port.ts';
import { type CallEnd, type CallView, type EngineApi, type EngineEvent } from '../api.ts';
import { type Person } from './person.ts';
import { portPair } from './port-pair.ts';

/** Opens a tab at the engine that the person runs now. */
export function openTab(person: Person) {
  const [inside, outside] = portPair();
  person.engine.connect(inside);
  const events: EngineEvent[] = [];
  const client = callPort<EngineApi, EngineEvent>(outside, (event) => events.push(event));
  return { events, call: client.call.bind(client), close: () => client.close() };
}

type Hears = Pick<Person, 'events'>;

/** The call as the tab was last told of it. */
export function callOf({ events }: Hears): CallView | undefined {
  return events.filter((event) => event.type === 'call').at(-1)?.call;
}

/** How the last call ended, as the tab was told. */
export function endOf({ events }: Hears): CallEnd | undefined {
  return events
    .flatMap((event) => (event.type === 'call' && event.ended ? [event.ended] : []))
    .at(-1);
}

/** The steps that came for the call that the tab carries. */
export function signalsTo({ events }: Hears) {
  return events.flatMap((event) => (event.type === 'call-signal' ? [event.signal] : []));
}
