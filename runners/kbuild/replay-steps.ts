import { appendFileSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ended } from '../../matrix/judge/build.ts';
import { BUILD_ENV, directoriesArgv, insideEnv, relinkArgv } from '../../matrix/recipe/make.ts';
import { commandPath, parseCommandFile, type CommandFile } from '../../matrix/replay/command-file.ts';
import type { Relink } from '../../matrix/replay/relink.ts';
import { compileScript, relinkScript, REPLAY_DIR, replayMakefile, type Compile } from '../../matrix/replay/scripts.ts';
import { remove, writeWhole } from '../files.ts';
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

/** Calls make for single directories. What of theirs is new; a text if make did not succeed. */
export async function makeDirectories(job: BuildJob, dirs: readonly string[]): Promise<string[] | string> {
  if (dirs.length === 0) return [];
  const { column, place } = job;
  writeWhole(inReplay(place.build, 'began'), '');
  job.links.consumers.delete(place.build);
  const ended = await runInside(job, directoriesArgv(column, place.box.inside, dirs), insideEnv(place.box.inside));
  if (!succeeded(ended)) return `make did not succeed in ${dirs.join(' ')}`;
  const products = dirs.flatMap((dir) => PRODUCTS.map((name) => `${dir}/${name}`));
  return products.filter((path) => isNewer(place.build, path, 'began'));
}

/** What the links came to, and how many times make was called for them; `by` says who did the last ones. */
export interface Linked {
  readonly ended: Ended;
  readonly by: string;
  readonly makeCalls: number;
}

/**
 * Runs the recorded commands behind the `changed` objects, up to the last links; these, too, where it is known how, else
 * make does them. A text if they did not happen.
 */
export async function relinkAll(job: BuildJob, plan: Relink, changed: readonly string[]): Promise<Linked | string> {
  const { build } = job.place;
  const commands = plan.commands.map((target) => recordOf(build, target));
  writeWhole(inReplay(build, 'relink.sh'), relinkScript(commands, plan.modules));
  const links = readLastLinks(job);
  // Only make finds the modules of a list that is not yet there.
  const isListed = !changed.some((path) => basename(path) === MODULE_LIST);
  const script = isListed ? await scriptLinks(job, links, plan) : 'the list of modules is made anew';
  const isScript = script !== null && typeof script !== 'string';
  if (isScript && (await linkAside(job, plan, script.path)))
    return { ended: DONE, by: 'recorded commands', makeCalls: script.makeCalls };
  const linked = await linkByMake(job, plan);
  if (typeof linked === 'string') return linked;
  if (script === null && succeeded(linked))
    await learnFromMake(job, links, [...plan.commands, ...changed, MODULE_LIST]);
  const tried = isScript ? script.makeCalls : 0;
  const why = isScript ? 'recorded commands failed' : script;
  return { ended: linked, by: why === null ? 'make' : `make (${why})`, makeCalls: tried + 1 };
}

/** What make says of an error is what counts: of links that fail without it nothing is kept. */
async function linkAside(job: BuildJob, plan: Relink, script: string): Promise<boolean> {
  const log = `${job.log}.links`;
  // The script exports all that make would, and nothing else is to be there.
  const argv = ['sh', `${REPLAY_DIR}/relink.sh`, 'env', '-i', 'sh', script];
  const ended = await runInside({ ...job, log }, argv, {});
  const { image } = job.column.row.make;
  const fresh = plan.fresh.has('vmlinux') ? [...plan.fresh, image] : [...plan.fresh];
  const done = succeeded(ended) && fresh.every((path) => isNewer(job.place.build, path, 'relink.sh'));
  if (done) appendFileSync(job.log, readFileSync(log));
  remove(log);
  return done;
}

async function linkByMake(job: BuildJob, plan: Relink): Promise<Ended | string> {
  const { column, place, resolved } = job;
  const argv = ['sh', `${REPLAY_DIR}/relink.sh`, ...relinkArgv(column, place.box.inside, resolved)];
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
