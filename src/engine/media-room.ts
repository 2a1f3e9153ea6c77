/**
 * Room for attachments: refuses what would not fit before any of it is written, and warns while there is still room to
 * do something about it. Knows the browser's estimate only, which is rough; so some room is always left.
 */
import { Fault, type FaultCode } from '../lib/fault.ts';
import { type Core } from './core.ts';

/** Bytes of this origin, as the browser estimates; undefined where it says nothing. */
export type RoomEstimate = () => Promise<
  { readonly used: number; readonly quota: number } | undefined
>;

export interface Room {
  /**
   * Promises room for so many bytes more in a file. Rejects with Fault `not-enough-room` where they, and all that is
   * promised already, would not leave enough for everything else.
   */
  need(file: string, bytes: number): Promise<void>;
  /** So many of the bytes promised to this file are not written yet; none when it has come to an end. */
  left(file: string, bytes: number): void;
  /** Tells the tabs when little is left. */
  look(): void;
}

/** Kept for messages, keys and what the estimate does not know, bytes. */
const RESERVE = 50 * 1024 * 1024;
/** From here on a person should do something about it. */
const WARN_SHARE = 0.8;
/** How often the same is said again. */
const WARN_MS = 12 * 3600 * 1000;
const REFUSED_MS = 60_000;

/** One for each engine: what is promised, and what was told, holds for everything that is kept here. */
const rooms = new WeakMap<Core, Room>();

/** The room of an engine. @param estimate as whoever asks first gives it */
export function roomOf(core: Core, estimate?: RoomEstimate): Room {
  const room = rooms.get(core) ?? createRoom(core, estimate);
  rooms.set(core, room);
  return room;
}

function createRoom(core: Core, estimate: RoomEstimate = async () => undefined): Room {
  const { clock } = core;
  /** Bytes that are still to be written, by file: no estimate knows of them. */
  const promised = new Map<string, number>();
  const told = new Map<FaultCode, number>();

  function tell(code: FaultCode, pause: number): void {
    const now = clock.now();
    const last = told.get(code);
    // A time that lies ahead is from a clock that was set right since.
    if (last !== undefined && last <= now && last > now - pause) return;
    told.set(code, now);
    core.trouble(code);
  }

  async function estimated() {
    // Where the browser does not answer, the disk itself will.
    return estimate().catch(() => undefined);
  }

  return {
    async need(file, bytes) {
      const room = await estimated();
      let all = bytes;
      for (const more of promised.values()) all += more;
      if (!room || room.quota - room.used >= all + RESERVE) {
        promised.set(file, bytes);
        return;
      }
      tell('not-enough-room', REFUSED_MS);
      throw new Fault('not-enough-room');
    },
    left(file, bytes) {
      if (bytes <= 0) promised.delete(file);
      else if (promised.has(file)) promised.set(file, bytes);
    },
    look() {
      void estimated().then((room) => {
        if (room && room.used >= WARN_SHARE * room.quota) tell('little-room', WARN_MS);
      });
    },
  };
}
