/**
 * What a page and the service worker agree on, so that a player gets a film or a sound by parts and nobody has to hold
 * it whole: the address, the question that the service worker puts to the page whose player asks, and the page's answer.
 */
import { type Bytes } from './bytes.ts';

/** Addresses of what is played; a handle follows that only the page knows which made it. */
export const MEDIA_PATH = '/media/';

/** Types under which bytes of others are answered with in this origin: what players take, and nothing that is a document. */
const TYPES: ReadonlySet<string> = new Set([
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'video/x-m4v',
  'video/x-matroska',
  'video/3gpp',
  'audio/mpeg',
  'audio/mp3',
  'audio/mp4',
  'audio/m4a',
  'audio/x-m4a',
  'audio/aac',
  'audio/ogg',
  'audio/opus',
  'audio/webm',
  'audio/flac',
  'audio/x-flac',
  'audio/wav',
  'audio/wave',
  'audio/x-wav',
]);

/** True for the type of a film or a sound that may be played by parts. */
export function isPlayedType(type: string): boolean {
  return TYPES.has(type);
}

/** The service worker asks; the port that comes with it takes the answer. */
export interface MediaQuestion {
  readonly type: 'media';
  readonly handle: string;
  /** The `Range` header, empty where there is none. */
  readonly range: string;
}

/** What the page has of it. */
export type MediaAnswer =
  /** Not this page's, or not any more. */
  | { readonly state: 'unknown' }
  /** No byte of the file was asked for. */
  | { readonly state: 'outside'; readonly size: number }
  /** The bytes could not be had; the page has said why to its person. */
  | { readonly state: 'failed' }
  | {
      readonly state: 'part';
      readonly type: string;
      /** Of the whole file. */
      readonly size: number;
      readonly from: number;
      readonly bytes: Bytes;
    };
