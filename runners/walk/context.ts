import type PQueue from 'p-queue';
import { join } from 'node:path';
import type { Book, Settled } from '../../matrix/journal/book.ts';
import { cellId, columnSlug, position, type CellId, type ColumnId, type Stage } from '../../matrix/cell.ts';
import type { Column } from '../../matrix/column.ts';
import { NO_DETAIL, type Event, type PatchFacts, type StageDetail } from '../../matrix/journal/event.ts';
import type { Plan } from '../../matrix/plan/plan.ts';
import type { StageResult } from '../../matrix/result.ts';
import { now } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Jobserver } from '../jobserver.ts';
import type { LinkMemory } from '../rebuild/link-memory.ts';
import type { Journal } from '../store/journal.ts';
import type { OutDir } from '../store/out-dir.ts';
import type { ReadSets } from '../store/read-sets.ts';
import type { StoredColumn } from '../store/results.ts';
import type { Differences } from '../tree/differences.ts';
import type { Tools } from './tools.ts';

/** Everything a walk works with. */
export interface WalkContext {
  readonly out: OutDir;
  readonly runId: string;
  readonly journal: Journal;
  readonly book: Book;
  readonly plan: Plan;
  /** The repository with the commits of base and patches. */
  readonly gitDir: string;
  readonly base: string;
  readonly patches: readonly PatchFacts[];
  /** By arch. */
  readonly tools: ReadonlyMap<string, Tools>;
  /** What earlier runs made of each column. */
  readonly stored: ReadonlyMap<ColumnId, readonly StoredColumn[]>;
  readonly fingerprints: ReadonlyMap<ColumnId, string>;
  /** The source tree of each row that has one. */
  readonly trees: ReadonlyMap<number, string>;
  readonly differences: Differences;
  readonly links: LinkMemory;
  readonly reads: ReadSets;
  readonly jobs: number;
  readonly jobserver: Jobserver;
  /**
   * How many makes, and how many boots, may be under way: a bound for memory, the jobserver is the one for CPUs. One more
   * make than jobs would do nothing: each holds a token as long as it lasts, and there are no more. It would only wait in
   * the jobserver's line, where the one that should go first can pass it no more.
   */
  readonly makes: PQueue;
  readonly boots: PQueue;
  readonly engine: Engine;
  /** What the launcher keeps. */
  readonly store: string;
  readonly signal: AbortSignal;
  readonly onNote: (note: string) => void;
}

/** One cell in the hands of a walk. */
export interface CellWork {
  readonly context: WalkContext;
  readonly row: number;
  readonly column: Column;
  readonly id: CellId;
  /** Hears when its compilers are done and only links are left to do; may never be called. */
  readonly onCompiled: () => void;
  /** Its objects are best compiled from the last to the first (turns.ts). */
  readonly backward: boolean;
}

export function cellWork(context: WalkContext, row: number, column: Column): CellWork {
  return { context, row, column, id: cellId(row, column.id), onCompiled: () => undefined, backward: false };
}

/** Below the run directory, as the grid names it. */
export function logPath({ row, column }: CellWork, name: string): string {
  return `cells/${position(row)}/${columnSlug(column.id)}/${name}.log`;
}

export function absoluteLog(work: CellWork, name: string): string {
  return join(work.context.out.runDir(work.context.runId), logPath(work, name));
}

export function tell({ context }: CellWork, event: Event): void {
  context.journal.append(event);
}

export function startStage(work: CellWork, stage: Stage): void {
  tell(work, { type: 'stage-started', at: now(), cell: work.id, stage });
}

/** Writes a stage's last word into the journal, once. */
export function settle(work: CellWork, result: StageResult, detail: Partial<StageDetail> = {}): Settled {
  const { context, row, column } = work;
  const fingerprint = context.fingerprints.get(column.id) ?? null;
  const tree = context.trees.get(row) ?? null;
  const settled = { result, detail: { ...NO_DETAIL, fingerprint, tree, ...detail } };
  tell(work, { type: 'stage-settled', at: now(), cell: work.id, ...settled });
  return settled;
}

export function settledStage({ context, row, column }: CellWork, stage: Stage): Settled | undefined {
  return context.book.get(row, column.id, stage);
}

/** Whether this run is to do `stage` and has not done it yet. */
export function isOpen(work: CellWork, stage: Stage): boolean {
  return work.context.plan.stages.includes(stage) && settledStage(work, stage) === undefined;
}
