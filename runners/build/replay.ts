import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../../matrix/judge/build.ts';
import type { Resolved } from '../../matrix/kconfig.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { extentOf } from '../../matrix/proof/reach.ts';
import { compilerCommand } from '../../matrix/recipe/make.ts';
import { commandPath, depfileOf, parseCommandFile } from '../../matrix/replay/command-file.ts';
import { consumersOf, type Consumers } from '../../matrix/replay/consumers.ts';
import { isAlive, planRelink } from '../../matrix/replay/relink.ts';
import { REPLAY_DIR, type Compile } from '../../matrix/replay/scripts.ts';
import { readIfThere, remove } from '../files.ts';
import type { BuildJob } from './build.ts';
import { linkRecords, recordsNaming } from './command-files.ts';
import { FINISHED, type Made, type Unfinished } from './made.ts';
import { readsSoFar } from './read-set.ts';
import { compileAll, makeDirectories, relinkAll, succeeded } from './replay-steps.ts';

/** What came of a replay, and by what. */
export interface Replayed {
  readonly ended: Ended;
  readonly how: string;
  readonly makeCalls: number;
  readonly unfinished: Unfinished;
}

/**
 * Brings a build directory up to date without asking make to look at everything: the objects whose recorded dependencies
 * name a changed file are compiled by their recorded commands; where a Makefile changed, make is called for its directory
 * alone. If nothing differs in a byte from what was there before, neither does what is made from it. Else that is made
 * again, and make does the last links. A text says why only a whole make can do it; O= is then fit for that.
 */
export async function replayBuild(job: BuildJob, made: Made, changes: readonly Change[]): Promise<Replayed | string> {
  const { build } = job.place;
  const reached = reachedBy(job, changes);
  if (typeof reached === 'string') return reached;
  const consumers = await readConsumers(build);
  const compiles = await findCompiles(job, made, reached, consumers);
  if (typeof compiles === 'string') return compiles;
  const { failed, differing, ended } = await compileAll(job, compiles);
  const unlinked = [...new Set([...made.unlinked, ...differing])];
  const replayed = succeeded(ended)
    ? await finish(job, reached.dirs, unlinked, { compiled: compiles.length, consumers })
    : { ended, how: `${failed.length} of its objects do not compile`, makeCalls: 0, unfinished: { failed, unlinked } };
  remove(join(build, REPLAY_DIR));
  // make looks at objects in more ways than we do (scripts/check-local-export): it is to make these by itself.
  if (typeof replayed === 'string') for (const target of unlinked) remove(join(build, commandPath(target)));
  return replayed;
}

/** Steps behind the compiler that look at more than one object, or leave more than one. */
const MORE_STEPS = ['MODVERSIONS', 'TRIM_UNUSED_KSYMS', 'LTO_CLANG', 'FTRACE_MCOUNT_USE_RECORDMCOUNT', 'RUST'];

/** All that the changes reach. */
interface Reached {
  readonly files: ReadonlySet<string>;
  readonly headers: readonly string[];
  readonly dirs: readonly string[];
}

/** A text where a change reaches further than a replay does. */
function reachedBy({ place, resolved, column }: BuildJob, changes: readonly Change[]): Reached | string {
  const reads = readsSoFar(place.source, place.build);
  const symbol = MORE_STEPS.find((name) => isOn(resolved, name));
  if (reads === null) return 'nobody knows what was read';
  if (symbol !== undefined) return `CONFIG_${symbol} adds steps to each object`;
  if (/\/( |$)/.test(column.row.make.target)) return 'nothing is linked';
  const extents = changes.map((change) => extentOf(change, reads));
  const all = extents.find((extent) => extent.kind === 'all');
  if (all) return all.why;
  const objects = extents.filter((extent) => extent.kind === 'objects');
  return {
    files: new Set(objects.flatMap(({ files }) => files)),
    headers: objects.flatMap(({ headers }) => headers),
    dirs: [...new Set(extents.flatMap((extent) => (extent.kind === 'directory' ? [extent.dir] : [])))],
  };
}

function isOn(resolved: Resolved, name: string): boolean {
  return resolved.get(name) === 'y';
}

/** The objects to compile again; a text where something else was made from a changed file. */
async function findCompiles(
  { column, place }: BuildJob,
  { failed }: Made,
  reached: Reached,
  consumers: Consumers,
): Promise<Compile[] | string> {
  const isMakes = (target: string): boolean => reached.dirs.some((dir) => target.startsWith(`${dir}/`));
  const named = await recordsNaming(reached, place.source, place.build);
  const compiles: Compile[] = [];
  for (const path of new Set([...named, ...failed.map((target) => join(place.build, commandPath(target)))])) {
    const command = parseCommandFile(readFileSync(path, 'latin1'));
    const depfile = command && depfileOf(command, compilerCommand(column, place));
    if (command === null || depfile === null) return `${path.slice(place.build.length + 1)} names a changed file`;
    if (isAlive(command.target, consumers) && !isMakes(command.target)) compiles.push({ command, depfile });
  }
  return compiles;
}

/** Everything behind the compilers. */
async function finish(
  job: BuildJob,
  dirs: readonly string[],
  unlinked: readonly string[],
  { compiled, consumers }: { readonly compiled: number; readonly consumers: Consumers },
): Promise<Replayed | string> {
  const { place } = job;
  const inDirs = await makeDirectories(job, dirs);
  if (typeof inDirs === 'string') return inDirs;
  const changed = [...unlinked, ...inDirs];
  if (changed.length === 0)
    return { ended: { kind: 'exited', code: 0 }, how: same(compiled), makeCalls: 0, unfinished: FINISHED };
  if (existsSync(join(place.source, 'scripts/check-local-export')))
    return 'scripts/check-local-export looks at objects';
  const plan = planRelink(changed, dirs.length === 0 ? consumers : await readConsumers(place.build));
  if (typeof plan === 'string') return plan;
  const linked = await relinkAll(job, plan);
  if (typeof linked === 'string') return linked;
  const unfinished = succeeded(linked) ? FINISHED : { failed: [], unlinked: changed };
  return { ended: linked, how: differ(compiled, changed.length), makeCalls: dirs.length === 0 ? 1 : 2, unfinished };
}

function same(compiled: number): string {
  if (compiled === 0) return 'nothing that the kernel is made of reads it';
  return compiled === 1
    ? 'that object is the same bytes as before'
    : `${compiled} objects are the same bytes as before`;
}

function differ(compiled: number, changed: number): string {
  return `of ${compiled} compiled objects and their archives ${changed} differ, and were linked again`;
}

/** Who is made from what. */
async function readConsumers(build: string): Promise<Consumers> {
  const records = await linkRecords(build);
  const commands = records.map((path) => parseCommandFile(readFileSync(path, 'latin1')));
  return consumersOf(
    commands.filter((command) => command !== null),
    (path) => readIfThere(join(build, path)) ?? '',
  );
}
