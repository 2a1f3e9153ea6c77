/** The anonymous socket, on which the engine submits envelopes, fetches bundles and follows presence. */
import { type Clock } from '../lib/clock.ts';
import { type DropReply, type DropRequest } from '../wire/frames.ts';
import { decodeDropReply, encodeDropRequest } from '../wire/frame-codec.ts';
import { type Patience, type SocketEvents, openSocket } from './socket.ts';

/** An open drop socket. */
export interface DropSocket {
  readonly hello: Extract<DropReply, { type: 'hello' }>;
  send(frame: DropRequest): void;
  keepAlive(): void;
  close(): void;
  readonly buffered: number;
}

/** Opens `/v1/drop`. */
export function openDropSocket(
  dial: () => WebSocket,
  clock: Clock,
  patience: Patience,
  events: SocketEvents<DropReply>,
): Promise<DropSocket> {
  return openSocket<DropRequest, DropReply, DropSocket['hello']>(
    dial,
    clock,
    patience,
    { encode: encodeDropRequest, decode: decodeDropReply },
    events,
  );
}
