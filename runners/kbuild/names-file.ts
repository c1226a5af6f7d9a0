import { existsSync, readFileSync } from 'node:fs';
import type { NamedRecord, Numbers, RecordNames } from '../../matrix/replay/record-names.ts';
import { sha256 } from '../files.ts';

/** To be raised when words, names or what is kept of a record come to mean something else. */
const FORMAT = 2;

/** The line of JSON in front of the numbers. */
interface Head {
  readonly format: number;
  readonly source: string;
  readonly names: readonly string[];
  /** Of a number: 2 or 4. */
  readonly bytes: number;
  /** Path, mtime in ms, size, whether it has dependencies, how many names. */
  readonly records: readonly (readonly [string, number, number, boolean, number])[];
}

/**
 * A digest of the rest, a Head, and the numbers of all records one behind the other, in this machine's order of bytes.
 * JSON would take ten times as long to read.
 */
export function encodeNames({ source, names, records }: RecordNames): Uint8Array {
  const numbers = numbersOf([...records.values()], names.length);
  const list = Array.from(records, ([path, record]): Head['records'][number] => {
    const { mtimeMs, size, hasDeps } = record;
    return [path, mtimeMs, size, hasDeps, record.names.length];
  });
  const head: Head = { format: FORMAT, source, names, bytes: numbers.BYTES_PER_ELEMENT, records: list };
  const [line, body] = [Buffer.from(JSON.stringify(head)), new Uint8Array(numbers.buffer)];
  return Buffer.concat([Buffer.from(`${sha256(line, body)}\n`), line, Buffer.from('\n'), body]);
}

function numbersOf(records: readonly NamedRecord[], names: number): Numbers {
  const count = records.reduce((sum, record) => sum + record.names.length, 0);
  const numbers = names > 2 ** 16 ? new Uint32Array(count) : new Uint16Array(count);
  let at = 0;
  for (const record of records) {
    numbers.set(record.names, at);
    at += record.names.length;
  }
  return numbers;
}

/** Null where there is none, or one that is not as it was written: power may fail, and there are other versions of us. */
export function readNames(path: string): RecordNames | null {
  if (!existsSync(path)) return null;
  const file = readFileSync(path);
  const begin = file.indexOf('\n') + 1;
  const end = file.indexOf('\n', begin);
  const [line, body] = [file.subarray(begin, end), file.subarray(end + 1)];
  if (begin === 0 || end < 0 || file.toString('latin1', 0, begin - 1) !== sha256(line, body)) return null;
  const head = JSON.parse(line.toString()) as Head;
  return head.format === FORMAT ? decodeNames(head, body) : null;
}

/** Each record has a view of the bytes, not a copy of its own. */
function decodeNames({ source, names, bytes, records }: Head, body: Uint8Array): RecordNames {
  const aligned = new Uint8Array(body).buffer;
  const numbers = bytes === 4 ? new Uint32Array(aligned) : new Uint16Array(aligned);
  let at = 0;
  const known = records.map(([path, mtimeMs, size, hasDeps, count]): [string, NamedRecord] => {
    at += count;
    return [path, { names: numbers.subarray(at - count, at), hasDeps, mtimeMs, size }];
  });
  return { source, names, records: new Map(known) };
}
