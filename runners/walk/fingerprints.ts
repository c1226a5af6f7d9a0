import type { ColumnId } from '../../matrix/cell.ts';
import { columnInputs } from '../../matrix/plan/fingerprint.ts';
import { sha256 } from '../files.ts';
import type { Subject } from '../open-run.ts';
import { git } from '../tree/git.ts';
import type { WalkContext } from './context.ts';

/** A hash of all that decides a column's verdicts beside the source tree. */
export function fingerprintColumns({ plan }: Subject, tools: WalkContext['tools']): Map<ColumnId, string> {
  return new Map(
    plan.columns.map((column) => {
      const toolbox = tools.get(column.arch)?.toolbox ?? { compiler: '', qemu: null, probe: '' };
      return [column.id, sha256(columnInputs(column, toolbox))];
    }),
  );
}

/** The id of the source tree of every row that has a commit. */
export async function treesOfRows({ plan, repo, base, patches }: Subject): Promise<Map<number, string>> {
  const commits = plan.rows.flatMap((row) => {
    const commit = row === 0 ? base.commit : patches[row - 1]?.commit;
    return commit ? [[row, commit] as const] : [];
  });
  const ids = (await git(repo, ['rev-parse', ...commits.map(([, commit]) => `${commit}^{tree}`)])).trim().split('\n');
  return new Map(commits.map(([row], index) => [row, ids[index] ?? '']));
}
