import type { Column } from '../../matrix/column.ts';
import { buildOrder } from '../../matrix/likeness.ts';
import { firstUnapplied } from '../../matrix/fingerprint.ts';
import { MAKE_NEEDS } from '../room.ts';
import type { Lane } from '../tree/lane.ts';
import { BootQueue } from './boot-queue.ts';
import { buildCell, settleByProof, settleRest } from './build-cell.ts';
import { cellWork, type CellWork, type WalkContext } from './context.ts';
import { lanesOf, openLaneOf } from './lanes.ts';
import { Lineage } from './lineage.ts';

/** Walks every lane through all rows; columns of an arch build in parallel, boots follow behind. */
export async function walk(context: WalkContext): Promise<void> {
  await allOrFirstError(lanesOf(context).map((arches) => walkLane(context, arches)));
}

/** What the rows of one lane share. */
interface LaneWork {
  readonly context: WalkContext;
  readonly columns: readonly Column[];
  readonly lineages: ReadonlyMap<Column, Lineage>;
  readonly boots: BootQueue;
  readonly openedLane: () => Promise<Lane>;
}

async function walkLane(context: WalkContext, arches: readonly string[]): Promise<void> {
  const columns = buildOrder(context.plan.columns.filter(({ arch }) => arches.includes(arch)));
  const boots = new BootQueue(context);
  const lane: LaneWork = {
    context,
    columns,
    boots,
    lineages: new Map(columns.map((column) => [column, new Lineage(context, column)])),
    openedLane: once(() => openLaneOf(context, arches[0] ?? '')),
  };
  try {
    for (const row of context.plan.rows) {
      await walkRow(lane, row);
      boots.throwFailure();
    }
  } finally {
    await boots.drained();
  }
  boots.throwFailure();
}

async function walkRow(lane: LaneWork, row: number): Promise<void> {
  const { context, columns, lineages, boots } = lane;
  const works = columns.map((column) => cellWork(context, row, column));
  const tree = context.trees.get(row);
  if (tree === undefined) return works.forEach(settleUnapplied);
  const open: CellWork[] = [];
  for (const work of works) {
    const stored = (await lineages.get(work.column)?.next(tree)) ?? null;
    if (await settleByProof(work, stored)) boots.add(work);
    else open.push(work);
  }
  if (open.length > 0) await buildRow(lane, row, open);
}

async function buildRow(
  { context, openedLane, boots }: LaneWork,
  row: number,
  open: readonly CellWork[],
): Promise<void> {
  const { signal } = context;
  const lane = await openedLane();
  await lane.checkout(row === 0 ? context.base : (context.patches[row - 1]?.commit ?? ''));
  const build = async (work: CellWork): Promise<void> => {
    const inBudget = (): Promise<void> => context.jobserver.run(MAKE_NEEDS, signal, () => buildCell(work, lane.source));
    await context.makes.add(inBudget, { signal });
    boots.add(work);
  };
  const arches = [...new Set(open.map(({ column }) => column.arch))];
  await allOrFirstError(
    arches.map((arch) =>
      buildArch(
        open.filter(({ column }) => column.arch === arch),
        build,
      ),
    ),
  );
}

/**
 * Columns that agree in their first axis compile much the same: they go one after the other, so that what one compiled
 * the next one takes from the cache. The heads of these chains do so too, and lend their objects to the next.
 */
async function buildArch(open: readonly CellWork[], build: (work: CellWork) => Promise<void>): Promise<void> {
  let heads = Promise.resolve();
  const ends = chains(open).map(([head, ...tail]) => {
    heads = heads.then(() => inTurn(head ? [head] : [], build));
    return heads.then(() => inTurn(tail, build));
  });
  await allOrFirstError(ends);
}

function chains(works: readonly CellWork[]): CellWork[][] {
  const first = ({ column }: CellWork): string => Object.values(column.config)[0] ?? '';
  return [...new Set(works.map(first))].map((value) => works.filter((work) => first(work) === value));
}

async function inTurn(works: readonly CellWork[], build: (work: CellWork) => Promise<void>): Promise<void> {
  for (const work of works) await build(work);
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
