import { join } from 'node:path';
import { openLane, type Lane } from '../tree/lane.ts';
import type { WalkContext } from './context.ts';

/** From here on there is a lane for every arch. */
const JOBS_FOR_ALL = 8;

/**
 * Deals the arches out to lanes. The end of a row has little to do at a time: in the other lane another row is under way
 * then. With few jobs two lanes do, and each one more would only fill the disk; with one job nothing is ever idle. An
 * arch should find its lane again, whose path stands in what was built: so only the arches, in the order of the matrix,
 * and the kind of machine decide. Arches have about as many columns one as the other, and are dealt like cards.
 */
export function dealArches(arches: readonly string[], jobs: number): string[][] {
  const lanes = jobs === 1 ? 1 : jobs < JOBS_FOR_ALL ? 2 : arches.length;
  return arches.slice(0, lanes).map((_, lane) => arches.filter((__, index) => index % lanes === lane));
}

/** The arches of each lane. */
export function lanesOf({ plan, jobs }: WalkContext): string[][] {
  return dealArches([...new Set(plan.columns.map(({ arch }) => arch))], jobs);
}

/** The work tree of the lane whose first arch this is. */
export function laneDir(work: string, [first = '']: readonly string[]): string {
  return join(work, 'lanes', first);
}

/** The work tree in which the columns of `arches` are built. */
export function openLaneOf(context: WalkContext, arches: readonly string[]): Promise<Lane> {
  return openLane(context.gitDir, laneDir(context.out.work, arches), context.onNote);
}
