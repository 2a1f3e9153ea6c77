/** Bounds that client and relay share. Source: docs/relay.md; each is enforced by the relay and answered in words. */

/** Largest sealed envelope, bytes. */
export const MAX_ENVELOPE_BYTES = 256 * 1024;
/** Largest frame on either socket, bytes: an envelope and its addressing, or one upload of prekeys. */
export const MAX_FRAME_BYTES = 320 * 1024;
/** Envelopes that may wait in one mailbox. */
export const MAX_QUEUED_ENVELOPES = 10_000;
/** Bytes of envelopes that may wait in one mailbox. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** How long a normal envelope waits, and how long a retired token is still taken, seconds. */
export const ENVELOPE_TTL_SECONDS = 30 * 24 * 3600;
/** What all retired tokens of a mailbox may carry together. */
export const MAX_RETIRED_ENVELOPES = 200;
export const MAX_RETIRED_BYTES = 2 * 1024 * 1024;
/** One-time prekeys of either sort that a mailbox holds at most. */
export const MAX_ONE_TIME_PREKEYS = 200;
/** Live and retired tokens of one mailbox. */
export const MAX_TOKENS = 1_000;
/** A nonce of the relay may be signed for this long, milliseconds. */
export const NONCE_LIFETIME_MS = 30_000;
/** The client pulses this often while a tab is visible; a peer is offline after the second figure. Milliseconds. */
export const PULSE_MS = 5_000;
export const PULSE_LOST_MS = 12_000;
/** URLs of TURN servers in one answer; bytes of each, and of the name and the password that come with them. */
export const MAX_TURN_URLS = 8;
export const MAX_TURN_TEXT_BYTES = 256;
/** Longest host[:port], bytes. */
export const MAX_HOST_BYTES = 260;
