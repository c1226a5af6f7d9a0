import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../../matrix/judge/build.ts';
import { insideEnv, relinkArgv, TELL_ENVIRONMENT } from '../../matrix/recipe/make.ts';
import { commandPath, parseCommandFile, type CommandFile } from '../../matrix/replay/command-file.ts';
import type { Relink } from '../../matrix/replay/relink.ts';
import { environmentMakefile, relinkScript, REPLAY_DIR } from '../../matrix/replay/scripts.ts';
import { remove, writeWhole } from '../files.ts';
import type { BuildJob } from './build-job.ts';
import { parseJobLog } from './job-log.ts';
import { learnFromMake, scriptLinks } from './last-links.ts';
import { readLastLinks } from './link-records.ts';
import { inReplay, isNewer, MODULE_LIST, runInside, succeeded } from './replay-steps.ts';

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
  /** What make wrote in single directories, if it was called for them. */
  readonly written: readonly string[];
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
  const { path = null, makeCalls: asked = 0 } = typeof script === 'string' ? {} : (script ?? {});
  const aside = path === null ? null : await linkAside(job, plan, path);
  if (aside !== null) return { ended: aside, by: 'recorded commands', makeCalls: asked };
  const linked = await linkByMake(job, plan, script === null);
  if (typeof linked === 'string') return linked;
  if (script === null && succeeded(linked))
    await learnFromMake(job, links, [...plan.commands, ...plan.changed, ...plan.written, MODULE_LIST]);
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

/** modpost ends with 1 behind its errors (main in scripts/mod/modpost.c): with another code somebody ended it. */
function isByModpost(ended: Ended, job: BuildJob): boolean {
  const { units, infra } = parseJobLog(job);
  const errors = [...units.values()].flat().filter(({ kind }) => kind !== 'warning');
  return (
    ended.kind === 'exited' &&
    ended.code === 1 &&
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

function recordOf(build: string, target: string): CommandFile {
  const command = parseCommandFile(readFileSync(join(build, commandPath(target)), 'latin1'));
  if (command === null) throw new Error(`the command of ${target} was there and is gone`);
  return command;
}
