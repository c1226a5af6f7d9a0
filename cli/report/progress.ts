import { parseCellId, type ColumnId, type Stage } from '../../matrix/cell.ts';
import type { Event, RunFacts } from '../../matrix/journal/event.ts';
import { duration } from './grid-text.ts';

/** Where one column is. */
export interface ColumnProgress {
  row: number;
  stage: Stage | null;
  settled: number;
  /** What failed, latest last, as `03 build`. */
  readonly failed: string[];
}

/** How far a run is, from its events alone. */
export class Progress {
  run: RunFacts | null = null;
  readonly columns = new Map<ColumnId, ColumnProgress>();
  #planned = 0;
  #settled = 0;
  readonly #spent: { base: Spent; patches: Spent } = {
    base: { cells: 0, seconds: 0, settled: 0 },
    patches: { cells: 0, seconds: 0, settled: 0 },
  };

  /** The column that moved, if one did. */
  enter(event: Event): ColumnId | null {
    if (event.type === 'run-started') this.#start(event.run);
    if (event.type !== 'stage-started' && event.type !== 'stage-settled') return null;
    const cell = parseCellId(event.cell);
    const column = cell ? this.columns.get(cell.column) : undefined;
    if (!cell || !column) return null;
    column.row = Math.max(column.row, cell.patch);
    if (event.type === 'stage-started') column.stage = event.stage;
    else this.#settle(column, event);
    return cell.column;
  }

  /** `12/90 done, 3 min left`. */
  summary(): string {
    const left = this.#secondsLeft();
    return `${this.#settled}/${this.#planned}${left === null ? '' : `, ${duration(left)} left`}`;
  }

  #start(run: RunFacts): void {
    this.run = run;
    this.#planned = run.rows.length * run.columns.length * run.stages.length;
    for (const { id } of run.columns) this.columns.set(id, { row: 0, stage: null, settled: 0, failed: [] });
  }

  #settle(column: ColumnProgress, event: Extract<Event, { type: 'stage-settled' }>): void {
    this.#settled += 1;
    column.settled += 1;
    const spent = event.cell.startsWith('00/') ? this.#spent.base : this.#spent.patches;
    if (event.result.stage === this.run?.stages.at(-1)) spent.settled += 1;
    if (event.result.stage === 'build' && event.result.basis === 'ran') spent.cells += 1;
    spent.seconds += event.result.seconds;
    column.stage = null;
    if (event.result.verdict === 'fail') column.failed.push(`${event.cell.split('/', 1)[0]} ${event.result.stage}`);
  }

  /** The base row is built from clean and the others are not: each has its own mean. Null until there is one. */
  #secondsLeft(): number | null {
    const { base, patches } = this.#spent;
    if (!this.run || base.cells === 0) return null;
    const perBase = base.seconds / base.cells;
    const perPatch = patches.cells === 0 ? perBase / 15 : patches.seconds / patches.cells;
    const columns = this.run.columns.length;
    return perBase * (columns - base.settled) + perPatch * (columns * (this.run.rows.length - 1) - patches.settled);
  }
}

/** Work of one kind of row: cells that were built in this session, their seconds, and all that are settled. */
interface Spent {
  cells: number;
  seconds: number;
  settled: number;
}
