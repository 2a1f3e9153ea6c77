/** What this browser was told of calls, with what goes for whoever chose nothing. Kept by contexts/preferences.ts. */
import { type DataUse, type Sound } from '../../calls/description.ts';
import { recall } from '../contexts/preferences.ts';

/** From the best sound to the least data. */
export const dataUses: readonly DataUse[] = ['full', 'wideband', 'narrowband', 'low'];

/** How a call that begins now sounds. */
export function chosenSound(): Sound {
  const chosen = recall('call-data');
  const dataUse = dataUses.find((use) => use === chosen) ?? 'full';
  return { dataUse, constantBitRate: dataUse !== 'low' && recall('call-constant') !== 'off' };
}

/** Whether a call of somebody else's comes in front here. */
export function ringsOnThisDevice(): boolean {
  return recall('call-ring') !== 'off';
}

/** Whether it is heard. */
export function hasRingTone(): boolean {
  return recall('call-tone') !== 'off';
}
