/**
 * In which order attachments leave: as they were sent, though several are uploaded at a time. Only a small one is waited
 * for; behind a film of a gigabyte nobody stands in line. Knows no upload.
 */
import { isFault } from '../lib/fault.ts';
import { loadMessage } from './conversations.ts';
import { type Core } from './core.ts';
import { keyOf } from './media-transfers.ts';
import { type MediaPlace } from './media-work.ts';

export interface SendingOrder {
  /** True while an earlier attachment of this chat is about to leave; it is then among those that wait. */
  mustWait(place: MediaPlace): Promise<boolean>;
  /** An upload has come to an end, sent or not: those that waited, which ask again. None where it waits itself. */
  next(ended: MediaPlace): readonly MediaPlace[];
}

/** What is larger holds up nobody, bytes. */
const WAITED_FOR_BYTES = 16 * 1024 * 1024;

/** @param isStuck true for an upload that broke off and waits to be tried again */
export function createSendingOrder(
  core: Core,
  isStuck: (place: MediaPlace) => boolean,
): SendingOrder {
  const held = new Map<string, MediaPlace>();

  async function isAboutToLeave(place: MediaPlace): Promise<boolean> {
    if (isStuck(place)) return false;
    try {
      const { conversation, order } = place;
      const { body, state } = await loadMessage(core, conversation, order);
      if (body.kind !== 'media' || state !== 'sending') return false;
      const isHeld = body.paused === true || body.fault !== undefined;
      return !isHeld && body.attachment.size <= WAITED_FOR_BYTES;
    } catch (error) {
      // Deleted, or damaged: it holds up nobody.
      if (isFault(error)) return false;
      throw error;
    }
  }

  return {
    async mustWait(place) {
      // Before it looks: what ends while it does calls it again.
      held.set(keyOf(place), place);
      for (const stage of ['staging', 'uploading']) {
        const earlier = await core.store.list('attachments', {
          index: 'byStage',
          equals: [stage, place.conversation],
          below: place.order,
        });
        for (const row of earlier) if (await isAboutToLeave(row)) return true;
      }
      held.delete(keyOf(place));
      return false;
    },
    next(ended) {
      if (held.has(keyOf(ended))) return [];
      const places = [...held.values()];
      held.clear();
      return places;
    },
  };
}
