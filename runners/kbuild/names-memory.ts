import type { RecordNames } from '../../matrix/replay/record-names.ts';
import { writeWhole } from '../files.ts';
import { encodeNames, readNames } from './names-file.ts';

/** How many build directories are held in memory, of 5 MB each: those of the columns that are under way. */
const HELD = 4;

/** By O=, the one that was used last at the end. `isWritten`: its file says the same. */
const held = new Map<string, { readonly known: RecordNames; readonly isWritten: boolean }>();

function memoryOf(build: string): string {
  return `${build}.names`;
}

/** What is remembered of the records of a build directory; of none, where nothing is that can be believed. */
export function recallNames(source: string, build: string): RecordNames {
  const known = held.get(build)?.known ?? readNames(memoryOf(build));
  if (known?.source !== source) return { source, names: [], records: new Map() };
  return held.has(build) ? known : hold(build, known, true);
}

/** Keeps in memory what is known now. */
export function holdNames(build: string, known: RecordNames): RecordNames {
  return hold(build, known, held.get(build)?.known === known && held.get(build)?.isWritten === true);
}

function hold(build: string, known: RecordNames, isWritten: boolean): RecordNames {
  held.delete(build);
  held.set(build, { known, isWritten });
  for (const oldest of [...held.keys()].slice(0, -HELD)) held.delete(oldest);
  return known;
}

/** Keeps what is held on disk, where that says something else. */
export function saveNames(build: string): void {
  const now = held.get(build);
  if (now === undefined || now.isWritten) return;
  writeWhole(memoryOf(build), encodeNames(now.known));
  hold(build, now.known, true);
}
