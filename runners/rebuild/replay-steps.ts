import { appendFileSync, existsSync, lstatSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Ended } from '../../matrix/judge/build.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { BUILD_ENV, directoriesArgv, insideEnv, syncArgv } from '../../matrix/recipe/make.ts';
import { objectList } from '../../matrix/replay/objects.ts';
import { compileScript, REPLAY_DIR, replayMakefile, type Compile } from '../../matrix/replay/scripts.ts';
import type { Doubts } from '../../matrix/replay/doubts.ts';
import { readIfThere, remove, writeWhole } from '../files.ts';
import { capture } from '../process.ts';
import type { BuildJob } from './build-job.ts';

export const MODULE_LIST = 'modules.order';

const DONE: Ended = { kind: 'exited', code: 0 };

/**
 * Compiles, and tells which objects failed and which are not what they were. `doubts`: changed files whose readers need
 * another record in any case; null where all do.
 */
export async function compileAll(
  job: BuildJob,
  compiles: readonly Compile[],
  doubts: Doubts,
): Promise<{ ended: Ended; failed: string[]; differing: string[] }> {
  const { place } = job;
  const { build } = place;
  remove(join(build, REPLAY_DIR));
  place.box.makeDir(REPLAY_DIR);
  const recipes = writeCompiles(job, compiles, doubts);
  writeWhole(inReplay(build, 'Makefile'), replayMakefile(recipes, job.backward));
  const argv = ['make', '-k', '-f', `${REPLAY_DIR}/Makefile`, '--no-print-directory', '--output-sync=target'];
  const ended = compiles.length === 0 ? DONE : await runInside(job, argv, {});
  const has = (index: number, mark: string): boolean => existsSync(inReplay(build, `${index}.${mark}`));
  const targets = compiles.map(({ command }) => command.target);
  return {
    ended,
    failed: targets.filter((_, index) => !has(index, 'same') && !has(index, 'differs')),
    differing: targets.filter((_, index) => has(index, 'differs')),
  };
}

/** Writes down what each object takes, and gives back what make is to run for it: the launcher, or a script where none is. */
function writeCompiles({ place: { build, box } }: BuildJob, compiles: readonly Compile[], doubts: Doubts): string[] {
  const { launcher, source } = box.inside;
  if (launcher === null) {
    for (const [index, compile] of compiles.entries())
      writeWhole(inReplay(build, `${index}.sh`), Buffer.from(compileScript(compile, index), 'latin1'));
    return compiles.map((_, index) => `sh ${REPLAY_DIR}/${index}.sh`);
  }
  const { bytes, offsets } = objectList(source, doubts, compiles);
  writeWhole(inReplay(build, 'objects'), bytes);
  return offsets.map((offset, index) => `${launcher} --object ${REPLAY_DIR}/objects ${offset} ${REPLAY_DIR}/${index}`);
}

/**
 * Has Kconfig write what compilers and Makefiles read of .config, and which files it parses: where one has changed there may
 * be others. Gives back how often make was called; null: in vain.
 */
export async function syncConfig(
  job: BuildJob,
  symbols: readonly string[],
  changes: readonly Change[],
): Promise<number | null> {
  if (symbols.length === 0 && !changes.some(({ path }) => basename(path).startsWith('Kconfig'))) return 0;
  const { column, place, log, signal, jobserver } = job;
  const env = { ...BUILD_ENV, ...jobserver.env };
  const argv = syncArgv(column, place.box.inside);
  // As the top Makefile says it: what Kconfig warns of is of this step, whoever takes it.
  appendFileSync(log, '  SYNC    include/config/auto.conf.cmd\n');
  return succeeded(await place.box.run(argv, { log, append: true, signal, jobserver, env })) ? 1 : null;
}

/** What others make something from. Of arch/x86/kernel that is also the linker script of vmlinux. */
const PRODUCTS = ['built-in.a', 'lib.a', MODULE_LIST, 'vmlinux.lds'];

/** What make did in single directories. */
export interface InDirectories {
  /** What of theirs, and of the directories below, is new. */
  readonly fresh: readonly string[];
  /** All that make wrote. */
  readonly written: readonly string[];
  /** They have other modules than before. */
  readonly others: boolean;
}

/** Calls make for single directories; a text if it did not succeed. */
export async function makeDirectories(job: BuildJob, dirs: readonly string[]): Promise<InDirectories | string> {
  if (dirs.length === 0) return { fresh: [], written: [], others: false };
  const { column, place } = job;
  const { build } = place;
  const lists = (): string => dirs.map((dir) => readIfThere(join(build, dir, MODULE_LIST)) ?? '').join('\0');
  const before = lists();
  writeWhole(inReplay(build, 'began'), '');
  job.links.consumers.delete(build);
  const ended = await runInside(job, directoriesArgv(column, place.box.inside, dirs), insideEnv(place.box.inside));
  if (!succeeded(ended)) return `make did not succeed in ${dirs.join(' ')}`;
  const products = dirs.flatMap((dir) => PRODUCTS.map((name) => `${dir}/${name}`));
  const written = await writtenSince(build, 'began');
  // Not all that is made below a directory goes into what is made in it: lib.a of drivers/firmware/efi/libstub.
  const below = written.filter((path) => PRODUCTS.includes(basename(path)));
  const fresh = [...new Set([...products.filter((path) => isNewer(build, path, 'began')), ...below])];
  return { fresh, written, others: before !== lists() };
}

/** Runs a command in O=, with what every make here is given. */
export async function runInside(job: BuildJob, argv: readonly string[], env: Record<string, string>): Promise<Ended> {
  const { place, log, signal, jobserver } = job;
  const all = { ...BUILD_ENV, ...env, ...jobserver.env };
  return place.box.run(argv, { log, append: true, signal, jobserver, env: all, cwd: place.box.inside.build });
}

export function inReplay(build: string, name: string): string {
  return join(build, REPLAY_DIR, name);
}

/** Whether a product of O= is not older than a file of the replay. */
export function isNewer(build: string, path: string, than: string): boolean {
  return (
    existsSync(join(build, path)) && lstatSync(join(build, path)).mtimeMs >= lstatSync(inReplay(build, than)).mtimeMs
  );
}

/** Every file of O= that is newer than one of the replay. */
export async function writtenSince(build: string, than: string): Promise<string[]> {
  const argv = ['find', build, '-path', join(build, REPLAY_DIR), '-prune', '-o', '-type', 'f'];
  const { stdout } = await capture([...argv, '-newer', inReplay(build, than), '-print']);
  return stdout.split('\n').flatMap((path) => (path === '' ? [] : [relative(build, path)]));
}

export function succeeded(ended: Ended): boolean {
  return ended.kind === 'exited' && ended.code === 0;
}
