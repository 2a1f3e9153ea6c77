/**
 * What all components have in common: the shared style sheet, texts that follow the language, and a keyboard that
 * stays where it is while rows are moved. Knows nothing of the engine. Components are written without decorators:
 * `static override properties`, `declare` fields, values set in the constructor (architecture, Build).
 */
import { LitElement, type CSSResultGroup } from 'lit';
import { Localized } from '../i18n/index.ts';
import { shared } from '../styles/shared.ts';

export class SottoElement extends LitElement {
  static override styles: CSSResultGroup = shared;

  constructor() {
    super();
    new Localized(this);
  }

  protected override performUpdate(): void {
    const focused = this.shadowRoot?.activeElement;
    super.performUpdate();
    // Lit moves keyed rows by taking them out and putting them in again, and what is taken out loses the focus.
    if (
      focused instanceof HTMLElement &&
      focused.isConnected &&
      !this.shadowRoot?.activeElement &&
      this.ownerDocument.activeElement === this.ownerDocument.body
    )
      focused.focus({ preventScroll: true });
  }
}
