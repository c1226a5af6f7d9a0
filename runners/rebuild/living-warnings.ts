import { join } from 'node:path';
import { compilerCommand } from '../../matrix/recipe/make.ts';
import { commandPath, depfileOf, parseCommandFile } from '../../matrix/replay/command-file.ts';
import { isComposite } from '../../matrix/replay/consumers.ts';
import { lifeOf } from '../../matrix/replay/relink.ts';
import type { WarningsAlive } from '../../matrix/logs/warnings-alive.ts';
import { readIfThere } from '../files.ts';
import type { BuildJob } from './build-job.ts';
import { consumersIn, readModules } from './replay-scope.ts';

/**
 * Without those of objects and modules that are no part of the kernel any more: a Makefile or the config has dropped them,
 * or O= began as a copy of one that has them. To be asked of a build that succeeded: only then is it known what is part of
 * what. A target that is not understood keeps its warnings.
 */
export function livingWarnings(job: BuildJob, alive: WarningsAlive): WarningsAlive {
  // Where a directory alone is built, nothing is linked from its objects.
  if (/\/( |$)/.test(job.column.row.make.target)) return alive;
  const entries = Object.entries(alive);
  const isAsked = entries.some(([unit]) => /\.k?o$/.test(unit));
  return isAsked ? Object.fromEntries(entries.filter(([unit]) => !isDead(job, unit))) : alive;
}

function isDead(job: BuildJob, unit: string): boolean {
  const { column, place } = job;
  const modules = readModules(place.build);
  if (unit.endsWith('.ko')) return !modules.has(unit.replace(/\.ko$/, '.o'));
  const command = unit.endsWith('.o')
    ? parseCommandFile(readIfThere(join(place.build, commandPath(unit))) ?? '')
    : null;
  if (command === null) return false;
  const isOfKernel = depfileOf(command, compilerCommand(column, place.box.inside)) !== null || isComposite(command);
  return isOfKernel && lifeOf(command.target, consumersIn(job), modules) === 'dead';
}
