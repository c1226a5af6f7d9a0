import { isOfKconfig, type Observation } from '../finding.ts';
import type { BuildLog } from './build-log.ts';

/**
 * The warnings that a build directory still holds, by target. make compiles only what changed, so a log is silent
 * about the warnings of all other objects; they are as alive as on the day their object was compiled.
 */
export type WarningsAlive = Readonly<Record<string, readonly Observation[]>>;

/**
 * What is alive after a build: targets that were worked on say their warnings afresh, all others keep theirs. What Kconfig
 * warns of is the configuration's to tell.
 */
export function carryWarnings(before: WarningsAlive, log: BuildLog): WarningsAlive {
  // What belongs to no step is said by make itself, every time or not at all.
  const { '': _, ...after }: Record<string, readonly Observation[]> = before;
  for (const [unit, observations] of log.units) {
    const warnings = observations.filter((one) => one.kind === 'warning' && !isOfKconfig(one));
    if (warnings.length > 0) after[unit] = warnings;
    else delete after[unit];
  }
  return after;
}
