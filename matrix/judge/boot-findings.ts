import { findingKey, markNew, type Finding, type Observation } from '../finding.ts';
import type { ConsoleFacts } from '../logs/console-log.ts';
import { stageOfPoint, type BaseFacts, type BootContext, type BootOutcome, type BootStage } from './boot-facts.ts';
import { checkObservation, observation } from './checks.ts';

/** What one stage of a boot has to say; `fatal` is what ended it, if nothing else says so. */
export function findingsOf(stage: BootStage, outcome: BootOutcome, context: BootContext, fatal?: string): Finding[] {
  const { console } = outcome;
  const points = console.points
    .filter((point) => stageOfPoint(point) === stage && point.status === 'not ok')
    .map(checkObservation);
  const splats = console.splats
    .filter((splat) => splat.stage === stage)
    .map(({ kind, file, line, message }) => ({ kind, file, line, message }));
  const known = [...points, ...splats, ...(stage === 'vfio' ? changedReferences(console, context.base) : [])];
  const extra =
    fatal !== undefined && !known.some(({ message }) => message === fatal) ? [observation('panic', fatal)] : [];
  return markNewHere([...extra, ...known], stage, context);
}

/** A patch may change who pins whom on purpose; that it did is worth a look in any case. */
function changedReferences({ references }: ConsoleFacts, base: BaseFacts | null): Observation[] {
  return [...references].flatMap(([held, counts]) => {
    const before = base?.references.get(held);
    return before === undefined || before === counts
      ? []
      : [observation('references', `module references with ${held} open: ${counts}, on the base ${before}`)];
  });
}

export function markNewHere(observations: readonly Observation[], stage: BootStage, context: BootContext): Finding[] {
  return markNew(uniqueByKey(observations), context.base === null ? null : (context.before[stage] ?? []));
}

function uniqueByKey(observations: readonly Observation[]): Observation[] {
  return [...new Map(observations.map((one) => [findingKey(one), one])).values()];
}
