/**
 * How far an own message has come, as a small drawing with a name: a clock, one tick, two ticks, two coloured
 * ticks, or an exclamation mark. Shape tells the state as well as colour does.
 */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { type MessageState } from '../../engine/api.ts';
import { t, type TextKey } from '../i18n/index.ts';

const names: Readonly<Record<MessageState, TextKey>> = {
  sending: 'state.sending',
  sent: 'state.sent',
  delivered: 'state.delivered',
  read: 'state.read',
  failed: 'state.failed',
};

const tick = svg`<path d="m4.5 6.2 3 3 6-6.400" />`;
const two = svg`<path d="m1 6.2 3 3 6-6.400M8.300 9.200l6-6.400" />`;
const shapes: Readonly<Record<MessageState, SVGTemplateResult>> = {
  sending: svg`<circle cx="9" cy="6" r="4.400" /><path d="M9 3.500V6l1.700 1" />`,
  sent: tick,
  delivered: two,
  read: two,
  failed: svg`<circle cx="9" cy="6" r="4.900" /><path d="M9 3.500v2.800M9 8.400v.010" />`,
};

/** The state in a word. */
export function stateName(state: MessageState): string {
  return t(names[state]);
}

/** The ticks of a message. */
export function ticks(state: MessageState): TemplateResult {
  return html`<svg
    class="ticks ${state}"
    width="16"
    height="12"
    viewBox="0 0 16 12"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    role="img"
    aria-label=${stateName(state)}
  >
    ${shapes[state]}
  </svg>`;
}
