/** What a message may tell of an attachment's size in pixels and time; apart, because only who sends one needs it. */
import {
  type Attachment,
  MAX_DURATION_MS,
  MAX_PIXELS,
  MAX_THUMBHASH_BYTES,
  MAX_WAVEFORM_BYTES,
} from './attachment.ts';

type Measures = Pick<Attachment, 'width' | 'height' | 'duration' | 'thumbhash' | 'waveform'>;

const isWithin = (value: number | undefined, most: number): boolean =>
  value === undefined || (Number.isSafeInteger(value) && value >= 0 && value <= most);

/** What is told of an attachment, without what a message cannot carry: a film may claim a month. */
export function fittingMeasures<Told extends Measures>(told: Told): Told {
  const { width, height, duration, thumbhash, waveform, ...rest } = told;
  const seen = isWithin(width, MAX_PIXELS) && isWithin(height, MAX_PIXELS);
  return {
    ...rest,
    ...(seen && width !== undefined && { width }),
    ...(seen && height !== undefined && { height }),
    ...(duration !== undefined && isWithin(duration, MAX_DURATION_MS) && { duration }),
    ...(thumbhash && thumbhash.length <= MAX_THUMBHASH_BYTES && { thumbhash }),
    ...(waveform && waveform.length <= MAX_WAVEFORM_BYTES && { waveform }),
  } as Told;
}
