/** Whoever erases the account while a file of it is written gets neither an empty file nor half of one. */
import { describe, expect, it } from 'vitest';
import { type PortLike } from '../../lib/port.ts';
import { type Fault } from '../../lib/fault.ts';
import { type Person } from '../testing/person.ts';
import { attach, notesOf, random, two } from './testing/odd-backups.ts';

/** What was in the file that the person chose. */
const before = random(50);
const chosen = {
  kind: 'chosen',
  handle: { kind: 'file', name: 'mine.zip' } as FileSystemFileHandle,
} as const;

interface Call {
  readonly type: string;
  readonly method?: string;
}

/** Lends Ana workers of which the first is `slow`: it comes to `method`, and then only hears that it is to end. */
function slowWorker(ana: Person, method: string, isDead = false) {
  let reached!: () => void;
  const come = new Promise<void>((resolve) => (reached = resolve));
  let lent = 0;
  /** What takes its time once the tables are empty. */
  let files: Promise<unknown> = Promise.resolve();
  const parts = ana.media.parts.bind(ana.media);

  function held(port: PortLike): PortLike {
    let waiting: unknown[] | undefined;
    return {
      postMessage(message, transfer) {
        const { type, method: asked } = message as Call;
        if (type === 'call' && asked === method) {
          waiting ??= [];
          reached();
        }
        if (!waiting || (asked === 'cancel' && !isDead)) port.postMessage(message, transfer);
        else waiting.push(message);
        if (asked === 'cancel' && !isDead)
          for (const late of waiting?.splice(0) ?? []) port.postMessage(late);
      },
      get onmessage() {
        return port.onmessage;
      },
      set onmessage(listener) {
        port.onmessage = listener;
      },
      close: () => port.close(),
    };
  }

  ana.media.parts = () => {
    const real = parts();
    return {
      ...real,
      folder: {
        ...real.folder,
        async names() {
          await files;
          return real.folder.names();
        },
      },
      async lendWorker(kind) {
        const one = await real.lendWorker(kind);
        if (kind !== 'backup-file' || ++lent > 1) return one;
        return { ...one, port: held(one.port) };
      },
    };
  };
  return {
    come,
    lent: () => lent,
    filesWaitFor: (work: Promise<unknown>) => void (files = work.catch(() => undefined)),
  };
}

async function person(seed: number) {
  const { world, ana } = await two(seed);
  const notes = await notesOf(ana);
  await attach(ana, notes, random(90_000));
  await world.until(
    async () =>
      (await ana.messages(notes)).some(
        ({ body }) => body.kind === 'media' && body.attachment.stage === 'here',
      ),
    'the file is here',
  );
  return { world, ana };
}

const jobs = [
  { name: 'a backup', method: 'medium', of: (ana: Person) => ana.call('exportBackup', chosen) },
  {
    name: 'a readable archive',
    method: 'addAttachment',
    of: (ana: Person) =>
      ana.call('exportArchive', { target: chosen, media: true, locale: 'en-GB' }),
  },
];

describe('the account is erased while somebody writes', () => {
  for (const [index, { name, method, of }] of jobs.entries()) {
    it(`${name}: it ends, and the file is as it was`, async () => {
      const { ana } = await person(20 + index);
      const worker = slowWorker(ana, method);
      await ana.restart();
      let file: unknown;
      const job = of(ana).then(
        () => 'written',
        ({ code }: Fault) => code,
      );
      const ended = job.finally(() => (file = ana.media.backups.get('chosen')));
      await worker.come;
      ana.media.backups.set('chosen', before);
      // One that is asked for when the tables are empty or about to be.
      const another = ended.then(() => of(ana)).catch(({ code }: Fault) => code);
      worker.filesWaitFor(another);
      const erased = ana.call('eraseAccount', { localOnly: true });
      expect(await ended).toBe('cancelled');
      expect(file).toEqual(before);
      expect(await another).toBe('stopped');
      expect(worker.lent()).toBe(1);
      await erased;
      expect(await ana.disk.open().list('messages')).toEqual([]);
    });
  }

  it('with a worker that answers nothing any more: two seconds later it is erased all the same', async () => {
    const { world, ana } = await person(30);
    const worker = slowWorker(ana, 'addAttachment', true);
    await ana.restart();
    const job = jobs[1]!.of(ana).then(
      () => 'written',
      ({ code }: Fault) => code,
    );
    await worker.come;
    const begun = world.clock.now();
    let isErased = false;
    const erased = ana.call('eraseAccount', { localOnly: true }).then(() => (isErased = true));
    await world.until(() => isErased, 'it is erased', 10_000);
    await erased;
    expect(world.clock.now() - begun).toBe(2_000);
    expect(await job).toBe('cancelled');
    expect(worker.lent()).toBe(1);
  });

  it('and is not erased after all: the next one is whole', async () => {
    const { ana } = await person(31);
    const worker = slowWorker(ana, 'addAttachment');
    await ana.restart();
    const job = jobs[1]!.of(ana).catch(({ code }: Fault) => code);
    await worker.come;
    ana.disk.failNext('storage-full');
    await expect(ana.call('eraseAccount', { localOnly: true })).rejects.toMatchObject({
      code: 'storage-full',
    });
    expect(await job).toBe('cancelled');
    expect(await jobs[1]!.of(ana)).toMatchObject({ messages: 4, media: 1 });
  });
});
