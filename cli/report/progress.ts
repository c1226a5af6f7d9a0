import { parseCellId, type ColumnId, type Stage } from '../../matrix/cell.ts';
import type { Event, RunFacts } from '../../matrix/event.ts';
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
  #settledBefore = 0;
  #sessionStart = 0;

  enter(event: Event): void {
    if (event.type === 'run-started') this.#start(event.run);
    if (event.type === 'session-started') [this.#sessionStart, this.#settledBefore] = [Date.parse(event.at), this.#settled];
    if (event.type !== 'stage-started' && event.type !== 'stage-settled') return;
    const cell = parseCellId(event.cell);
    const column = cell ? this.columns.get(cell.column) : undefined;
    if (!cell || !column) return;
    column.row = Math.max(column.row, cell.patch);
    if (event.type === 'stage-started') column.stage = event.stage;
    else this.#settle(column, event);
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
    column.stage = null;
    if (event.result.verdict === 'fail') column.failed.push(`${event.cell.split('/', 1)[0]} ${event.result.stage}`);
  }

  /** Rough on purpose: the base row is the dearest, so the rest is over sooner than this says. */
  #secondsLeft(): number | null {
    const done = this.#settled - this.#settledBefore;
    if (done < 5) return null;
    const elapsed = (Date.now() - this.#sessionStart) / 1000;
    return (elapsed / done) * (this.#planned - this.#settled);
  }
}
