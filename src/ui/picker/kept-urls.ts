/** Pictures of the collection as URLs for a pane, as long as it is shown. */
import { type Collected } from '../../engine/api.ts';
import { engine } from '../contexts/engine-client.ts';

/** A kept picture that can be shown. */
export interface Shown {
  readonly picture: Collected;
  readonly source: Blob;
  readonly url: string;
}

/** Everything kept of one kind, newest first. What cannot be read is left out. */
export async function showKept(kind: Collected['kind']): Promise<readonly Shown[]> {
  const all = await engine().call('collection', null);
  const shown = await Promise.all(
    all
      .filter((picture) => picture.kind === kind)
      .map(async (picture) => {
        try {
          const source = await engine().call('collected', { id: picture.id });
          return { picture, source, url: URL.createObjectURL(source) };
        } catch {
          return undefined;
        }
      }),
  );
  return shown.filter((each) => each !== undefined);
}

/** Frees what was held for showing them. */
export function hideKept(shown: readonly Shown[]): void {
  for (const { url } of shown) URL.revokeObjectURL(url);
}
