/**
 * Frames to bytes and back, for both sockets and directions. The type numbers of the four are disjoint, so that a
 * frame on the wrong socket is recognised as such. Source: docs/relay.md, Frames.
 */
export {
  decodeDropReply,
  decodeDropRequest,
  encodeDropReply,
  encodeDropRequest,
} from './drop-frame-codec.ts';
export { MAX_CONFIRMED, MAX_LEDGER_ROWS } from './frame-fields.ts';
export {
  decodeMailboxReply,
  decodeMailboxRequest,
  encodeMailboxReply,
  encodeMailboxRequest,
} from './mailbox-frame-codec.ts';
