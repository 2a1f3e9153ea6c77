/** Entry of the commit worker: opens the database named by its data and commits batch after batch. */
import { parentPort, workerData } from 'node:worker_threads';
import { Fault, toFault } from '../../../lib/fault.ts';
import { prepareCommits } from './commit.ts';
import { type CommitReply, type CommitRequest } from './committer.ts';
import { closeAfterWriting, openForWriting } from './schema.ts';

const port = parentPort;
if (!port) throw new Fault('internal');
const reply = (message: CommitReply): void => port.postMessage(message);

function fail(error: unknown): void {
  const { code, cause } = toFault(error);
  const message = cause instanceof Error ? cause.message : code;
  reply({ type: 'fault', code, message });
}

try {
  const database = openForWriting(workerData as string);
  const apply = prepareCommits(database);
  port.on('message', (request: CommitRequest) => {
    if (request.type === 'close') {
      closeAfterWriting(database);
      port.close();
      return;
    }
    try {
      apply(request.batch);
      reply({ type: 'done' });
    } catch (error) {
      fail(error);
    }
  });
  reply({ type: 'ready' });
} catch (error) {
  fail(error);
  port.close();
}
