import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { type Response } from '@playwright/test';
import { evaluateIn, targetsOf } from './support/devtools.ts';
import { expect, test } from './support/journey.ts';
import { composer, openChat } from './support/people.ts';
import { shellReady } from './support/shell.ts';

const client = resolve(import.meta.dirname, '../dist/client');

/** A second origin that would answer anybody, and counts who came. */
async function foreignServer(): Promise<{ origin: string; visits: string[]; server: Server }> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('hello');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, visits, server };
}

/** Runs as a task of its own, so that nothing of the inspector is on the stack. */
const attempts = (foreign: string): string => `new Promise((done) => setTimeout(async () => {
  const outcome = {};
  const attempt = async (name, act) => {
    try { await act(); outcome[name] = 'allowed'; } catch (error) { outcome[name] = error.name; }
  };
  await attempt('eval', () => (0, eval)('1'));
  await attempt('Function', () => new Function('return 1')());
  await attempt('fetch', () => fetch(${JSON.stringify(foreign)} + '/fetched'));
  await attempt('WebSocket', () => new Promise((open, fail) => {
    const socket = new WebSocket(${JSON.stringify(foreign)}.replace('http', 'ws') + '/socket');
    socket.onopen = open;
    socket.onerror = () => fail(new TypeError());
  }));
  await attempt('import', () => import(${JSON.stringify(foreign)} + '/script.js'));
  await attempt('own', () => fetch(location.origin + '/health').then((answer) => answer.text()));
  done(outcome);
}))`;

test('eval and another origin are out of reach in the page and in every worker', async ({
  browser,
  newPerson,
  relay,
}) => {
  const { origin, visits, server } = await foreignServer();
  try {
    const { page } = await newPerson({ name: 'Ana' });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await openChat(page, 'Notes');
    await expect(composer(page)).toBeVisible();
    expect(await (await fetch(`${origin}/control`)).text()).toBe('hello');

    const targets = await targetsOf(browser, relay.url);
    const types = targets.map(({ type }) => type).sort();
    expect(types).toEqual(expect.arrayContaining(['page', 'service_worker', 'shared_worker']));
    for (const target of targets) {
      const outcome = await evaluateIn(browser, target, attempts(origin));
      const { own, ...others } = outcome as Record<string, string>;
      const where = `${target.type} ${target.url}`;
      expect.soft(own, where).toBe('allowed');
      expect.soft(Object.values(others), where).not.toContain('allowed');
      expect.soft(others, where).toMatchObject({ eval: 'EvalError', Function: 'EvalError' });
    }
    expect(visits).toEqual(['/control']);
  } finally {
    server.close();
  }
});

test('nothing becomes markup or a script that did not come with the build', async ({
  newPerson,
}) => {
  const { page } = await newPerson({ name: 'Ana' });
  const outcome = await page.evaluate(() => {
    const attempt = (act: () => unknown): string => {
      try {
        act();
        return 'allowed';
      } catch (error) {
        return (error as Error).name;
      }
    };
    const blob = URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' }));
    return {
      markup: attempt(() => (document.createElement('p').innerHTML = '<b>bold</b>')),
      script: attempt(() => (document.createElement('script').src = '/x.js')),
      worker: attempt(() => new Worker(blob)),
      policy: attempt(() => window.trustedTypes?.createPolicy('mine', {})),
    };
  });
  expect(outcome).toEqual({
    markup: 'TypeError',
    script: 'TypeError',
    worker: 'TypeError',
    policy: 'TypeError',
  });
});

test('every script and page that the relay serves carries the whole policy', async ({ relay }) => {
  const files = await readdir(client, { recursive: true });
  const scripts = files.filter((name) => name.endsWith('.js')).map((name) => `/${name}`);
  expect(scripts.length).toBeGreaterThan(2);
  for (const path of ['/', '/index.html', ...scripts]) {
    const response = await fetch(`${relay.url}${path}`);
    expect(response.status, path).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "require-trusted-types-for 'script'",
      'trusted-types lit-html sotto',
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'none'",
    ]) {
      expect(policy, path).toContain(part);
    }
    expect(policy, path).not.toMatch(/unsafe|\*|https?:/);
    expect(policy, path).not.toMatch(/(script|worker|connect|default)-src[^;]*(data|blob):/);
    expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(response.headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
    expect(response.headers.get('referrer-policy'), path).toBe('no-referrer');
    await response.arrayBuffer();
  }
});

test('what the offline shell answers with keeps the whole policy', async ({ newPerson, relay }) => {
  const { page } = await newPerson({ name: 'Ana' });
  await shellReady(page);
  const served = (await fetch(relay.url)).headers.get('content-security-policy');
  const byShell: Response[] = [];
  page.on('response', (response) => {
    const isProgram = /^\/($|.*\.js$)/.test(new URL(response.url()).pathname);
    if (response.fromServiceWorker() && isProgram) byShell.push(response);
  });
  await page.reload();
  await openChat(page, 'Notes');
  const paths = byShell.map((response) => new URL(response.url()).pathname);
  expect(paths).toContain('/');
  expect(paths.length).toBeGreaterThan(3);
  for (const response of byShell)
    expect(response.headers()['content-security-policy'], response.url()).toBe(served);
});

test('a whole first run asks nobody but the own relay', async ({ newPerson, relay }) => {
  const { context } = await newPerson();
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  const page = await context.newPage();
  await page.goto(relay.url);
  await page.getByRole('textbox', { name: 'Your name', exact: true }).fill('Ana');
  await page.getByRole('button', { name: 'Create account', exact: true }).click();
  await openChat(page, 'Notes');
  expect(asked.filter((url) => !url.startsWith(relay.url))).toEqual([]);
});
