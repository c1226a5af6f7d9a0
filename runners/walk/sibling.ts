import { join } from 'node:path';
import { columnSlug } from '../../matrix/cell.ts';
import { nearestColumn } from '../../matrix/plan/likeness.ts';
import { allowsNext } from '../../matrix/result.ts';
import { cellWork, settledStage, type CellWork } from './context.ts';

export function buildDir({ context, column }: CellWork): string {
  // In a box source and O= have other names than outside, and command files hold them.
  return join(context.out.work, context.engine.contains ? 'boxes/build' : 'build', columnSlug(column.id));
}

/** The column of the same row of the matrix whose config has most in common and whose build of this patch is done. */
export function nearestBuilt({ context, row, column }: CellWork): CellWork | undefined {
  const built = context.plan.columns.filter((other) => {
    if (other.arch !== column.arch || other.id === column.id) return false;
    const build = settledStage(cellWork(context, row, other), 'build');
    return build && allowsNext(build.result);
  });
  const nearest = nearestColumn(column, built);
  return nearest && cellWork(context, row, nearest);
}
