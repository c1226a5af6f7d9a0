import { join } from 'node:path';
import { columnSlug } from '../matrix/cell.ts';
import type { Column } from '../matrix/column.ts';
import type { SymbolRequest } from '../matrix/kconfig/kconfig.ts';
import { judgeConfigure } from '../matrix/judge/configure.ts';
import { configureColumn } from './kbuild/configure.ts';
import { keepOrigin } from './kbuild/origin.ts';
import { siteOf, type Engine } from './engine/engine.ts';
import { preparePlan, type PreparedPlan } from './prepare.ts';
import type { RunHooks, RunOptions } from './run-options.ts';
import { findTree } from './run.ts';
import { lockOut } from './store/lock.ts';
import { OutDir } from './store/out-dir.ts';
import { openLane } from './tree/lane.ts';
import { laneDir } from './walk/lanes.ts';
import { findTools } from './walk/tools.ts';
import { closeWorkshop, openWorkshop } from './workshop.ts';

/** What the tree's own Kconfig makes of one column. */
export interface ExplainedColumn {
  readonly column: Column;
  /** Null when it could not be asked. */
  readonly expressible: boolean | null;
  /** Why it is not expressible, or could not be asked. */
  readonly reason: string | null;
  /** What the axis values asked for and got. */
  readonly granted: readonly SymbolRequest[];
  /** What was asked and this tree does not have. */
  readonly notes: readonly string[];
}

export type ExplainOptions = Pick<
  RunOptions,
  'tree' | 'base' | 'out' | 'series' | 'matrix' | 'columns' | 'engine' | 'image'
>;

/** Asks Kconfig of the base about every column, one after the other in one directory per arch. Nothing is built. */
export async function explainColumns(
  options: ExplainOptions,
  hooks: Pick<RunHooks, 'signal' | 'onNote'>,
): Promise<{ prepared: PreparedPlan; explained: ExplainedColumn[] }> {
  const out = new OutDir(options.out);
  const prepared = await preparePlan(options);
  const { columns } = prepared.plan;
  const lock = await lockOut(out, hooks.onNote);
  try {
    hooks.onNote(`reading ${options.tree}`);
    const { repo, base } = await findTree(out, options, prepared);
    hooks.onNote(`asking Kconfig of ${base.commit.slice(0, 12)} (${base.how}) about ${columns.length} columns`);
    const arches = columns.map(({ arch }) => arch);
    const lane = await openLane(repo.gitDir, laneDir(out.work, arches), hooks.onNote);
    await lane.checkout(base.commit);
    const { containers } = prepared;
    const wishes = { engine: options.engine, image: options.image, containers };
    const workshop = await openWorkshop({ out, run: 'explain', jobserver: null, ...wishes, ...hooks });
    const { engine } = workshop;
    try {
      const tools = await findTools(columns, { engine, work: out.work, boots: false });
      const explained: ExplainedColumn[] = [];
      for (const column of columns) {
        const noBuild = tools.get(column.arch)?.noBuild ?? null;
        explained.push(
          noBuild === null
            ? await ask(column, { source: lane.source, out, engine, signal: hooks.signal })
            : unasked(column, noBuild),
        );
      }
      return { prepared, explained };
    } finally {
      await closeWorkshop(workshop, hooks.onNote);
    }
  } finally {
    lock.release();
  }
}

interface Asking {
  readonly source: string;
  readonly out: OutDir;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

async function ask(column: Column, { source, out, engine, signal }: Asking): Promise<ExplainedColumn> {
  const build = join(out.work, engine.contains ? 'boxes/explain' : 'explain', column.arch);
  const image = column.row.toolchain.image ?? null;
  const place = siteOf(engine, { name: `explain-${column.arch}`, source, build, store: null, below: null, image });
  const log = join(out.work, 'explain', `${columnSlug(column.id)}.log`);
  await keepOrigin(build, source);
  const outcome = await configureColumn({ column, place, log, signal });
  const { verdict, reason, inexpressible, findings } = judgeConfigure(outcome, null);
  const expressible = inexpressible !== null ? false : verdict === 'pass' ? true : null;
  return {
    column,
    expressible,
    reason: expressible === null ? reason : inexpressible,
    granted: column.requests.filter(({ symbol, value }) => (outcome.resolved?.get(symbol) ?? 'n') === value),
    notes: findings.map(({ message }) => message),
  };
}

function unasked(column: Column, reason: string): ExplainedColumn {
  return { column, expressible: null, reason, granted: [], notes: [] };
}
