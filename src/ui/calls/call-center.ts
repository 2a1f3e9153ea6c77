/**
 * What the page knows and does about the one call there can be: it is carried here or by another tab, it rings, it
 * ended in some way. Components read `callSight` and are told by `onCallChange`; call-surface.ts puts them on the page.
 */
import { type CarriedCall, carryCall } from '../../calls/call.ts';
import { type CallEnd, type CallEvent, type CallView } from '../../engine/api.ts';
import { createEmitter } from '../../lib/emitter.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { recall, remember } from '../contexts/preferences.ts';
import { showDialog } from '../dialogs/dialog-base.ts';
import { faultCode } from '../i18n/faults.ts';
import { loadTexts, t } from '../i18n/index.ts';
import { chatName } from '../parts/chat-name.ts';
import { takeSound } from '../parts/one-sound.ts';
import { chosenSound } from './call-preferences.ts';
import { NoRelayDialog } from './no-relay.ts';

/** How the last call ended, until it is read. */
export interface CallAfterword {
  readonly conversation: ConversationId;
  readonly name: string;
  readonly end?: CallEnd;
  /** Why it did not come about, or broke off. */
  readonly fault?: FaultCode;
}

export interface CallSight {
  readonly view?: CallView | undefined;
  /** The call that this tab carries; it may be there before the engine knows of it. */
  readonly carried?: CarriedCall | undefined;
  readonly name: string;
  readonly afterword?: CallAfterword | undefined;
}

/** An afterword that says nothing has gone wrong leaves by itself, ms. */
const AFTERWORD_MS = 6_000;

let sight: CallSight = { name: '' };
const changes = createEmitter<CallSight>();
let stopListening: () => void = () => undefined;
let forget: ReturnType<typeof setTimeout> | undefined;

/** What there is to see of calls now. */
export function callSight(): CallSight {
  return sight;
}

/** Hears every change. */
export function onCallChange(listener: (sight: CallSight) => void): () => void {
  return changes.listen(listener);
}

function change(next: Partial<CallSight>): void {
  sight = { ...sight, ...next };
  changes.emit(sight);
}

function nameOf(conversation: ConversationId): string {
  const chat = appState().chats.get(conversation);
  return chat ? chatName(chat) : '';
}

function say(afterword: CallAfterword): void {
  clearTimeout(forget);
  change({ afterword });
  if (!afterword.fault) forget = setTimeout(dismiss, AFTERWORD_MS);
}

/** The afterword was read. */
export function dismiss(): void {
  clearTimeout(forget);
  change({ afterword: undefined });
}

function carry(begins: Parameters<typeof carryCall>[1], name: string): void {
  const microphone = recall('call-microphone');
  const speaker = recall('call-speaker');
  const call = carryCall(
    {
      engine: (method, argument) => engine().call(method, argument),
      sound: chosenSound(),
      ...(microphone && { microphone }),
      ...(speaker && { speaker }),
    },
    begins,
  );
  stopListening();
  stopListening = call.listen(() => {
    if (call.state.at !== 'over') return changes.emit(sight);
    release(call);
  });
  dismiss();
  // Films and voice notes fall silent, here and in all other tabs.
  takeSound(() => undefined);
  change({ carried: call, name });
}

/** It is over here; what became of it the engine says, but for what went wrong in this tab. */
function release(call: CarriedCall): void {
  if (sight.carried !== call) return;
  stopListening();
  removeEventListener('beforeunload', warn);
  const { state, conversation } = call;
  const fault = state.at === 'over' ? state.why : undefined;
  change({ carried: undefined });
  if (fault === 'in-a-call' && answersInstead(conversation)) return;
  if (fault && fault !== 'call-over') say({ conversation, name: sight.name, fault });
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Whoever is to be called calls: answering is what is meant. */
function answersInstead(conversation: ConversationId): boolean {
  const { view, carried } = sight;
  if (carried || view?.conversation !== conversation) return false;
  // A call that hides no address is answered by a word of its own.
  if (view.outgoing || view.direct || view.phase !== 'ringing') return false;
  acceptCall();
  return true;
}

/** True where the person is in a call already, which they are told, or now answers the one that was to be made. */
function isTaken(conversation: ConversationId, name: string): boolean {
  if (answersInstead(conversation)) return true;
  if (!(sight.carried ?? sight.view)) return false;
  if (sight.carried?.conversation !== conversation) say({ conversation, name, fault: 'in-a-call' });
  return true;
}

/** Calls somebody. */
export async function placeCall(conversation: ConversationId): Promise<void> {
  void loadTexts('calls');
  const name = nameOf(conversation);
  if (isTaken(conversation, name)) return;
  if (appState().settings.calls === 'never') return say({ conversation, name, fault: 'calls-off' });
  try {
    const { urls } = await engine().call('turnServers', null);
    let direct = false;
    if (urls.length === 0) {
      if (appState().connection.status !== 'online')
        return say({ conversation, name, fault: 'offline' });
      const dialog = new NoRelayDialog(name);
      await showDialog(dialog);
      if (!dialog.direct) return;
      direct = true;
    }
    // Meanwhile the other side may have called.
    if (isTaken(conversation, name)) return;
    addEventListener('beforeunload', warn);
    carry({ role: 'caller', conversation, video: false, direct }, name);
  } catch (error) {
    say({ conversation, name, fault: faultCode(error) });
  }
}

/** Answers the call that rings. */
export function acceptCall(): void {
  const { view } = sight;
  if (!view || view.phase !== 'ringing' || sight.carried) return;
  addEventListener('beforeunload', warn);
  carry({ role: 'acceptor', call: view }, nameOf(view.conversation));
}

export function declineCall(): void {
  if (sight.view) void end(sight.view.id, 'decline');
}

async function end(id: CallView['id'], how: 'decline' | 'hangup'): Promise<void> {
  // Over already, or the engine is gone: either way nothing rings any more.
  await engine()
    .call('endCall', { id, how })
    .catch(() => undefined);
}

/** Ends the call, whichever tab carries it. */
export function hangUp(): void {
  if (sight.carried) sight.carried.hangUp();
  else if (sight.view) void end(sight.view.id, 'hangup');
}

/** Switches the own microphone off or on, whichever tab carries the call. */
export function toggleMute(): void {
  const { view } = sight;
  if (!view) return;
  engine()
    .call('muteCall', { id: view.id, muted: !view.muted })
    .catch(() => undefined);
}

/** Devices that were chosen are used in the next call, too. */
export async function chooseDevice(kind: 'microphone' | 'speaker', id: string): Promise<void> {
  remember(`call-${kind}`, id);
  const { carried } = sight;
  if (kind === 'microphone') await carried?.changeMicrophone(id);
  else await carried?.changeSpeaker(id);
}

function takeCall({ call: view, ended }: CallEvent & { type: 'call' }): void {
  const before = sight.view;
  const { carried } = sight;
  change({ view, ...(view && { name: nameOf(view.conversation) }) });
  carried?.follow(view);
  if (!ended || ended.id !== before?.id) return;
  // What rang here and was answered or declined elsewhere needs no word; nor does what this tab says better.
  const isSaid = !before.outgoing && before.phase === 'ringing' && ended.outcome !== 'missed';
  if (isSaid || sight.afterword?.fault) return;
  if (!before.outgoing && ended.outcome === 'missed') return;
  say({ conversation: before.conversation, name: nameOf(before.conversation), end: ended });
}

/** What the engine says of calls. */
export function takeEvent(event: CallEvent): void {
  void loadTexts('calls');
  if (event.type === 'call') takeCall(event);
  else sight.carried?.take(event.id, event.signal);
}

engine().listen((event) => {
  // The engine that conducted the call is gone, and with it the call.
  if (event.type !== 'restarted' && event.type !== 'stopped') return;
  sight.carried?.follow(undefined);
  change({ view: undefined });
});

/** The name of whoever is called, for words. */
export function otherName(): string {
  return sight.name || t('call.somebody');
}
