import { isNamesake, leadsTo } from './shadow.ts';

/** Numbers of names: the narrower ones where they do. */
export type Numbers = Uint16Array | Uint32Array;

/**
 * All that the records of a build directory name, each name once; records have its number. A name is a word with a letter
 * before it: `/virt/kvm/vfio.c` is a path of the source tree, `/` the tree itself, `:asm/kvm.h` any other word. `!/` or
 * `!:x` stands behind an option that only renames paths (-fmacro-prefix-map), and nothing is looked for there.
 */
export interface RecordNames {
  /** What the commands call the source tree. */
  readonly source: string;
  /** By number. Some may be of no record any more. */
  readonly names: readonly string[];
  /** By path in O=. */
  readonly records: ReadonlyMap<string, NamedRecord>;
}

/** What one record names, and the file that said so. */
export interface NamedRecord {
  readonly names: Numbers;
  /** fixdep wrote down what was read (scripts/basic/fixdep.c). */
  readonly hasDeps: boolean;
  readonly mtimeMs: number;
  /** Bytes. */
  readonly size: number;
}

/** The word of a name, or its path in the source tree. */
export function wordOf(name: string): string {
  return name.slice(name.startsWith('!') ? 2 : 1);
}

/** The same, where something is looked for there; else null. */
function lookedFor(name: string): string | null {
  return name.startsWith('!') ? null : name.slice(1);
}

/** The records with a word that is `wanted`, wherever it stands. */
export function recordsHaving(known: RecordNames, wanted: (word: string) => boolean): string[] {
  return recordsOf(known, (name) => wanted(wordOf(name)));
}

function recordsOf({ names, records }: RecordNames, wanted: (name: string) => boolean): string[] {
  const marks = Uint8Array.from(names, (name) => Number(wanted(name)));
  if (!marks.includes(1)) return [];
  return [...records].flatMap(([path, record]) => (hasMark(record.names, marks) ? [path] : []));
}

/** A million numbers are asked for: a call for each would take longer than all else. */
function hasMark(numbers: Numbers, marks: Uint8Array): boolean {
  for (let at = 0; at < numbers.length; at++) if (marks[numbers[at] ?? 0] === 1) return true;
  return false;
}

/** Files of the source tree, or of O= as records call them, and headers that are new in the tree. */
export interface Looked {
  readonly files: ReadonlySet<string>;
  readonly headers: readonly string[];
}

/** The records that name one of `files`, or whose object could pick up one of `headers`. */
export function recordsNaming(known: RecordNames, { files, headers }: Looked): string[] {
  const naming = recordsOf(known, (name) => isOf(files, lookedFor(name)));
  return [...new Set([...naming, ...headers.flatMap((header) => recordsNear(known, header))])];
}

/** Those that name a namesake, and something that leads to the header. */
function recordsNear(known: RecordNames, header: string): string[] {
  const where = (is: typeof leadsTo): string[] =>
    recordsOf(known, (name) => {
      const path = lookedFor(name);
      return path !== null && is(header, path);
    });
  const namesakes = where(isNamesake);
  if (namesakes.length === 0) return [];
  const near = new Set(where(leadsTo));
  return namesakes.filter((path) => near.has(path));
}

function isOf(paths: ReadonlySet<string>, path: string | null): boolean {
  return path !== null && paths.has(path);
}

/** The records of commands that neither compile nor generate: they link and archive. */
export function linkRecords({ records }: RecordNames): string[] {
  return [...records].flatMap(([path, { hasDeps }]) => (path.endsWith('.cmd') && !hasDeps ? [path] : []));
}
