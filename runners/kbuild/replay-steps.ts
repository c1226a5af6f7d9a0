import { appendFileSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../../matrix/judge/build.ts';
import { BUILD_ENV, directoriesArgv, insideEnv, relinkArgv, TELL_ENVIRONMENT } from '../../matrix/recipe/make.ts';
import { commandPath, parseCommandFile, type CommandFile } from '../../matrix/replay/command-file.ts';
import type { Relink } from '../../matrix/replay/relink.ts';
import {
  compileScript,
  environmentMakefile,
  relinkScript,
  REPLAY_DIR,
  replayMakefile,
  type Compile,
} from '../../matrix/replay/scripts.ts';
import { readIfThere, remove, writeWhole } from '../files.ts';
import { parseJobLog } from './job-log.ts';
import type { BuildJob } from './build.ts';
import { learnFromMake, readLastLinks, scriptLinks } from './last-links.ts';

const MODULE_LIST = 'modules.order';

const DONE: Ended = { kind: 'exited', code: 0 };

/** Compiles, and tells which objects failed and which are not what they were. */
export async function compileAll(
  job: BuildJob,
  compiles: readonly Compile[],
): Promise<{ ended: Ended; failed: string[]; differing: string[] }> {
  const { place } = job;
  const { build } = place;
  remove(join(build, REPLAY_DIR));
  place.box.makeDir(REPLAY_DIR);
  writeWhole(inReplay(build, 'Makefile'), replayMakefile(compiles.length));
  for (const [index, compile] of compiles.entries())
    writeWhole(inReplay(build, `${index}.sh`), Buffer.from(compileScript(compile, index), 'latin1'));
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

/** What others make something from. Of arch/x86/kernel that is also the linker script of vmlinux. */
const PRODUCTS = ['built-in.a', 'lib.a', MODULE_LIST, 'vmlinux.lds'];

/** What make did in single directories. */
export interface InDirectories {
  /** What of theirs is new. */
  readonly fresh: readonly string[];
  /** They have other modules than before. */
  readonly others: boolean;
}

/** Calls make for single directories; a text if it did not succeed. */
export async function makeDirectories(job: BuildJob, dirs: readonly string[]): Promise<InDirectories | string> {
  if (dirs.length === 0) return { fresh: [], others: false };
  const { column, place } = job;
  const { build } = place;
  const lists = (): string => dirs.map((dir) => readIfThere(join(build, dir, MODULE_LIST)) ?? '').join('\0');
  const before = lists();
  writeWhole(inReplay(build, 'began'), '');
  job.links.consumers.delete(build);
  const ended = await runInside(job, directoriesArgv(column, place.box.inside, dirs), insideEnv(place.box.inside));
  if (!succeeded(ended)) return `make did not succeed in ${dirs.join(' ')}`;
  const products = dirs.flatMap((dir) => PRODUCTS.map((name) => `${dir}/${name}`));
  return { fresh: products.filter((path) => isNewer(build, path, 'began')), others: before !== lists() };
}

/** What the links came to, and how many times make was called for them; `by` says who did the last ones. */
export interface Linked {
  readonly ended: Ended;
  readonly by: string;
  readonly makeCalls: number;
}

/** What is to be linked. */
export interface ToLink extends Relink {
  /** Objects, archives and lists that are not what they were. */
  readonly changed: readonly string[];
  /** There may be other modules than before: only make finds them. */
  readonly others: boolean;
}

/**
 * Runs the recorded commands behind what has changed, up to the last links; these, too, where it is known how, else make
 * does them. A text if they did not happen.
 */
export async function relinkAll(job: BuildJob, plan: ToLink): Promise<Linked | string> {
  const { build } = job.place;
  const commands = plan.commands.map((target) => recordOf(build, target));
  writeWhole(inReplay(build, 'relink.sh'), relinkScript(commands, plan.modules));
  const links = readLastLinks(job);
  const script = plan.others ? 'there may be other modules' : await scriptLinks(job, links, plan);
  const aside = script === null || typeof script === 'string' ? null : await linkAside(job, plan, script.path);
  const asked = script === null || typeof script === 'string' ? 0 : script.makeCalls;
  if (aside !== null) return { ended: aside, by: 'recorded commands', makeCalls: asked };
  const linked = await linkByMake(job, plan, script === null);
  if (typeof linked === 'string') return linked;
  if (script === null && succeeded(linked))
    await learnFromMake(job, links, [...plan.commands, ...plan.changed, MODULE_LIST]);
  const why = typeof script === 'string' ? script : 'recorded commands failed';
  return { ended: linked, by: script === null ? 'make' : `make (${why})`, makeCalls: asked + 1 };
}

/**
 * Null where make is to say what happened, and nothing is kept: of all that can go wrong without it only the words of
 * modpost are the same and the last ones.
 */
async function linkAside(job: BuildJob, plan: Relink, script: string): Promise<Ended | null> {
  const aside = { ...job, log: `${job.log}.links` };
  // The script exports all that make would, and nothing else is to be there.
  const argv = ['sh', `${REPLAY_DIR}/relink.sh`, 'env', '-i', 'sh', script];
  const ended = await runInside(aside, argv, {});
  const { image } = job.column.row.make;
  const fresh = plan.fresh.has('vmlinux') ? [...plan.fresh, image] : [...plan.fresh];
  const isFresh = fresh.every((path) => isNewer(job.place.build, path, 'relink.sh'));
  const isTold = succeeded(ended) ? isFresh : isByModpost(ended, aside);
  if (isTold) appendFileSync(job.log, readFileSync(aside.log));
  remove(aside.log);
  return isTold ? ended : null;
}

function isByModpost(ended: Ended, job: BuildJob): boolean {
  const { units, infra } = parseJobLog(job);
  const errors = [...units.values()].flat().filter(({ kind }) => kind !== 'warning');
  return (
    ended.kind === 'exited' &&
    infra === null &&
    errors.length > 0 &&
    errors.every(({ kind }) => kind === 'modpost-error')
  );
}

/** `tells`: make is to write down its environment, too. */
async function linkByMake(job: BuildJob, plan: Relink, tells: boolean): Promise<Ended | string> {
  const { column, place, resolved } = job;
  if (tells) writeWhole(inReplay(place.build, 'environment.mk'), environmentMakefile());
  const make = relinkArgv(column, place.box.inside, resolved, tells ? TELL_ENVIRONMENT : []);
  const argv = ['sh', `${REPLAY_DIR}/relink.sh`, ...make];
  const ended = await runInside(job, argv, insideEnv(place.box.inside));
  const stale = [...plan.fresh].find((path) => !isNewer(place.build, path, 'relink.sh'));
  return succeeded(ended) && stale !== undefined ? `${stale} was not linked again` : ended;
}

async function runInside(job: BuildJob, argv: readonly string[], env: Record<string, string>): Promise<Ended> {
  const { place, log, signal, jobserver } = job;
  const all = { ...BUILD_ENV, ...env, ...jobserver.env };
  return place.box.run(argv, { log, append: true, signal, jobserver, env: all, cwd: place.box.inside.build });
}

function recordOf(build: string, target: string): CommandFile {
  const command = parseCommandFile(readFileSync(join(build, commandPath(target)), 'latin1'));
  if (command === null) throw new Error(`the command of ${target} was there and is gone`);
  return command;
}

function inReplay(build: string, name: string): string {
  return join(build, REPLAY_DIR, name);
}

/** Whether a product of O= is not older than a file of the replay. */
function isNewer(build: string, path: string, than: string): boolean {
  return (
    existsSync(join(build, path)) && lstatSync(join(build, path)).mtimeMs >= lstatSync(inReplay(build, than)).mtimeMs
  );
}

export function succeeded(ended: Ended): boolean {
  return ended.kind === 'exited' && ended.code === 0;
}
