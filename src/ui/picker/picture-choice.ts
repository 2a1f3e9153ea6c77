/** A GIF or sticker that was chosen from a pane, to be sent. */
export interface PictureChoice {
  readonly form: 'gif' | 'sticker';
  readonly name: string;
  /** Its bytes, made when they are needed. */
  readonly source: () => Promise<Blob>;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Under which it is remembered as used lately. */
  readonly habit?: string;
}
