import { cellId, parseCellId } from '../../matrix/cell.ts';
import { EXIT, usageFailure, type ExitCode } from '../../matrix/failure.ts';
import { nearest } from '../../matrix/file/nearest.ts';
import { lastWords } from '../../matrix/last-words.ts';
import { chooseRun, type RunChoice } from '../choose-run.ts';
import { explainCellText } from '../report/explain-cell.ts';

/** `kvm-matrix explain CELL`: why each of its verdicts was worked for, or what it rests on instead. */
export async function explain(cell: string, choice: RunChoice): Promise<ExitCode> {
  const { out, runId } = chooseRun(choice);
  const events = out.events(runId);
  const id = parseCellId(cell);
  const settled = [...lastWords(events).values()];
  const own = id === null ? [] : settled.filter((event) => event.cell === cellId(id.patch, id.column));
  if (own.length === 0) {
    const near = nearest(cell, [...new Set(settled.map((event) => event.cell))]);
    throw usageFailure(
      `${runId} has settled nothing of a cell ${cell}`,
      near ? `did you mean ${near}?` : 'cells look like 03/x86-64/kvm=m,vfio=m',
    );
  }
  const run = events.find((event) => event.type === 'run-started')?.run;
  process.stdout.write(explainCellText(own, run));
  return EXIT.clean;
}
