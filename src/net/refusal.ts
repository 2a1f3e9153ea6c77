/** What the relay's refusals mean to the engine: a Fault each, with the refusal itself as its cause. */
import { Fault, type FaultCode, type Retry } from '../lib/fault.ts';
import { type MailboxReply, type RefusalCode } from '../wire/frames.ts';

/** A refusal as it came; `since` only with `not-holder`. */
export type Refusal = Extract<MailboxReply, { type: 'refused' }>;

const meanings: Readonly<Record<RefusalCode, readonly [FaultCode, Retry]>> = {
  'not-accepted-now': ['not-accepted-now', 'on-reconnect'],
  expired: ['invite-expired', 'never'],
  revoked: ['invite-revoked', 'never'],
  'rate-limited': ['rate-limited', 'now'],
  'mailbox-full': ['mailbox-full', 'on-reconnect'],
  'relay-full': ['relay-full', 'now'],
  'too-large': ['too-large', 'never'],
  malformed: ['malformed', 'never'],
  'wrong-socket': ['wrong-socket', 'never'],
  'unsupported-version': ['unsupported-version', 'never'],
  'not-authenticated': ['relay-failed', 'on-reconnect'],
  'bad-signature': ['bad-signature', 'on-reconnect'],
  'wrong-host': ['other-relay', 'never'],
  'not-holder': ['not-holder', 'never'],
  failed: ['relay-failed', 'on-reconnect'],
};

/** The Fault of a refusal; of any other frame `relay-failed`, because it came where it does not belong. */
export function faultOfRefusal(reply: { readonly type: string }): Fault {
  if (reply.type !== 'refused') return new Fault('relay-failed', 'on-reconnect');
  const [code, retry] = meanings[(reply as Refusal).code];
  return new Fault(code, retry, reply);
}

/** The refusal that a Fault came from, or undefined. Tells `since` of `not-holder`. */
export function refusalOf(fault: Fault): Refusal | undefined {
  const cause = fault.cause as Refusal | undefined;
  return cause?.type === 'refused' ? cause : undefined;
}
