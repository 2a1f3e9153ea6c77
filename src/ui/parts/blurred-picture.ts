/** <blurred-picture>: what a thumbhash tells of a picture, stretched over its own place. Says nothing to a screen reader. */
import { css, html, type TemplateResult } from 'lit';
import { SottoElement } from './sotto-element.ts';
import { drawThumbhash } from './thumbhash-canvas.ts';

export class BlurredPicture extends SottoElement {
  static override properties = { hash: { attribute: false } };

  static override styles = css`
    :host {
      display: block;
      overflow: hidden;
    }

    canvas {
      display: block;
      inline-size: 100%;
      block-size: 100%;
      object-fit: cover;
    }
  `;

  declare hash: Uint8Array;

  protected override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (canvas) drawThumbhash(canvas, this.hash);
  }

  protected override render(): TemplateResult {
    return html`<canvas aria-hidden="true"></canvas>`;
  }
}

customElements.define('blurred-picture', BlurredPicture);

declare global {
  interface HTMLElementTagNameMap {
    'blurred-picture': BlurredPicture;
  }
}
