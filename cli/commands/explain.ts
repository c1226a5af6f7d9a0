import { cellId, parseCellId } from '../../matrix/cell.ts';
import type { RunFacts, StageSettled } from '../../matrix/journal/event.ts';
import { EXIT, usageFailure, type ExitCode } from '../../matrix/failure.ts';
import { nearest } from '../../matrix/file/nearest.ts';
import { LastWords } from '../../matrix/journal/last-words.ts';
import { chooseRun, type RunChoice } from '../choose-run.ts';
import { explainCellText } from '../report/explain-cell.ts';

/** `kvm-matrix explain CELL`: why each of its verdicts was worked for, or what it rests on instead. */
export async function explain(cell: string, choice: RunChoice): Promise<ExitCode> {
  const { out, runId } = chooseRun(choice);
  const last = new LastWords<StageSettled>();
  let run: RunFacts | undefined;
  for (const event of out.events(runId)) {
    if (event.type === 'run-started') run = event.run;
    if (event.type === 'stage-settled') last.enter(event.cell, event.result.stage, event);
  }
  const own = stagesOf(cell, [...last], runId);
  process.stdout.write(explainCellText(own, run));
  return EXIT.clean;
}

function stagesOf(cell: string, settled: readonly StageSettled[], runId: string): StageSettled[] {
  const id = parseCellId(cell);
  const own = id === null ? [] : settled.filter((event) => event.cell === cellId(id.patch, id.column));
  if (own.length > 0) return own;
  const near = nearest(cell, [...new Set(settled.map((event) => event.cell))]);
  throw usageFailure(
    `${runId} has settled nothing of a cell ${cell}`,
    near ? `did you mean ${near}?` : 'cells look like 03/x86-64/kvm=m,vfio=m',
  );
}
