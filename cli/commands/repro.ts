import { parseCellId, type CellId } from '../../matrix/cell.ts';
import { EXIT, usageFailure, type ExitCode } from '../../matrix/failure.ts';
import { nearest } from '../../matrix/file/nearest.ts';
import type { OutDir } from '../../runners/store/out-dir.ts';
import { chooseRun, type RunChoice } from '../choose-run.ts';
import { Reproducers } from '../reproducers.ts';

/** `kvm-matrix repro CELL`: plain shell lines that do the cell again by hand. */
export async function repro(cell: string, choice: RunChoice): Promise<ExitCode> {
  const { out, runId } = chooseRun(choice);
  process.stdout.write(findRepro(cell, out, runId));
  return EXIT.clean;
}

function findRepro(cell: string, out: OutDir, runId: string): string {
  const repros = new Reproducers(out, runId);
  for (const event of out.events(runId)) repros.enter(event);
  const lines = parseCellId(cell) ? repros.linesFor(cell as CellId) : null;
  if (lines !== null) return lines;
  const built = repros.cells;
  const near = nearest(cell, built);
  throw usageFailure(
    `${runId} has no configured cell ${cell}`,
    near ? `did you mean ${near}?` : `cells look like ${built[0] ?? '03/x86-64/kvm=m,vfio=m'}`,
  );
}
