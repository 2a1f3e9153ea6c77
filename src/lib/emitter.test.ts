import { expect, it } from 'vitest';
import { createEmitter } from './emitter.ts';

it('tells every listener in order of arrival, until it leaves', () => {
  const emitter = createEmitter<number>();
  const heard: string[] = [];
  const leave = emitter.listen((event) => heard.push(`a${event}`));
  emitter.listen((event) => heard.push(`b${event}`));
  emitter.emit(1);
  leave();
  leave();
  emitter.emit(2);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});

it('lets the others hear when one throws, and tells of it', () => {
  const errors: unknown[] = [];
  const emitter = createEmitter<string>((error) => errors.push(error));
  const heard: string[] = [];
  const broken = new Error('broken');
  emitter.listen(() => {
    throw broken;
  });
  emitter.listen((event) => heard.push(event));
  emitter.emit('x');
  expect(heard).toEqual(['x']);
  expect(errors).toEqual([broken]);
});

it('tells an event to those who listened when it came, whoever comes or goes meanwhile', () => {
  const emitter = createEmitter<number>();
  const heard: string[] = [];
  const leave = emitter.listen(() => {
    leave();
    emitter.listen((event) => heard.push(`late ${event}`));
  });
  emitter.listen((event) => heard.push(`${event}`));
  emitter.emit(1);
  emitter.emit(2);
  expect(heard).toEqual(['1', '2', 'late 2']);
});
