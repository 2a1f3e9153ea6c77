/**
 * The one Trusted Types policy by which this page may start scripts: it admits the worker files of the build and
 * nothing else. Where the browser has no Trusted Types the same check runs on plain strings.
 */

/** What the build puts on disk for workers. The dev server serves them from the sources. */
function isBuiltScript(url: URL): boolean {
  if (url.origin !== location.origin) return false;
  if (import.meta.env.DEV) return true;
  return url.pathname === '/service-worker.js' || /^\/assets\/[\w.-]+\.js$/.test(url.pathname);
}

function check(address: string): string {
  const url = new URL(address, location.href);
  if (!isBuiltScript(url)) throw new TypeError('Sotto starts only scripts of its own build');
  return url.href;
}

const policy = window.trustedTypes?.createPolicy('sotto', { createScriptURL: check });

/**
 * The address of a built script, allowed for `new SharedWorker`, `new Worker` and `register`.
 * Typed as a string because the platform's own types know no other. Throws TypeError for anything else.
 */
export function trustedScript(address: string): string {
  return (policy?.createScriptURL(address) ?? check(address)) as unknown as string;
}
