import type { Column } from '../../matrix/column.ts';
import { buildOrder } from '../../matrix/plan/likeness.ts';
import { firstUnapplied } from '../../matrix/plan/fingerprint.ts';
import type { Lane } from '../tree/lane.ts';
import { BootQueue } from './boot-queue.ts';
import { settleByProof, settleRest } from './build-cell.ts';
import { buildRow, type RowTools } from './build-row.ts';
import { cellWork, type CellWork, type WalkContext } from './context.ts';
import { lanesOf, openLaneOf } from './lanes.ts';
import { Lineage } from './lineage.ts';
import { allOrFirstError } from './turns.ts';

/** Walks every lane through all rows; columns of an arch build in parallel, boots follow behind. */
export async function walk(context: WalkContext): Promise<void> {
  const halt = new AbortController();
  const walked = async (arches: readonly string[]): Promise<void> => {
    try {
      await walkLane(context, arches, halt);
    } catch (error) {
      halt.abort(error);
      throw error;
    }
  };
  await allOrFirstError(lanesOf(context).map(walked));
}

/** What the rows of one lane share. */
interface LaneWork extends RowTools {
  readonly columns: readonly Column[];
  readonly lineages: ReadonlyMap<Column, Lineage>;
  readonly openedLane: () => Promise<Lane>;
}

async function walkLane(context: WalkContext, arches: readonly string[], halt: AbortController): Promise<void> {
  const columns = buildOrder(context.plan.columns.filter(({ arch }) => arches.includes(arch)));
  const boots = new BootQueue(context);
  const lane: LaneWork = {
    context,
    columns,
    boots,
    halt,
    lineages: new Map(columns.map((column) => [column, new Lineage(context, column)])),
    openedLane: once(() => openLaneOf(context, arches)),
  };
  try {
    for (const row of context.plan.rows) {
      halt.signal.throwIfAborted();
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
  const treeId = context.trees.get(row);
  if (treeId === undefined) return works.forEach(settleUnapplied);
  const open: CellWork[] = [];
  for (const work of works) {
    const stored = (await lineages.get(work.column)?.next(treeId)) ?? null;
    if (await settleByProof(work, stored)) boots.add(work);
    else open.push(work);
  }
  if (open.length === 0) return;
  const tree = await lane.openedLane();
  await tree.checkout(row === 0 ? context.base : (context.patches[row - 1]?.commit ?? ''));
  const rowsBehind = context.plan.rows.filter((later) => later > row).length;
  await buildRow(lane, tree.source, open, rowsBehind * columns.length);
}

function settleUnapplied(work: CellWork): void {
  const first = firstUnapplied(work.context.patches);
  if (first?.position === work.row) settleRest(work, 'miss', first.note ?? 'does not apply');
  else settleRest(work, 'skip', `needs patch ${first?.position}`);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
