/** The files that were chosen and not sent, of the engine in memory: kept as long as the page. */
import { type DraftFile, type EngineEvent } from '../../engine/api.ts';
import { Fault } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { type Methods } from './fake-answers.ts';

interface Drafts {
  readonly methods: Pick<Methods, 'draftFiles' | 'draftFile'>;
  /** How many wait. */
  count(conversation: ConversationId): number;
  /** One was sent. */
  sent(conversation: ConversationId, id: string): void;
}

/** @param changed hears when what waits in a chat is not what it was */
export function createFakeDraftFiles(
  emit: (event: EngineEvent) => void,
  changed: (conversation: ConversationId) => void,
): Drafts {
  const drafts = new Map<ConversationId, { file: DraftFile; bytes?: Blob }[]>();
  const filesOf = (conversation: ConversationId) => drafts.get(conversation) ?? [];
  const waiting = (conversation: ConversationId): DraftFile[] =>
    filesOf(conversation).flatMap(({ file, bytes }) => (bytes ? [file] : []));

  function put(conversation: ConversationId, files: { file: DraftFile; bytes?: Blob }[]): void {
    drafts.set(conversation, files);
    emit({ type: 'draft-files', conversation, files: waiting(conversation) });
    changed(conversation);
  }

  return {
    methods: {
      draftFiles({ conversation, files }) {
        const known = new Map(filesOf(conversation).map((one) => [one.file.id, one]));
        if (files)
          put(
            conversation,
            files.map((file) => ({ ...known.get(file.id), file })),
          );
        return waiting(conversation);
      },
      draftFile({ conversation, id, source }) {
        const one = filesOf(conversation).find(({ file }) => file.id === id);
        const bytes = source ?? one?.bytes;
        if (!one || !bytes) throw new Fault('cancelled');
        if (bytes.size > 64 * 1024 * 1024) throw new Fault('too-large');
        one.bytes = bytes;
        put(conversation, filesOf(conversation));
        return bytes;
      },
    },
    count: (conversation) => waiting(conversation).length,
    sent: (conversation, id) =>
      put(
        conversation,
        filesOf(conversation).filter(({ file }) => file.id !== id),
      ),
  };
}
