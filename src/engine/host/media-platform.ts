/** What the browser tells of the connection and of the room it gives: hints, and absent in some browsers. */

/** The Network Information API, which Chromium has, also in workers. */
interface Connection {
  readonly saveData?: boolean;
  readonly type?: string;
}

/** True where the browser says that bytes are dear: mobile data, or a person's wish to save them. */
export function isMetered(): boolean {
  const { connection } = navigator as { readonly connection?: Connection };
  return connection?.saveData === true || connection?.type === 'cellular';
}

/** Bytes that this origin uses and may use; undefined where the browser does not say. */
export async function room(): Promise<{ used: number; quota: number } | undefined> {
  const { usage, quota } = await navigator.storage.estimate();
  return usage === undefined || quota === undefined ? undefined : { used: usage, quota };
}
