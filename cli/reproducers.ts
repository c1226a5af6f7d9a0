import { join } from 'node:path';
import { Book } from '../matrix/book.ts';
import { parseCellId, type CellId } from '../matrix/cell.ts';
import { everyColumn, type Column } from '../matrix/column.ts';
import type { Event } from '../matrix/event.ts';
import type { GuestModule } from '../matrix/recipe/guest.ts';
import { reproLines } from '../matrix/recipe/repro.ts';
import { PROBE_DIR } from '../runners/boot/initramfs.ts';
import { readIfThere } from '../runners/files.ts';
import { readMatrixFile } from '../runners/prepare.ts';
import type { OutDir } from '../runners/store/out-dir.ts';

/** Reproducers of one run; null for a cell that was never configured. */
export function reproFor(out: OutDir, runId: string, events: readonly Event[]): (cell: CellId) => string | null {
  const started = events.find((event) => event.type === 'run-started');
  if (!started) return () => null;
  const { run, gitDir } = started;
  const book = new Book(run.rows, events);
  const columns = new Map(
    everyColumn(readMatrixFile(join(out.runDir(runId), 'matrix.yaml'))).map((column) => [column.id as string, column]),
  );
  return (cell) => {
    const where = parseCellId(cell);
    const column = where ? columns.get(where.column) : undefined;
    const commit =
      where?.patch === 0
        ? run.base.commit
        : run.series.patches.find(({ position }) => position === where?.patch)?.commit;
    if (!where || !column || !commit) return null;
    return linesOf({ out, book, column, cell, row: where.patch, commit, gitDir });
  };
}

interface Where {
  readonly out: OutDir;
  readonly book: Book;
  readonly column: Column;
  readonly cell: CellId;
  readonly row: number;
  readonly commit: string;
  readonly gitDir: string;
}

function linesOf({ out, book, column, cell, row, commit, gitDir }: Where): string | null {
  const config = book.get(row, column.id, 'configure')?.detail.artefacts['config'];
  const dotConfig = config ? readIfThere(out.config(config)) : null;
  if (dotConfig === null) return null;
  const build = book.get(row, column.id, 'build');
  const booted = build?.result.verdict === 'pass' || build?.result.verdict === 'warn';
  const modules = booted ? (JSON.parse(build.detail.artefacts['modules'] ?? '[]') as GuestModule[]) : null;
  return reproLines({ cell, column, commit, gitDir, dotConfig, modules, probeDir: PROBE_DIR });
}
