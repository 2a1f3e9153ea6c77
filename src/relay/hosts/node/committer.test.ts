import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault } from '../../../lib/fault.ts';
import { type Committer, openThreadCommitter } from './committer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-committer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A commit thread that runs `script` once it said that it is ready. */
async function threadThat(script: string): Promise<Committer> {
  const file = join(folder, 'worker.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
     parentPort.postMessage({ type: 'ready' });
     ${script}`,
  );
  return openThreadCommitter(pathToFileURL(file))('unused');
}
const commit = (committer: Committer): Promise<Fault | undefined> =>
  new Promise((done) => committer.commit([], done));

describe('a commit thread that ends unasked', () => {
  it('is a commit that failed, for the batch under way and for every one after', async () => {
    const committer = await threadThat(`parentPort.once('message', () => process.exit(0));`);
    expect(await commit(committer)).toMatchObject({ code: 'storage-closed' });
    expect(await commit(committer)).toMatchObject({ code: 'storage-closed' });
    await committer.close();
  });

  it('with an error tells it each time', async () => {
    const committer = await threadThat(
      `parentPort.once('message', () => { throw new Error('out of memory'); });`,
    );
    const failure = { code: 'storage-failed', cause: { message: 'out of memory' } };
    expect(await commit(committer)).toMatchObject(failure);
    expect(await commit(committer)).toMatchObject(failure);
    await committer.close();
  });
});
