import type { RecordNames } from '../../matrix/replay/record-names.ts';
import { writeWhole } from '../files.ts';
import { encodeNames, readNames } from './names-file.ts';

/** Bytes, all build directories together: one has some 4 MB, and each column comes back with every patch. */
const MOST_HELD = 2 ** 28;

/**
 * Bytes of records that are rather read again, in 10 ms, than written down: that takes 15, and ext4 writes out at once
 * what is renamed over another file. Most patches compile a few objects of 40 kB each.
 */
const WORTH_WRITING = 2 ** 20;

interface Held {
  readonly known: RecordNames;
  /** Of the heap, about. */
  readonly bytes: number;
  /** Bytes of records that were read since its file was written. */
  readonly unwritten: number;
}

/** By O=, the one that was used last at the end. */
const held = new Map<string, Held>();

function memoryOf(build: string): string {
  return `${build}.names`;
}

/** What is remembered of the records of a build directory; of none, where nothing is that can be believed. */
export function recallNames(source: string, build: string): RecordNames {
  const known = held.get(build)?.known ?? readNames(memoryOf(build));
  if (known?.source !== source) return { source, names: [], records: new Map() };
  return holdNames(build, known, 0);
}

/** Keeps in memory what is known now; `read`: the bytes of records that were read to know it. */
export function holdNames(build: string, known: RecordNames, read: number): RecordNames {
  const before = held.get(build);
  const bytes = before?.known === known ? before.bytes : bytesOf(known);
  hold(build, { known, bytes, unwritten: (before?.unwritten ?? 0) + read });
  return known;
}

/** A name is some 100 bytes in node's heap. */
function bytesOf({ names, records }: RecordNames): number {
  let bytes = names.length * 100;
  for (const record of records.values()) bytes += record.names.byteLength + 100;
  return bytes;
}

function hold(build: string, one: Held): void {
  held.delete(build);
  held.set(build, one);
  let room = MOST_HELD;
  for (const [name, { bytes }] of [...held].toReversed()) {
    room -= bytes;
    if (room < 0 && name !== build) held.delete(name);
  }
}

/** Keeps what is held on disk, once more than `worth` bytes of records were read that its file does not know. */
export function saveNames(build: string, worth = WORTH_WRITING): void {
  const now = held.get(build);
  if (now === undefined || now.unwritten <= worth) return;
  writeWhole(memoryOf(build), encodeNames(now.known));
  hold(build, { ...now, unwritten: 0 });
}
