import type { GridCell } from '../../matrix/grid/grid.ts';
import type { Basis, StageResult } from '../../matrix/result.ts';
import { VERDICTS, type Verdict } from '../../matrix/verdict.ts';

/** What a cell was worth, in words for its tooltip: the stage that decided and why. */
export function cellReason({ verdict, stages }: GridCell): string {
  const deciding = stages.find((result) => result.verdict === verdict);
  if (!deciding?.reason) return verdict;
  return `${verdict} at ${deciding.stage}: ${deciding.reason}`;
}

/** Whether anything of a cell was run for it, or else what its verdict rests on. */
export function cellBasis({ stages }: GridCell): Basis {
  const done = stages.filter(wasTried).map(({ basis }) => basis);
  if (done.length === 0 || done.includes('ran')) return 'ran';
  return done.includes('proved') ? 'proved' : 'reused';
}

/** How many cells have which verdict, worst first; verdicts that do not occur are left out. */
export function countVerdicts(cells: readonly GridCell[]): [Verdict, number][] {
  const count = (verdict: Verdict): number => cells.filter((cell) => cell.verdict === verdict).length;
  return VERDICTS.map((verdict): [Verdict, number] => [verdict, count(verdict)]).filter(([, number]) => number > 0);
}

function wasTried({ verdict, log }: StageResult): boolean {
  return verdict !== 'skip' && (verdict !== 'miss' || log !== null);
}
