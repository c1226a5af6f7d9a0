import { join } from 'node:path';
import { pickersOf } from '../../matrix/proof/unrecorded.ts';
import { recordsNaming, type RecordNames } from '../../matrix/replay/record-names.ts';
import { readIfThere, remove, writeWhole } from '../files.ts';
import { readsSoFar } from '../kbuild/read-set.ts';
import { namesIn } from '../kbuild/record-names.ts';
import type { BuildJob } from './build-job.ts';

/** Beside O=: the tree that was built there the last time, whatever came of it. */
function triedOf(build: string): string {
  return `${build}.tree`;
}

export function rememberTried({ place, inputs }: BuildJob): void {
  writeWhole(triedOf(place.build), inputs.tree);
}

/**
 * Takes the records of objects that may read other files now though none that they have read is another one: a header that
 * comes to stand before one of the same name, what __has_include or the assembler asks for. make goes by the files that it
 * knows of, and compiles what has no record. To be called before make does the whole.
 */
export async function forgetPickers(job: BuildJob): Promise<void> {
  const { build, box } = job.place;
  const known = namesIn(box.inside.source, build);
  for (const path of (await pickers(job, known)) ?? ofKernel(known)) remove(join(build, path));
}

/** Null where it is not known what has come and gone. */
async function pickers({ place, inputs, differences }: BuildJob, known: RecordNames): Promise<string[] | null> {
  const tried = readIfThere(triedOf(place.build));
  const reads = readsSoFar(place.source, place.build);
  const changes = tried === null || reads === null ? null : await differences.between(tried, inputs.tree);
  if (changes === null || reads === null) return null;
  const found = changes.map((change) => pickersOf(change, reads));
  const files = new Set(found.flatMap((one) => one.files));
  return [...recordsNaming(known, { files, headers: found.flatMap(({ headers }) => headers) })];
}

/** But for what the configuration has made: in a new O= there is nothing else. */
function ofKernel({ records }: RecordNames): string[] {
  return [...records.keys()].filter((path) => !path.startsWith('scripts/'));
}
