/**
 * What the engine asks of the worker that seals and keeps the files of attachments: types only. Nothing it is told
 * names a chat or a person, and it never talks to the network.
 */
import type { Bytes } from '../../lib/bytes.ts';

/** An attachment's file at rest: where it lies, and what opens it. */
export interface SealedFile {
  /** Name in the folder of attachments: letters, digits and hyphens. */
  readonly name: string;
  /** Secret of its stream, 32 bytes. */
  readonly secret: Bytes;
  /** Bytes of padded plaintext in it. */
  readonly length: number;
}

export type MediaFileApi = {
  /**
   * Seals `source`, padded with zeros to `file.length`, into a new file. What stood under the name before is gone.
   * The result is the SHA-256 of each sealed chunk, joined. Faults `file-changed` (the source cannot be read as it
   * was), `storage-full`, `cancelled`.
   */
  seal: (job: { readonly file: SealedFile; readonly source: Blob }) => Bytes;
  /** Bytes of sealed chunks that are there whole, to go on after. */
  length: (file: { readonly name: string }) => number;
  /**
   * Checks sealed chunks and writes them behind what is there; `sealed` is used up.
   * Faults `bad-blob` (nothing of it was written), `storage-full`, `cancelled`.
   * @param at bytes that are there
   */
  append: (part: {
    readonly file: SealedFile;
    readonly at: number;
    readonly sealed: Bytes;
  }) => null;
  /** SHA-256 of each sealed chunk of a whole file, joined. */
  digest: (file: { readonly name: string }) => Bytes;
  /** Ends what is under way for a file, which then rejects with `cancelled`. The file stays. */
  cancel: (file: { readonly name: string }) => null;
};

/** How far a `seal` has come, in bytes of plaintext. */
export interface MediaFileEvent {
  readonly type: 'sealed';
  readonly name: string;
  readonly done: number;
}
