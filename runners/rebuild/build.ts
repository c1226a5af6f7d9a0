import { existsSync, lstatSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { infraFailure } from '../../matrix/failure.ts';
import type { Observation } from '../../matrix/finding.ts';
import type { BuildOutcome, Ended } from '../../matrix/judge/build.ts';
import { distinct, type BuildLog } from '../../matrix/logs/build-log.ts';
import { carryWarnings, type WarningsAlive } from '../../matrix/logs/warnings-alive.ts';
import { BUILD_ENV, buildArgv } from '../../matrix/recipe/make.ts';
import { readIfThere, remove, writeWhole } from '../files.ts';
import { FINISHED, forgetMade, recallMade, rememberMade } from '../kbuild/made.ts';
import { isOfFuture, memoriesOf } from '../kbuild/origin.ts';
import type { BuildJob } from './build-job.ts';
import { parseJobLog } from './job-log.ts';
import { forgetPickers, rememberTried } from './pickers.ts';
import { livingWarnings } from './living-warnings.ts';
import { succeeded } from './replay-steps.ts';
import { leaveToMake, replayBuild, type Replayed } from './replay.ts';

/** What a build came to, and what it took. */
export interface Built extends BuildOutcome {
  readonly by: 'make' | 'replay';
  /** What spared a whole make, or why nothing could; null when there was nothing to compare with. */
  readonly how: string | null;
  readonly makeCalls: number;
}

/** Builds the column's image and modules incrementally, in whatever state O= is. */
export async function buildColumn(job: BuildJob): Promise<Built> {
  const { column, place } = job;
  const underway = `${place.build}.underway`;
  const memory = `${place.build}.warnings.json`;
  const before = JSON.parse(readIfThere(memory) ?? '{}') as WarningsAlive;
  const { ended, ...taken } = await bringUpToDate(job, underway, before[''] !== undefined);
  const parsed = parseJobLog(job);
  const carried = carryWarnings(before, parsed);
  const alive = succeeded(ended) ? livingWarnings(job, carried) : carried;
  writeWhole(memory, JSON.stringify(alive));
  if (ended.kind === 'exited') remove(underway);
  // In a box words about the disk may be a patch's own: they cost its cell, and not the run.
  stopOnFullDisk(place.build, place.box.contains ? null : parsed.infra);
  return {
    ended,
    observations: distinct([errorsIn(parsed), ...Object.values(alive)]),
    infra: parsed.infra,
    lastComplaint: parsed.lastComplaint,
    missing: existsSync(join(place.build, column.row.make.image)) ? [] : [column.row.make.image],
    ...taken,
  };
}

type Taken = Pick<Built, 'ended' | 'by' | 'how' | 'makeCalls'>;

async function bringUpToDate(job: BuildJob, underway: string, makeWarned: boolean): Promise<Taken> {
  const taken = await replayOrMake(job, underway, makeWarned);
  if (taken.ended.kind === 'exited') rememberTried(job);
  return taken;
}

/**
 * By replay if that is possible, else by make. While it goes on nobody knows what O= holds. `makeWarned`: of what it read
 * itself; only make can tell whether it still does.
 */
async function replayOrMake(job: BuildJob, underway: string, makeWarned: boolean): Promise<Taken> {
  const { build } = job.place;
  const made = recallMade(build, job.inputs);
  const changes = made && (await job.differences.between(made.tree, job.inputs.tree));
  writeWhole(underway, '');
  writeWhole(job.log, '');
  forgetMade(build);
  const replayed = makeWarned ? 'make itself has warned' : made && changes && (await replayBuild(job, made, changes));
  if (replayed !== null && typeof replayed !== 'string' && spokeClearly(job, replayed)) {
    if (replayed.ended.kind === 'exited') rememberMade(build, job.inputs, replayed.unfinished);
    return { ended: replayed.ended, by: 'replay', how: replayed.how, makeCalls: replayed.makeCalls };
  }
  if (replayed && typeof replayed !== 'string') leaveToMake(build, replayed.unfinished.unlinked, '');
  job.links.environments.delete(build);
  await forgetPickers(job);
  const ended = await makeAll(job);
  if (succeeded(ended)) rememberMade(build, job.inputs, FINISHED);
  return { ended, by: 'make', how: typeof replayed === 'string' ? replayed : null, makeCalls: 1 };
}

/** What failed in words that we do not know, or for want of memory, is for make to say again. */
function spokeClearly(job: BuildJob, { ended }: Replayed): boolean {
  if (succeeded(ended)) return true;
  const parsed = parseJobLog(job);
  return ended.kind !== 'exited' || (parsed.infra === null && errorsIn(parsed).length > 0);
}

function makeAll({ column, place, resolved, log, signal, jobserver, links }: BuildJob): Promise<Ended> {
  links.consumers.delete(place.build);
  const env = { ...BUILD_ENV, ...jobserver.env };
  const argv = buildArgv(column, place.box.inside, resolved);
  return place.box.run(argv, { log, append: true, signal, jobserver, env });
}

function errorsIn({ units }: BuildLog): Observation[] {
  return distinct(units.values()).filter(({ kind }) => kind !== 'warning');
}

/** On a full disk no later cell would fare better: the run stops, and can go on when there is room. */
function stopOnFullDisk(dir: string, infra: string | null): void {
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize > 2 ** 20 && !/No space left|quota exceeded/.test(infra ?? '')) return;
  throw infraFailure(`no space left on the disk for ${dir}`, 'free some room, then go on with --resume');
}

/**
 * A build that was killed may leave half an object with a good time on it, and make would trust it. All that was
 * written since that build began goes, and is made again; all of O= where the clock went back. To be called before anything
 * new is written there.
 */
export function discardHalfBuilt(build: string): void {
  if (isOfFuture(build)) return [build, ...memoriesOf(build)].forEach(remove);
  const underway = `${build}.underway`;
  if (!existsSync(underway)) return;
  removeNewer(build, lstatSync(underway).mtimeMs);
  remove(underway);
}

function removeNewer(dir: string, since: number): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) removeNewer(path, since);
    else if (lstatSync(path).mtimeMs >= since - 10) rmSync(path);
  }
}
