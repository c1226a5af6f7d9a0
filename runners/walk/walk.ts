import { join } from 'node:path';
import { firstUnapplied } from '../../matrix/fingerprint.ts';
import { openLane, type Lane } from '../tree/lane.ts';
import { BootQueue } from './boot-queue.ts';
import { buildCell, settleRest } from './build-cell.ts';
import { cellWork, isOpen, type CellWork, type WalkContext } from './context.ts';
import { reuseStored } from './reuse-cell.ts';

/** Walks every lane through all rows; columns of an arch build in parallel, boots follow behind. */
export async function walk(context: WalkContext): Promise<void> {
  const arches = [...new Set(context.plan.columns.map(({ arch }) => arch))];
  // Where only one make runs at a time, one work tree does for all arches: a second one would only fill the disk.
  const lanes = context.makes.concurrency === 1 ? [arches] : arches.map((arch) => [arch]);
  await allOrFirstError(lanes.map((lane) => walkLane(context, lane, lanes.length === 1 ? 'all' : (lane[0] ?? ''))));
}

async function walkLane(context: WalkContext, arches: readonly string[], name: string): Promise<void> {
  const columns = context.plan.columns.filter(({ arch }) => arches.includes(arch));
  const openedLane = once(() => openLane(context.gitDir, join(context.out.work, 'lanes', name), context.onNote));
  const boots = new BootQueue(context);
  try {
    for (const row of context.plan.rows) {
      const works = columns.map((column) => cellWork(context, row, column));
      await buildRow(context, row, works, { openedLane, boots });
      boots.throwFailure();
    }
  } finally {
    await boots.drained();
  }
  boots.throwFailure();
}

async function buildRow(
  context: WalkContext,
  row: number,
  works: readonly CellWork[],
  { openedLane, boots }: { openedLane: () => Promise<Lane>; boots: BootQueue },
): Promise<void> {
  for (const work of works) reuseStored(work);
  const open = works.filter(needsLane);
  if (open.length === 0) return;
  const commit = row === 0 ? context.base : (context.patches[row - 1]?.commit ?? null);
  if (commit === null) return open.forEach(settleUnapplied);
  const lane = await openedLane();
  await lane.checkout(commit);
  const build = async (work: CellWork): Promise<void> => {
    await context.makes.add(() => buildCell(work, lane.source), { signal: context.signal });
    boots.add(work);
  };
  for (const arch of new Set(open.map(({ column }) => column.arch))) {
    // The first column fills the compiler cache for the others, and lends them its objects.
    const [leader, ...others] = open.filter(({ column }) => column.arch === arch);
    if (leader) await build(leader);
    await allOrFirstError(others.map(build));
  }
}

function needsLane(work: CellWork): boolean {
  return work.context.plan.stages.some((stage) => isOpen(work, stage));
}

function settleUnapplied(work: CellWork): void {
  const first = firstUnapplied(work.context.patches);
  if (first?.position === work.row) settleRest(work, 'miss', first.note ?? 'does not apply');
  else settleRest(work, 'skip', `needs patch ${first?.position}`);
}

/** Waits for all, so that nothing of ours runs on behind an error; then throws the first error. */
async function allOrFirstError(promises: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(promises);
  const rejected = settled.find((result) => result.status === 'rejected');
  if (rejected) throw rejected.reason;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
