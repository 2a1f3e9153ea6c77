/**
 * The browser's own inspection, for what a person cannot do: run a line inside a worker, crash or freeze a tab.
 */
import { type Browser, type Page } from '@playwright/test';

export interface Target {
  readonly id: string;
  readonly type: string;
  readonly url: string;
}

/** Everything that runs scripts of `origin`: pages and workers of all kinds. */
export async function targetsOf(browser: Browser, origin: string): Promise<Target[]> {
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets');
  await session.detach();
  return targetInfos
    .filter(({ url }) => url.startsWith(origin))
    .map(({ targetId, type, url }) => ({ id: targetId, type, url }));
}

/**
 * Evaluates an expression inside a target under the target's own policy, and waits for its promise.
 * @returns its value as JSON gives it
 */
export async function evaluateIn(
  browser: Browser,
  target: Target,
  expression: string,
): Promise<unknown> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { sessionId } = await session.send('Target.attachToTarget', {
      targetId: target.id,
      flatten: false,
    });
    const answer = new Promise<unknown>((resolve, reject) => {
      session.on('Target.receivedMessageFromTarget', (event) => {
        if (event.sessionId !== sessionId) return;
        const reply = JSON.parse(event.message) as {
          id?: number;
          error?: { message: string };
          result?: { result: { value?: unknown }; exceptionDetails?: { text: string } };
        };
        if (reply.id !== 1) return;
        const fault = reply.error?.message ?? reply.result?.exceptionDetails?.text;
        if (fault) reject(new Error(fault));
        else resolve(reply.result?.result.value);
      });
    });
    await session.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({
        id: 1,
        method: 'Runtime.evaluate',
        params: {
          expression,
          awaitPromise: true,
          returnByValue: true,
          allowUnsafeEvalBlockedByCSP: false,
        },
      }),
    });
    return await answer;
  } finally {
    await session.detach();
  }
}

/** Kills the process behind a tab, as running out of memory would, and closes what is left of it. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // The answer never comes: the one who would give it is dead.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

/** Stops a tab's scripts as the browser does with tabs left for long. @returns brings it back */
export async function freeze(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  return async () => {
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await session.detach();
  };
}
