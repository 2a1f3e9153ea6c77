/**
 * Puts on the page what there is to see and hear of a call: the bar in the frame of the app, the dialog that rings,
 * the tones, the key that mutes. Loaded with the first call; follow-calls.ts is the way here.
 */
import { type EndTone, startTone } from '../../calls/ring.ts';
import { isWriting } from '../parts/focus.ts';
import { surface } from '../surface.ts';
import './call-bar.ts';
import { hasRingTone, ringsOnThisDevice } from './call-preferences.ts';
import { type CallSight, callSight, onCallChange, toggleMute } from './call-center.ts';
import { IncomingCall } from './incoming-call.ts';

export { placeCall, takeEvent } from './call-center.ts';

let tone: { readonly kind: 'incoming' | 'outgoing'; readonly end: EndTone } | undefined;
let incoming: IncomingCall | undefined;

/** Whether a call of somebody else's waits for an answer in this tab. */
function ringsHere({ view, carried }: CallSight): boolean {
  return view?.phase === 'ringing' && !view.outgoing && !carried && ringsOnThisDevice();
}

function showBar(sight: CallSight): void {
  const { view, carried, afterword } = sight;
  const isIncoming = view?.phase === 'ringing' && !view.outgoing;
  const wanted = Boolean(carried ?? afterword ?? (view && !isIncoming));
  const bar = document.querySelector('call-bar');
  if (!wanted) bar?.remove();
  else if (!bar) document.querySelector('sotto-app')?.append(document.createElement('call-bar'));
}

function showIncoming(sight: CallSight): void {
  if (!ringsHere(sight)) {
    incoming?.remove();
    incoming = undefined;
    return;
  }
  if (!incoming) surface().prepend((incoming = new IncomingCall()));
  incoming.call = sight.view;
}

function ring(sight: CallSight): void {
  const { view } = sight;
  const isHeardThere = view?.phase === 'ringing' && view.outgoing && view.here;
  const isHeardHere = ringsHere(sight) && hasRingTone();
  const kind = isHeardHere ? 'incoming' : isHeardThere ? 'outgoing' : undefined;
  if (tone?.kind === kind) return;
  tone?.end();
  tone = kind && { kind, end: startTone(kind) };
}

onCallChange((sight) => {
  showBar(sight);
  showIncoming(sight);
  ring(sight);
});

document.addEventListener('keydown', (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  if (event.key.toLowerCase() !== 'm' || event.repeat || !isPlain || isWriting(event)) return;
  const phase = callSight().view?.phase;
  if (phase !== 'talking' && phase !== 'connecting') return;
  event.preventDefault();
  toggleMute();
});
