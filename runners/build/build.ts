import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Column } from '../../matrix/column.ts';
import { infraFailure } from '../../matrix/failure.ts';
import type { BuildOutcome } from '../../matrix/judge/build.ts';
import type { Resolved } from '../../matrix/kconfig.ts';
import { distinct, parseBuildLog } from '../../matrix/logs/build-log.ts';
import { carryWarnings, type WarningsAlive } from '../../matrix/logs/warnings-alive.ts';
import { BUILD_ENV, buildArgv, type BuildPlace } from '../../matrix/recipe/make.ts';
import { readIfThere, remove, writeWhole } from '../files.ts';
import type { Jobserver } from '../jobserver.ts';
import { runLogged } from '../process.ts';

export interface BuildJob {
  readonly column: Column;
  readonly place: BuildPlace;
  readonly resolved: Resolved;
  readonly log: string;
  readonly jobserver: Jobserver;
  readonly signal: AbortSignal;
}

/** Builds the column's image and modules incrementally, in whatever state O= is. */
export async function buildColumn(job: BuildJob): Promise<BuildOutcome> {
  const { column, place, log, jobserver, signal } = job;
  const underway = `${place.build}.underway`;
  const memory = `${place.build}.warnings.json`;
  writeWhole(underway, '');
  const ended = await runLogged(buildArgv(column, place, job.resolved), {
    log,
    signal,
    inherit: jobserver.inherit,
    env: { ...BUILD_ENV, ...jobserver.env },
  });
  const parsed = parseBuildLog(readFileSync(log, 'utf8'), { sourceDir: place.source, buildDir: place.build });
  const alive = carryWarnings(JSON.parse(readIfThere(memory) ?? '{}') as WarningsAlive, parsed);
  writeWhole(memory, JSON.stringify(alive));
  if (ended.kind === 'exited') remove(underway);
  stopOnFullDisk(place.build, parsed.infra);
  const errors = distinct(parsed.units.values()).filter(({ kind }) => kind !== 'warning');
  const missing = existsSync(join(place.build, column.row.make.image)) ? [] : [column.row.make.image];
  return {
    ended,
    observations: distinct([errors, ...Object.values(alive)]),
    infra: parsed.infra,
    lastComplaint: parsed.lastComplaint,
    missing,
  };
}

/** On a full disk no later cell would fare better: the run stops, and can go on when there is room. */
function stopOnFullDisk(dir: string, infra: string | null): void {
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize > 2 ** 20 && !/No space left|quota exceeded/.test(infra ?? '')) return;
  throw infraFailure(`no space left on the disk for ${dir}`, 'free some room, then go on with --resume');
}

/**
 * A build that was killed may leave half an object with a good time on it, and make would trust it. All that was
 * written since that build began goes, and is made again. To be called before anything new is written to O=.
 */
export function discardHalfBuilt(build: string): void {
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
