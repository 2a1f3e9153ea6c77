/**
 * Which attachments are fetched by themselves: a rule for each sort, kept in a sealed record of its own, since nothing
 * that is shown first needs it. Pure but for reading and writing that record. Loaded with the first attachment.
 */
import { type Bytes } from '../lib/bytes.ts';
import { readMessage, writeMessage } from '../lib/codec.ts';
import { isFault } from '../lib/fault.ts';
import { MAX_ATTACHMENT_BYTES } from '../protocol/attachment.ts';
import {
  type AttachmentForm,
  type DownloadRule,
  type DownloadRules,
  type MediaSort,
} from './api.ts';
import { type Core, OWN_LOCK } from './core.ts';

const RECORD = 'downloads';
/** The record has their rules under their places here, from 1; none ever moves. */
const sorts: readonly MediaSort[] = ['photos', 'voice', 'videos', 'files'];
const MANY = 16_000_000;

/** Until a person says otherwise. */
const usual: DownloadRules = {
  photos: { upTo: MANY, metered: false },
  voice: { upTo: MANY, metered: true },
  videos: { upTo: 0, metered: false },
  files: { upTo: 0, metered: false },
};

/** The sort of a form. */
export function sortOf(form: AttachmentForm): MediaSort {
  switch (form) {
    case 'image':
    case 'gif':
    case 'sticker':
      return 'photos';
    case 'voice':
      return 'voice';
    case 'video':
      return 'videos';
    case 'audio':
    case 'file':
      return 'files';
  }
}

/**
 * True where the rules say that an attachment comes by itself.
 * @param metered every byte may cost something now
 */
export function isFetched(
  rules: DownloadRules,
  { form, size }: { readonly form: AttachmentForm; readonly size: number },
  metered: boolean,
): boolean {
  const rule = rules[sortOf(form)];
  return rule.upTo > 0 && size <= rule.upTo && (rule.metered || !metered);
}

function encode(rules: DownloadRules): Bytes {
  const writer = writeMessage();
  for (const [index, sort] of sorts.entries()) {
    const { upTo, metered } = rules[sort];
    writer.uint(index + 1, 2 * upTo + Number(metered));
  }
  return writer.finish();
}

function decode(bytes: Uint8Array): DownloadRules {
  const fields = readMessage(bytes, 256);
  const ruleOf = (sort: MediaSort): DownloadRule => {
    const rule = fields.optionalUint(sorts.indexOf(sort) + 1);
    if (rule === undefined) return usual[sort];
    return { upTo: Math.floor(rule / 2), metered: rule % 2 === 1 };
  };
  return {
    photos: ruleOf('photos'),
    voice: ruleOf('voice'),
    videos: ruleOf('videos'),
    files: ruleOf('files'),
  };
}

/** The rules as they are; the usual ones where the record cannot be read. */
export async function readDownloadRules(core: Core): Promise<DownloadRules> {
  const row = await core.store.get('records', [RECORD]);
  if (!row) return usual;
  try {
    return decode(await core.seal.open('records', row));
  } catch (error) {
    if (isFault(error)) return usual;
    throw error;
  }
}

/** Changes some of the rules. */
export async function changeDownloadRules(
  core: Core,
  change: Partial<DownloadRules>,
): Promise<DownloadRules> {
  return core.mutex.hold([OWN_LOCK], async () => {
    const rules = { ...(await readDownloadRules(core)) };
    const changed = sorts.filter((sort) => change[sort]);
    for (const sort of changed) {
      const { upTo, metered } = change[sort] ?? rules[sort];
      rules[sort] = {
        upTo: Math.min(Math.max(0, Math.trunc(upTo)), MAX_ATTACHMENT_BYTES),
        metered,
      };
    }
    if (changed.length === 0) return rules;
    const put = await core.seal.seal('records', { name: RECORD }, encode(rules));
    await core.store.commit([{ table: 'records', put }], 'strict');
    return rules;
  });
}
