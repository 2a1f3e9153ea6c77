/**
 * The interface over the engine in memory, for `npm run dev`: /src/ui/testing/demo.html?start=none|new|demo
 * &lang=en|es|pseudo&appearance=light|dark&slow=ms&offline&elsewhere&held&update&insecure[=what the browser lacks].
 * `fake` in the console moves the other side.
 */
import { mountApp, mountInsecure } from '../mount.ts';
import { createFakeEngine, type FakeOptions } from './fake-engine.ts';

const wish = new URL(location.href).searchParams;
const language = wish.get('lang');

if (wish.has('insecure')) {
  mountInsecure(wish.get('insecure') || undefined);
} else {
  const fake = createFakeEngine({
    start: (wish.get('start') ?? 'demo') as FakeOptions['start'],
    language: language === 'es' ? 'es' : language === 'en' ? 'en' : 'auto',
    appearance: (wish.get('appearance') ?? 'auto') as 'auto' | 'light' | 'dark',
    slowness: Number(wish.get('slow') ?? 0),
  });
  Object.assign(globalThis, { fake });
  const client = { ...fake, useHere: () => fake.emit({ type: 'restarted' }) };
  mountApp(client, {
    shell: {
      onUpdate(tell) {
        if (wish.has('update')) setTimeout(tell, 100);
        return () => undefined;
      },
      update: () => location.reload(),
    },
  });
  if (wish.has('offline')) setTimeout(() => fake.setOnline(false), 100);
  if (wish.has('elsewhere'))
    setTimeout(() => fake.emit({ type: 'stopped', reason: 'other-tab' }), 100);
  if (wish.has('held')) {
    setTimeout(() => {
      void fake.call('snapshot', null).then(({ account }) => {
        if (account.standing === 'none') return;
        fake.emit({ type: 'account', account: { ...account, standing: 'held-elsewhere' } });
        fake.emit({ type: 'connection', connection: { status: 'paused', waiting: 0 } });
      });
    }, 100);
  }
}
