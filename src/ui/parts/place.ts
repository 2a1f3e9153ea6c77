/**
 * Where an element of the list stands, as a directive: sets single properties through the CSSOM, because the
 * content security policy refuses style attributes (and with them `styleMap`). Never reads layout.
 */
import { noChange } from 'lit';
import { Directive, PartType, directive, type ElementPart, type PartInfo } from 'lit/directive.js';

/** Distances in px. */
export interface Place {
  /** From the top of the parent, as layout knows it (what sticks inside needs that). */
  readonly top?: number;
  /** From the top of the parent, moved by the compositor: cheaper, for the many. */
  readonly shift?: number;
  readonly size?: number;
  /** Width, and the shape that follows from it where there is less room, as width / height. */
  readonly width?: number;
  readonly ratio?: number;
}

class PlaceDirective extends Directive {
  #now: Place = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('place stands on an element');
  }

  override update(part: ElementPart, [next]: [Place]): unknown {
    const { style } = part.element as HTMLElement;
    const now = this.#now;
    if (next.top !== now.top) style.insetBlockStart = `${next.top ?? 0}px`;
    if (next.shift !== now.shift) style.transform = `translateY(${next.shift ?? 0}px)`;
    if (next.size !== now.size) style.blockSize = `${next.size ?? 0}px`;
    if (next.width !== now.width) style.inlineSize = `${next.width ?? 0}px`;
    if (next.ratio !== now.ratio) style.aspectRatio = String(next.ratio ?? 'auto');
    this.#now = next;
    return noChange;
  }

  override render(_place: Place): unknown {
    return noChange;
  }
}

/** `<div ${place({ shift: 120 })}>` */
export const place = directive(PlaceDirective);
