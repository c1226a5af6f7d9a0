import { cellId, columnSlug, type CellId, type Stage } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import { NO_DETAIL, type Event } from '../../../matrix/journal/event.ts';
import type { Series } from '../../../matrix/series/series.ts';
import { commitOf, madeUpFacts } from './made-up-series.ts';
import { madeUpStages } from './made-up-stages.ts';
import { troublesOf, type Trouble } from './troubles.ts';

/** The number under which the run is kept; the one before is what it reuses. */
export const RUN = 'run-0002';

/** All events of a run, a row at a time. */
export function* madeUpEvents(series: Series, columns: readonly Column[]): Generator<Event[]> {
  const run = madeUpFacts(RUN, series, columns);
  const at = '2026-11-23T09:59:59.000Z';
  yield [
    { type: 'run-started', at, run, gitDir: '/out/repos/import.git' },
    { type: 'session-started', at, argv: run.argv },
  ];
  const results = new MadeUpRun(run.rows.length, columns);
  for (const row of run.rows) yield results.eventsOf(row);
  yield [{ type: 'session-ended', at: '2026-11-24T19:59:59.000Z', how: 'finished', cpuSeconds: 1e6 }];
}

/** Results by row, in the order in which a walk would tell them. The first rows are reused, as of a first version. */
class MadeUpRun {
  readonly #columns: readonly Column[];
  readonly #troubles: readonly Trouble[];
  readonly #rows: number;
  #clock = Date.UTC(2026, 10, 23, 10);

  constructor(rows: number, columns: readonly Column[]) {
    this.#rows = rows;
    this.#columns = columns;
    this.#troubles = troublesOf(rows, [...new Set(columns.map(({ arch }) => arch))]);
  }

  eventsOf(row: number): Event[] {
    const known = row === 0 ? this.#columns.map((column) => this.#settledColumn(column)) : [];
    const troubles = this.#troubles.filter(({ rows: [from, to] }) => from <= row && row <= to);
    return [...known, ...this.#columns.flatMap((column) => this.#cell(row, column, troubles))];
  }

  #settledColumn(column: Column): Event {
    const reason = isLost(column) ? `KVM is bool on ${column.arch}` : null;
    return { type: 'column-settled', at: this.#now(), column: column.id, expressible: reason === null, reason };
  }

  #cell(row: number, column: Column, troubles: readonly Trouble[]): Event[] {
    const cell = cellId(row, column.id);
    const own = troubles.filter(({ on }) => on(column));
    const reused = row > 0 && row < this.#rows * 0.6;
    const fingerprint = `${commitOf(row)}${columnSlug(column.id)}`.padEnd(64, '0').slice(0, 64);
    return madeUpStages({ row, column, reused, troubles: own, lost: isLost(column) }).flatMap(({ result, detail }) => [
      ...(result.basis === 'ran' && result.log !== null ? [this.#started(cell, result.stage)] : []),
      { type: 'stage-settled', at: this.#now(), cell, result, detail: { ...NO_DETAIL, fingerprint, ...detail } },
    ]);
  }

  #started(cell: CellId, stage: Stage): Event {
    return { type: 'stage-started', at: this.#now(), cell, stage };
  }

  #now(): string {
    this.#clock += 7;
    return new Date(this.#clock).toISOString();
  }
}

/** Three of the columns cannot be expressed. */
function isLost({ arch, config }: Column): boolean {
  return arch === 'arm64' && config['KVM'] === 'm';
}
