/**
 * <voice-message>: a voice note in its message, or a file of sound. Asks the engine for its bytes when it is to be heard;
 * of a voice note tells it that it was, and lets the next one that was not heard yet play on. Loaded with the first of
 * either; what else there is to say of it stands in its slot.
 */
import { html, type TemplateResult } from 'lit';
import { type AttachmentView, type MessageView } from '../../engine/api.ts';
import { type ConversationId } from '../../lib/ids.ts';
import { appState, watchState } from '../contexts/app-state.ts';
import { engine } from '../contexts/engine-client.ts';
import { openPlayable } from './media-stream.ts';
import { SottoElement } from './sotto-element.ts';
import { forgetRecording, pausePlaying, play, type Recording } from './voice-playback.ts';
import './voice-player.ts';

/** A message, and where it is. */
interface Place {
  readonly conversation: ConversationId;
  readonly order: number;
}

/** The chat of what was played last; it is heard while that chat is on the screen. */
let heardIn: ConversationId | undefined;
watchState(({ current }) => {
  if (heardIn === undefined || current === heardIn) return;
  heardIn = undefined;
  pausePlaying();
});

const keyOf = ({ conversation, order }: Place): string => `${conversation} ${order}`;

function isHere({ stage }: AttachmentView, own: boolean): boolean {
  return stage === 'here' || (own && stage === 'uploading');
}

function isUnheard({ body, own }: MessageView): boolean {
  if (own || body.kind !== 'media') return false;
  const { attachment } = body;
  return attachment.form === 'voice' && !attachment.played && isHere(attachment, own);
}

/** The note right behind another, if it is the other side's and was not heard. */
async function playOn({ conversation, order }: Place): Promise<void> {
  const page = { conversation, after: order, limit: 1 };
  const [next] = (await engine().call('messages', page)).messages;
  if (appState().current !== conversation || next?.body.kind !== 'media' || !isUnheard(next))
    return;
  await play(recordingOf(next, next.body.attachment, next.own));
}

function recordingOf(place: Place, attachment: AttachmentView, own: boolean): Recording {
  const { conversation, order } = place;
  const isNote = attachment.form === 'voice';
  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);
  return {
    key: keyOf(place),
    duration: attachment.duration ?? 0,
    natural: !isNote,
    // A note is small.
    load: (failed) =>
      isNote
        ? engine().call('openAttachment', { conversation, order })
        : openPlayable({ conversation, order }, attachment, failed),
    begun() {
      heardIn = conversation;
      if (isNote && !own) quietly(engine().call('markPlayed', { conversation, order }));
    },
    ended: () => void (own || !isNote || quietly(playOn({ conversation, order }))),
  };
}

let listening = false;
/** What was deleted, with its message or without, is not heard any more. */
function followDeletions(): void {
  if (listening) return;
  listening = true;
  engine().listen((event) => {
    if (event.type !== 'messages') return;
    const { conversation } = event;
    const gone = event.changed
      .filter(({ body, own }) => body.kind !== 'media' || !isHere(body.attachment, own))
      .map(({ order }) => order);
    for (const order of [...event.removed, ...gone])
      forgetRecording(keyOf({ conversation, order }));
  });
}

export class VoiceMessage extends SottoElement {
  static override properties = {
    attachment: { attribute: false },
    conversation: { attribute: false },
    order: { type: Number },
    own: { type: Boolean },
  };

  declare attachment: AttachmentView;
  declare conversation: ConversationId;
  declare order: number;
  declare own: boolean;

  constructor() {
    super();
    this.order = 0;
    this.own = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    followDeletions();
  }

  protected override render(): TemplateResult {
    const { attachment, own } = this;
    return html`<voice-player
      .recording=${recordingOf(this, attachment, own)}
      .waveform=${attachment.waveform}
      .fresh=${attachment.form === 'voice' && !own && !attachment.played}
      .closed=${!isHere(attachment, own)}
      ><slot></slot
    ></voice-player>`;
  }
}

customElements.define('voice-message', VoiceMessage);

declare global {
  interface HTMLElementTagNameMap {
    'voice-message': VoiceMessage;
  }
}
