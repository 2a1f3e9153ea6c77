import { describe, expect, it } from 'vitest';
import { createWorld, introduce } from './testing/world.ts';

describe('two people talk', () => {
  it('Ben opens the link of Ana, she accepts, and both read each other with all ticks', async () => {
    const world = createWorld(1);
    const ana = await world.person('Ana');
    const ben = await world.person('Ben');
    const { withAna, withBen } = await introduce(world, ana, ben);

    await ana.call('send', { conversation: withBen, text: 'hola' });
    await world.until(async () => (await ben.texts(withAna)).includes('hola'), 'Ben reads hola');
    const last = (await ben.messages(withAna)).at(-1);
    await ben.call('markRead', { conversation: withAna, order: last?.order ?? 0 });
    await world.until(
      async () => (await ana.messages(withBen)).at(-1)?.state === 'read',
      'Ana sees Read',
    );
    await world.until(
      async () => (await ben.messages(withAna))[0]?.state === 'delivered',
      'Ben sees Delivered',
    );
    expect(await ana.texts(withBen)).toEqual(['hello', 'hola']);
    const { chats } = await ana.call('snapshot', null);
    expect(chats.find(({ id }) => id === withBen)?.name).toBe('Ben');
    await ana.stop();
    await ben.stop();
  });
});
