import { EXIT, type ExitCode } from '../matrix/failure.ts';
import type { Grid } from '../matrix/grid/grid.ts';

/** One number for a grid: a kernel that fails outranks a machine that does. */
export function exitCodeOf(grid: Grid): ExitCode {
  // A proof of ours that does not hold is worse than anything that a kernel can do.
  if ((grid.run.audit?.differing.length ?? 0) > 0) return EXIT.bug;
  const verdicts = new Set(grid.cells.map(({ verdict }) => verdict));
  if (verdicts.has('fail')) return EXIT.fail;
  return verdicts.has('error') || verdicts.has('miss') ? EXIT.infra : EXIT.clean;
}
