import { expect, it } from 'vitest';
import { openMicrophone } from './microphone.ts';

const refusing = (name: string) => ({
  getUserMedia: () => Promise.reject(new DOMException('', name)),
});

it.each([
  ['NotAllowedError', 'microphone-denied'],
  ['NotFoundError', 'no-microphone'],
  ['NotReadableError', 'microphone-busy'],
  ['TypeError', 'microphone-busy'],
])('what a browser calls %s is %s here', async (name, code) => {
  await expect(openMicrophone(refusing(name))).rejects.toMatchObject({ code });
});

it('an origin without devices has no microphone', async () => {
  await expect(openMicrophone(undefined)).rejects.toMatchObject({ code: 'no-microphone' });
});

it('asks for one voice, and for nothing else', async () => {
  const asked: unknown[] = [];
  const stream = {} as MediaStream;
  const devices = {
    getUserMedia(wish?: MediaStreamConstraints) {
      asked.push(wish);
      return Promise.resolve(stream);
    },
  };
  expect(await openMicrophone(devices)).toBe(stream);
  expect(asked).toMatchObject([{ audio: { channelCount: 1 } }]);
  expect(asked[0]).not.toHaveProperty('video');
});
