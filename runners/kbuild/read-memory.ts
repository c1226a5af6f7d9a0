import { parseReadSet, serializeReadSet, type ReadSet } from '../../matrix/proof/read-set.ts';
import { readIfThere, writeWhole } from '../files.ts';
import { stampOf } from './file-memo.ts';

/** To be raised when more is found in the same files: what was remembered before lacks it. */
const FORMAT = 3;

/** A read set, and how far it goes: command files older than `upTo` (ms) are in it. */
export interface Remembered {
  readonly source: string;
  readonly upTo: number;
  readonly reads: ReadSet;
}

/** The same on disk, beside O=. `upTo` may lag behind, then some command files are read once more. */
interface Written {
  readonly format: number;
  readonly source: string;
  readonly upTo: number;
  readonly reads: string;
}

/** By O=: what its file says, which has `stamp` for as long as nobody else wrote it. */
const held = new Map<string, { readonly stamp: string | null; readonly known: Remembered | null }>();

function memoryOf(build: string): string {
  return `${build}.reads.json`;
}

/** What is remembered of a build directory and this source tree; null when nothing is. */
export function recallReads(source: string, build: string): Remembered | null {
  const stamp = stampOf(memoryOf(build));
  const before = held.get(build);
  const known = stamp !== null && before?.stamp === stamp ? before.known : readMemory(build);
  held.set(build, { stamp, known });
  return known?.source === source ? known : null;
}

function readMemory(build: string): Remembered | null {
  const written = JSON.parse(readIfThere(memoryOf(build)) ?? 'null') as Written | null;
  const reads = written?.format === FORMAT ? parseReadSet(written.reads) : null;
  return written && reads && { ...written, reads };
}

/** Follows a recallReads: where the read set is the very one that it gave, the file says all of it already. */
export function rememberReads(build: string, known: Remembered): void {
  const before = held.get(build);
  const isWritten = before?.known?.reads === known.reads && before.known.source === known.source;
  if (!isWritten) {
    const written: Written = { format: FORMAT, ...known, reads: serializeReadSet(known.reads) };
    writeWhole(memoryOf(build), JSON.stringify(written));
  }
  held.set(build, { stamp: isWritten ? before.stamp : stampOf(memoryOf(build)), known });
}
