/** An engine that answers every call with a Fault: stands in until the real one lands. */
import { type PortLike, servePort } from '../../../lib/port.ts';
import { type StopReason } from '../control.ts';

export async function startEngine(_parts: unknown): Promise<{
  connect(port: PortLike): void;
  stop(reason: StopReason): Promise<void>;
  onStopped(listener: (reason: StopReason) => void): void;
}> {
  return {
    connect: (port) => void servePort(port, {}),
    stop: async () => undefined,
    onStopped: () => undefined,
  };
}
