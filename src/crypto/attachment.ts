/** The stream of an attachment: chunks without a header before them, under a secret of its own. docs/protocol.md, Media. */
import { utf8, type Bytes } from '../lib/bytes.ts';
import { openStream, type Stream } from './stream.ts';

const header = utf8('sotto-attachment-1');

/** What seals and opens an attachment's chunks. Throws Fault `bad-key` unless the secret has 32 bytes. */
export function openAttachment(secret: Bytes): Promise<Stream> {
  return openStream(secret, header);
}
