import type { RecordNames } from '../../matrix/replay/record-names.ts';
import { writeWhole } from '../files.ts';
import { encodeNames, readNames } from './names-file.ts';

/** How many build directories are held in memory, of 5 MB each: those of the columns that are under way. */
const HELD = 4;

/**
 * Bytes of records that are rather read again, in 10 ms, than written down: that takes 15, and ext4 writes out at once
 * what is renamed over another file. Most patches compile a few objects of 40 kB each.
 */
const WORTH_WRITING = 2 ** 20;

/** By O=, the one that was used last at the end. `unwritten`: bytes of records that were read since its file was written. */
const held = new Map<string, { readonly known: RecordNames; readonly unwritten: number }>();

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
  const unwritten = (held.get(build)?.unwritten ?? 0) + read;
  hold(build, { known, unwritten });
  return known;
}

function hold(build: string, one: { readonly known: RecordNames; readonly unwritten: number }): void {
  held.delete(build);
  held.set(build, one);
  for (const oldest of [...held.keys()].slice(0, -HELD)) held.delete(oldest);
}

/** Keeps what is held on disk, once more than `worth` bytes of records were read that its file does not know. */
export function saveNames(build: string, worth = WORTH_WRITING): void {
  const now = held.get(build);
  if (now === undefined || now.unwritten <= worth) return;
  writeWhole(memoryOf(build), encodeNames(now.known));
  hold(build, { ...now, unwritten: 0 });
}
