import { readFileSync } from 'node:fs';
import { NameBook } from '../../matrix/replay/name-book.ts';
import type { NamedRecord, RecordNames } from '../../matrix/replay/record-names.ts';
import { listBuild, type BuildRecord } from './command-files.ts';
import { SETTLED } from './file-memo.ts';
import { holdNames, recallNames } from './names-memory.ts';

/**
 * What the records of a build directory name now; `source` is what its commands call the source tree. Each record that
 * is there is the one that was read, by time and size, or is read again; so it does not matter how old the memory is, or
 * of which O= it is a copy. `records`: all of them, where they are listed already.
 */
export function namesIn(
  source: string,
  build: string,
  records: readonly BuildRecord[] = listBuild(build).records,
): RecordNames {
  const before = recallNames(source, build);
  const known = records.map((record) => [record, knownAs(record, before)] as const);
  const fresh = known.flatMap(([record, same]) => (same === null ? [record] : []));
  if (fresh.length === 0 && known.length === before.records.size) return before;
  const names = [...before.names];
  const book = new NameBook(source, names);
  const now = known.map(([record, same]) => [record.path, same ?? readRecord(build, record, book)] as const);
  const read = fresh.reduce((sum, { size }) => sum + size, 0);
  return holdNames(build, { source, names, records: new Map(now) }, read);
}

function knownAs({ path, mtimeMs, size }: BuildRecord, { records }: RecordNames): NamedRecord | null {
  const known = records.get(path);
  return known?.mtimeMs === mtimeMs && known.size === size ? known : null;
}

/** What was written just now may be written again and bear the same time: it has none that it could be known by. */
function readRecord(build: string, { path, mtimeMs, size }: BuildRecord, book: NameBook): NamedRecord {
  const isSettled = Date.now() - mtimeMs > SETTLED;
  const text = readFileSync(`${build}/${path}`, 'latin1');
  return { names: book.numbersOf(text), hasDeps: /^deps_/m.test(text), mtimeMs: isSettled ? mtimeMs : -1, size };
}
