import { chainsOf, secondsOf, type Due } from '../../matrix/plan/chains.ts';
import { MAKE_NEEDS } from '../room.ts';
import type { BootQueue } from './boot-queue.ts';
import { buildCell, hasBuild } from './build-cell.ts';
import type { CellWork, WalkContext } from './context.ts';
import { queueUp } from './queue.ts';
import { allOrFirstError, takeTurns, type BuildDue } from './turns.ts';

/** What the cells of a row are built with. */
export interface RowTools {
  readonly context: WalkContext;
  readonly boots: BootQueue;
  /** Aborted, with the error as its reason, when something of the walk has failed: no more cells begin then. */
  readonly halt: AbortController;
}

interface DueCell extends Due {
  readonly work: CellWork;
}

/** Builds the `open` cells of one row in the lane's present tree, `source`; `behind`: the lane's cells in later rows. */
export async function buildRow(
  tools: RowTools,
  source: string,
  open: readonly CellWork[],
  behind: number,
): Promise<void> {
  const arches = [...new Set(open.map(({ column }) => column.arch))];
  await allOrFirstError(
    arches.map((arch) => {
      const works = open.filter(({ column }) => column.arch === arch);
      return takeTurns(chainsOf(works.map((work) => dueCell(work, source))), buildDue(tools, source, behind));
    }),
  );
}

function dueCell(work: CellWork, source: string): DueCell {
  const { context, row, column } = work;
  const ran = context.book.latest(row, column.id, 'build', ({ result }) => result.basis === 'ran');
  return { work, column, hasBuild: hasBuild(work, source), seconds: ran?.settled.result.seconds ?? 0 };
}

function buildDue({ context, boots, halt }: RowTools, source: string, cellsBehind: number): BuildDue<DueCell> {
  const { jobserver, makes, signal } = context;
  return async (due, { behind, ripe, backward }, onCompiled) => {
    const work = { ...due.work, onCompiled, backward };
    const priority = priorityOf(cellsBehind, secondsOf([due, ...behind]));
    const inBudget = async (): Promise<void> => {
      halt.signal.throwIfAborted();
      await jobserver.run(MAKE_NEEDS, signal, () => buildCell(work, source));
    };
    try {
      await queueUp(makes, inBudget, { id: work.id, priority, ripe, signal });
      boots.add(work);
    } catch (error) {
      halt.abort(error);
      throw error;
    }
  };
}

/** More than any row takes. */
const ROW_SECONDS = 1e6;

/**
 * The lane with the most before it goes first: the others fill what it leaves idle at the ends of its rows, and none runs
 * away from another that would end alone. Within a row the longest way to its end goes first.
 */
export function priorityOf(cellsBehind: number, seconds: number): number {
  return seconds + cellsBehind * ROW_SECONDS;
}
