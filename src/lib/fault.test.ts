import { expect, it } from 'vitest';
import { Fault, isFault, toFault } from './fault.ts';

it('carries its code as message, and never retries unless told', () => {
  const fault = new Fault('offline');
  expect(fault).toMatchObject({
    name: 'Fault',
    message: 'offline',
    code: 'offline',
    retry: 'never',
  });
  expect('cause' in fault).toBe(false);
  expect(new Fault('offline', 'now', 1).cause).toBe(1);
});

it('is known by its code', () => {
  const fault: unknown = new Fault('fenced');
  expect(isFault(fault)).toBe(true);
  expect(isFault(fault, 'fenced')).toBe(true);
  expect(isFault(fault, 'offline')).toBe(false);
  expect(isFault({ code: 'fenced', retry: 'never' })).toBe(false);
});

it('stays the same Fault on its way, and anything else becomes internal with its cause', () => {
  const fault = new Fault('fenced');
  expect(toFault(fault)).toBe(fault);
  const error = new TypeError('x');
  expect(toFault(error)).toMatchObject({ code: 'internal', retry: 'never', cause: error });
  expect(toFault(undefined)).toMatchObject({ code: 'internal' });
});
