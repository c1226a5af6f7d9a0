import type { CellId } from '../../matrix/cell.ts';
import { cellInputs } from '../../matrix/fingerprint.ts';
import { sha256 } from '../files.ts';
import type { Subject } from '../open-run.ts';
import { git } from '../tree/git.ts';
import type { WalkContext } from './context.ts';

/** A hash of all that decides a cell's verdicts, for every cell of the plan. */
export async function fingerprintCells(
  { plan, repo, base, patches }: Subject,
  tools: WalkContext['tools'],
): Promise<Map<CellId, string>> {
  const trees = new Map<number, string>();
  for (const row of plan.rows) {
    const commit = row === 0 ? base.commit : patches[row - 1]?.commit;
    if (commit) trees.set(row, (await git(repo, ['rev-parse', `${commit}^{tree}`])).trim());
  }
  const upTo = (row: number): string[] =>
    plan.rows.filter((other) => other <= row).map((other) => trees.get(other) ?? 'none');
  return new Map(
    plan.cells.map(({ id, patch, column }) => {
      const toolbox = tools.get(column.arch)?.toolbox ?? { compiler: '', qemu: null, probe: '' };
      return [id, sha256(cellInputs(upTo(patch), column, toolbox))];
    }),
  );
}
