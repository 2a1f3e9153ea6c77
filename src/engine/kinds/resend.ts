/** Requests to send something again, and the answer that there is nothing to send. */
import { answerResendRequest, applyResendRefusal } from '../healing.ts';
import { type Arrival } from './arrival.ts';

export async function receiveResendRequest({
  core,
  changes,
  contact,
  content,
}: Arrival<'resend-request'>): Promise<void> {
  await answerResendRequest(core, changes, contact, content.envelopeHash);
}

export async function receiveResendRefusal({
  core,
  changes,
  contact,
  content,
}: Arrival<'resend-refusal'>): Promise<void> {
  await applyResendRefusal(core, changes, contact, content);
}
