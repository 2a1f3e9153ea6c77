/**
 * What all components have in common: the shared style sheet and texts that follow the language. Knows nothing
 * of the engine. Components are written without decorators: `static override properties`, `declare` fields,
 * values set in the constructor (architecture, Build).
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
}
