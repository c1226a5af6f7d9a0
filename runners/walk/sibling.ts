import { join } from 'node:path';
import { columnSlug } from '../../matrix/cell.ts';
import type { Column } from '../../matrix/column.ts';
import { allowsNext } from '../../matrix/result.ts';
import { cellWork, settledStage, type CellWork } from './context.ts';

export function buildDir({ context, column }: CellWork): string {
  return join(context.out.work, 'build', columnSlug(column.id));
}

/** The column of the same row of the matrix whose config has most in common and whose build of this patch is done. */
export function nearestBuilt(work: CellWork): CellWork | undefined {
  const { context, row, column } = work;
  const siblings = context.plan.columns.filter(({ arch, id }) => arch === column.arch && id !== column.id);
  const built = siblings
    .map((sibling) => cellWork(context, row, sibling))
    .filter((sibling) => {
      const build = settledStage(sibling, 'build');
      return build && allowsNext(build.result);
    });
  return built.toSorted((a, b) => likeness(b.column, column) - likeness(a.column, column))[0];
}

/** Axes with equal values; an earlier axis counts more than all behind it. */
function likeness(a: Column, b: Column): number {
  return Object.keys(a.config).reduce((sum, axis) => sum * 2 + (a.config[axis] === b.config[axis] ? 1 : 0), 0);
}
