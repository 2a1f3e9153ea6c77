/** What the composer lends to the pickers: the place in which its box stands. */
export interface PickerHost extends HTMLElement {
  readonly renderRoot: ParentNode & Node;
}
