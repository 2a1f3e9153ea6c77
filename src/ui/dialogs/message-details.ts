/** The dialog `Message details`: who wrote it and when it passed each station, as far as the engine knows. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { type MessageDetails, type MessageView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode, faultText } from '../i18n/faults.ts';
import { formatMoment, t, type TextKey } from '../i18n/index.ts';
import { icons } from '../parts/icons.ts';
import { stateName } from '../parts/ticks.ts';
import { DialogBase } from './dialog-base.ts';

export class MessageDetailsDialog extends DialogBase {
  static override properties = { details: { state: true }, fault: { state: true } };

  static override styles = [
    DialogBase.styles,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: baseline;
        gap: var(--s3) var(--s5);
      }

      dt {
        color: var(--soft);
        font-size: var(--text-2);
      }

      dd {
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare private details: MessageDetails | undefined;
  declare private fault: FaultCode | undefined;
  readonly #message: MessageView;
  readonly #name: string;
  #stop: (() => void) | undefined;

  /** @param name of the other side */
  constructor(message: MessageView, name: string) {
    super();
    this.#message = message;
    this.#name = name;
    this.details = undefined;
    this.fault = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
    // A tick that comes while one looks shows here too.
    this.#stop = engine().listen((event) => {
      if (event.type !== 'messages' || event.conversation !== this.#message.conversation) return;
      if (event.changed.some(({ order }) => order === this.#message.order)) void this.#load();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  async #load(): Promise<void> {
    const { conversation, order } = this.#message;
    try {
      this.details = await engine().call('messageDetails', { conversation, order });
    } catch (error) {
      this.fault = faultCode(error);
    }
  }

  protected override heading(): string {
    return t('message-details.title');
  }

  protected override content(): TemplateResult {
    if (this.fault) {
      return html`<p class="fault" role="alert">
        ${icons.warning}<span>${faultText(this.fault)}</span>
      </p>`;
    }
    const { details } = this;
    const { own, state } = details?.message ?? this.#message;
    const moment = (key: TextKey, time: number | undefined): TemplateResult | typeof nothing =>
      time === undefined
        ? nothing
        : html`<dt>${t(key)}</dt>
            <dd><time datetime=${new Date(time).toISOString()}>${formatMoment(time)}</time></dd>`;
    return html`<dl>
      <dt>${t('message-details.from')}</dt>
      <dd><bdi>${own ? t('you') : this.#name}</bdi></dd>
      ${
        state
          ? html`<dt>${t('message-details.state')}</dt>
              <dd>${stateName(state)}</dd>`
          : nothing
      }
      ${moment('message-details.written', details?.written)}
      ${moment('message-details.arrived', details?.arrived)}
      ${moment('message-details.sent', details?.sent)}
      ${moment('message-details.delivered', details?.delivered)}
      ${moment('message-details.read', details?.read)}
      ${moment('message-details.kept', details?.keptUntil)}
    </dl>`;
  }
}

customElements.define('message-details-dialog', MessageDetailsDialog);
