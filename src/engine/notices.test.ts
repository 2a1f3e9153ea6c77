import { describe, expect, it } from 'vitest';
import { seededRandom } from '../crypto/testing/seeded.ts';
import { type Settings } from './api.ts';
import { createWorld, introduce } from './testing/world.ts';

const random = seededRandom('engine notices');

describe('a notification of an attachment', () => {
  it.each([
    ['name-and-text', true],
    ['name', false],
    ['nothing', false],
  ] as [Settings['notifications'], boolean][])(
    'says at the level `%s` what came: %s, and never what opens it',
    async (notifications, tells) => {
      const world = createWorld(1);
      const ana = await world.person('Ana');
      const ben = await world.person('Ben');
      const { withBen } = await introduce(world, ana, ben);
      await world.calm(30);
      await ben.call('changeSettings', { notifications });
      ben.events.length = 0;
      await ana.call('attach', {
        conversation: withBen,
        source: new Blob([random(2_000)]),
        hints: { form: 'voice', name: '', type: 'audio/webm', duration: 12_000 },
        caption: '',
      });
      await world.until(() => ben.events.some(({ type }) => type === 'notify'), 'Ben is told');
      const [notice] = ben.events.filter((event) => event.type === 'notify');
      const attachment = notice?.body?.kind === 'media' ? notice.body.attachment : undefined;
      expect(attachment?.form).toBe(tells ? 'voice' : undefined);
      expect(attachment?.duration).toBe(tells ? 12_000 : undefined);
      expect(Object.keys(attachment ?? {})).not.toContain('secret');
      expect(Object.keys(attachment ?? {})).not.toContain('blob');
    },
  );
});
