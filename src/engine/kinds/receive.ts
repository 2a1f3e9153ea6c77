/** Which file takes which kind. From people who are not accepted only messages count. */
import { arrived } from '../../crypto/part.ts';
import { type Arrival } from './arrival.ts';
import { receiveHello } from './hello.ts';
import { receiveProfile } from './profile.ts';
import { receiveReceipt } from './receipt.ts';
import { receiveMessage } from './message.ts';

/** Loaded when something could not be read, here or there: seldom. */
const healing = () => arrived(import('./resend.ts'));

/** True for kinds that a stranger's request may consist of. */
export function mayIntroduce(kind: Arrival['content']['kind']): boolean {
  return kind === 'text' || kind === 'media' || kind === 'unknown';
}

/** Puts the effects of one arrived content into the unit of work. */
export async function receiveContent(arrival: Arrival): Promise<void> {
  const { content } = arrival;
  switch (content.kind) {
    case 'text':
      return receiveMessage({ ...arrival, content });
    case 'media':
      return receiveMessage({ ...arrival, content });
    case 'unknown':
      return receiveMessage({ ...arrival, content });
    case 'receipt':
      return receiveReceipt({ ...arrival, content });
    case 'profile':
      return receiveProfile({ ...arrival, content });
    case 'hello':
      return receiveHello({ ...arrival, content });
    case 'resend-request':
      return (await healing()).receiveResendRequest({ ...arrival, content });
    case 'resend-refusal':
      return (await healing()).receiveResendRefusal({ ...arrival, content });
    case 'call-signal':
      return (await arrived(import('./call-signal.ts'))).receiveCallSignal({ ...arrival, content });
    case 'media-again':
      return (await arrived(import('../media-again.ts'))).receiveMediaAgain({
        ...arrival,
        content,
      });
  }
}
