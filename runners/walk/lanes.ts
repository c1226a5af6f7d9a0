import { join } from 'node:path';
import { openLane, type Lane } from '../tree/lane.ts';
import type { WalkContext } from './context.ts';

/** Where few jobs run at a time, one work tree does for all arches: a second one would only fill the disk. */
const JOBS_FOR_LANES = 8;

/** The arches of each lane. */
export function lanesOf({ plan, jobs }: WalkContext): string[][] {
  const arches = [...new Set(plan.columns.map(({ arch }) => arch))];
  return jobs < JOBS_FOR_LANES ? [arches] : arches.map((arch) => [arch]);
}

/** The work tree in which the columns of `arch` are built: its path is part of what a compiler cache knows. */
export function openLaneOf(context: WalkContext, arch: string): Promise<Lane> {
  const name = lanesOf(context).length === 1 ? 'all' : arch;
  return openLane(context.gitDir, join(context.out.work, 'lanes', name), context.onNote);
}
