/**
 * Protobuf for everything that is stored or sent: a writer of the few things that messages need, and a strict reader
 * over hostile bytes. Messages are written by hand beside their type. The reader bounds lengths, refuses what is
 * truncated, and hands unknown fields back raw so that a newer version's data survives.
 * Source: protobuf encoding specification (wire types 0, 1, 2 and 5).
 */
import { type Bytes, fromUtf8, utf8 } from './bytes.ts';
import { Fault } from './fault.ts';

/** A field's value: a number for varints and fixed words, bytes for everything length-delimited. */
type Value = number | Uint8Array;

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;
const MAX_FIELDS = 4096;

export interface ByteBounds {
  /** Exact length in bytes. */
  readonly length?: number;
  /** Greatest length in bytes. */
  readonly max?: number;
}

/** The fields of one decoded message. Of a repeated singular field the last one counts. */
export interface Fields {
  /** A required unsigned integer up to `max` (default 2^53 − 1). Throws Fault `malformed`. */
  uint(field: number, max?: number): number;
  /** An optional unsigned integer; `undefined` when absent. */
  optionalUint(field: number, max?: number): number | undefined;
  /** A required byte string, copied. */
  bytes(field: number, bounds?: ByteBounds): Bytes;
  /** An optional byte string, copied; `undefined` when absent. */
  optionalBytes(field: number, bounds?: ByteBounds): Bytes | undefined;
  /** Every occurrence of a byte string, in order, copied; at most `most`. */
  repeatedBytes(field: number, most: number, bounds?: ByteBounds): Bytes[];
  /** Every occurrence of an unsigned integer, in order; at most `most`. */
  repeatedUint(field: number, most: number, max?: number): number[];
  /** A required string of at most `maxBytes` bytes of valid UTF-8. */
  text(field: number, maxBytes: number): string;
  /** An optional string; `undefined` when absent. */
  optionalText(field: number, maxBytes: number): string | undefined;
  /** A flag; absent is false. Anything but 0 and 1 is malformed. */
  flag(field: number): boolean;
  /** Raw bytes of all fields not in `known`, to be written back as they came. */
  unknown(known: readonly number[]): Bytes;
}

/**
 * Reads one protobuf message.
 * @param bytes    hostile input
 * @param maxBytes refuses longer input before looking at it
 * @throws Fault `malformed` (truncated, bad wire type, field 0, varint over 2^53) or `too-large`
 */
export function readMessage(bytes: Uint8Array, maxBytes: number): Fields {
  if (bytes.length > maxBytes) throw new Fault('too-large');
  const values = new Map<number, Value[]>();
  const spans: { field: number; from: number; to: number }[] = [];
  let at = 0;

  function varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Fault('malformed');
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new Fault('malformed');
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new Fault('malformed');
  }

  function take(length: number): Uint8Array {
    if (length > bytes.length - at) throw new Fault('malformed');
    const part = bytes.subarray(at, at + length);
    at += length;
    return part;
  }

  function readValue(wireType: number): Value {
    switch (wireType) {
      case WIRE_VARINT:
        return varint();
      case WIRE_BYTES:
        return take(varint());
      case WIRE_FIXED64:
        return take(8);
      case WIRE_FIXED32:
        return take(4);
      default:
        throw new Fault('malformed');
    }
  }

  while (at < bytes.length) {
    const from = at;
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (field === 0 || field > 0x1fffffff || spans.length >= MAX_FIELDS)
      throw new Fault('malformed');
    const value = readValue(tag % 8);
    const known = values.get(field);
    if (known) known.push(value);
    else values.set(field, [value]);
    spans.push({ field, from, to: at });
  }

  const asUint = (value: Value, max: number): number => {
    if (typeof value !== 'number' || value > max) throw new Fault('malformed');
    return value;
  };
  const asBytes = (value: Value, bounds: ByteBounds): Bytes => {
    if (typeof value === 'number') throw new Fault('malformed');
    if (bounds.length !== undefined && value.length !== bounds.length) throw new Fault('malformed');
    if (bounds.max !== undefined && value.length > bounds.max) throw new Fault('malformed');
    return new Uint8Array(value);
  };
  const last = (field: number): Value | undefined => values.get(field)?.at(-1);
  const all = (field: number, most: number): Value[] => {
    const found = values.get(field) ?? [];
    if (found.length > most) throw new Fault('malformed');
    return found;
  };
  const required = <Result>(value: Result | undefined): Result => {
    if (value === undefined) throw new Fault('malformed');
    return value;
  };

  const fields: Fields = {
    uint: (field, max) => required(fields.optionalUint(field, max)),
    optionalUint(field, max = Number.MAX_SAFE_INTEGER) {
      const value = last(field);
      return value === undefined ? undefined : asUint(value, max);
    },
    bytes: (field, bounds) => required(fields.optionalBytes(field, bounds)),
    optionalBytes(field, bounds = {}) {
      const value = last(field);
      return value === undefined ? undefined : asBytes(value, bounds);
    },
    repeatedBytes: (field, most, bounds = {}) =>
      all(field, most).map((value) => asBytes(value, bounds)),
    repeatedUint: (field, most, max = Number.MAX_SAFE_INTEGER) =>
      all(field, most).map((value) => asUint(value, max)),
    text: (field, maxBytes) => required(fields.optionalText(field, maxBytes)),
    optionalText(field, maxBytes) {
      const value = fields.optionalBytes(field, { max: maxBytes });
      return value === undefined ? undefined : fromUtf8(value);
    },
    flag: (field) => fields.optionalUint(field, 1) === 1,
    unknown(known) {
      const kept = spans.filter(({ field }) => !known.includes(field));
      const total = kept.reduce((sum, { from, to }) => sum + to - from, 0);
      const raw = new Uint8Array(total);
      let end = 0;
      for (const { from, to } of kept) {
        raw.set(bytes.subarray(from, to), end);
        end += to - from;
      }
      return raw;
    },
  };
  return fields;
}

/** Writes one protobuf message. Absent (`undefined`) values are left out; everything else is written, 0 included. */
export interface MessageWriter {
  uint(field: number, value: number | undefined): MessageWriter;
  bytes(field: number, value: Uint8Array | undefined): MessageWriter;
  text(field: number, value: string | undefined): MessageWriter;
  /** Written only when true. */
  flag(field: number, value: boolean): MessageWriter;
  /** Appends raw fields as read by `Fields.unknown`. */
  raw(fields: Uint8Array): MessageWriter;
  /** The encoded message. */
  finish(): Bytes;
}

/** Bytes that a message begins with room for; most are smaller. */
const FIRST_ROOM = 128;

/** A new, empty message. */
export function writeMessage(): MessageWriter {
  let buffer = new Uint8Array(FIRST_ROOM);
  let length = 0;

  function append(bytes: Uint8Array): void {
    if (length + bytes.length > buffer.length) {
      const larger = new Uint8Array(Math.max(2 * buffer.length, length + bytes.length));
      larger.set(buffer.subarray(0, length));
      buffer = larger;
    }
    buffer.set(bytes, length);
    length += bytes.length;
  }

  function varint(value: number): void {
    const bytes: number[] = [];
    // Not by shifting, which knows 32 bits only.
    for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
    append(Uint8Array.of(...bytes, value));
  }

  const writer: MessageWriter = {
    uint(field, value) {
      if (value === undefined) return writer;
      if (!Number.isSafeInteger(value) || value < 0) throw new Fault('malformed');
      varint(field * 8 + WIRE_VARINT);
      varint(value);
      return writer;
    },
    bytes(field, value) {
      if (value === undefined) return writer;
      varint(field * 8 + WIRE_BYTES);
      varint(value.length);
      append(value);
      return writer;
    },
    text: (field, value) => writer.bytes(field, value === undefined ? undefined : utf8(value)),
    flag: (field, value) => writer.uint(field, value ? 1 : undefined),
    raw(fields) {
      append(fields);
      return writer;
    },
    finish: () => buffer.slice(0, length),
  };
  return writer;
}
