/**
 * A picture that moves, in the viewer: stands still at its first frame for whoever wants less motion, and for whoever
 * pauses it. Holds the URL of that frame and gives the button; knows neither the message nor the zoom.
 */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { pngOf } from '../../capture/picture-copy.ts';
import { isAnimated } from '../../capture/picture-motion.ts';
import { t } from '../i18n/index.ts';
import { mediaIcons } from '../parts/media-icons.ts';

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** The first frame of a picture that moves; undefined for any other. Fault `not-a-picture`. */
export async function stillOf(picture: Blob): Promise<Blob | undefined> {
  return (await isAnimated(picture)) ? pngOf(picture) : undefined;
}

export class StillPicture {
  readonly #host: ReactiveControllerHost;
  #still: string | undefined;
  #paused = lessMotion.matches;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    lessMotion.addEventListener('change', this.#wished);
  }

  hostDisconnected(): void {
    lessMotion.removeEventListener('change', this.#wished);
    this.show(undefined);
  }

  readonly #wished = (): void => this.#pause(lessMotion.matches);

  #pause(paused: boolean): void {
    this.#paused = paused;
    this.#host.requestUpdate();
  }

  /** The picture that is looked at now has this first frame, or does not move. */
  show(still: Blob | undefined): void {
    if (this.#still) URL.revokeObjectURL(this.#still);
    this.#still = still && URL.createObjectURL(still);
  }

  /** What is seen of a picture: itself, or its first frame. */
  seen(url: string): string {
    return this.#paused && this.#still ? this.#still : url;
  }

  /** `Play GIF` or `Pause GIF`, where it moves. */
  button(): TemplateResult | typeof nothing {
    if (!this.#still) return nothing;
    const words = t(this.#paused ? 'emoji.play' : 'emoji.pause');
    return html`<button
      class="icon-button"
      type="button"
      aria-label=${words}
      title=${words}
      @click=${() => this.#pause(!this.#paused)}
    >
      ${this.#paused ? mediaIcons.play : mediaIcons.pause}
    </button>`;
  }
}
