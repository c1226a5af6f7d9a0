import type { AxisValues } from '../cell.ts';
import type { Column } from '../column.ts';

/** How much of the kernel a value brings in; a value of another kind counts as all of it. */
const WEIGHT: Readonly<Record<string, number>> = { n: 0, m: 1, y: 2 };

function weights(config: AxisValues): number[] {
  return Object.values(config).map((value) => WEIGHT[value] ?? 2);
}

/**
 * Columns in the order in which they are best built: what has less before what has more, so that a build directory that
 * begins as a copy of another holds nothing that its own config does not ask for.
 */
export function buildOrder(columns: readonly Column[]): Column[] {
  const key = (column: Column): number => weights(column.config).reduce((sum, weight) => sum * 3 + weight, 0);
  return columns.toSorted((a, b) => key(a) - key(b));
}

/**
 * Which of `others` to begin as a copy of: of those that have nothing more, the nearest. A copy of one that has more
 * would hold objects, and records of them, that the column knows nothing of.
 */
export function nearestColumn(column: Column, others: readonly Column[]): Column | undefined {
  const target = weights(column.config);
  const less = others.filter(({ config }) => weights(config).every((weight, index) => weight <= (target[index] ?? 0)));
  return less.toSorted((a, b) => distance(a, column) - distance(b, column))[0];
}

/** Steps between values, an earlier axis counting more than all behind it. */
function distance(from: Column, to: Column): number {
  const target = weights(to.config);
  return weights(from.config).reduce((sum, weight, index) => sum * 3 + (target[index] ?? 0) - weight, 0);
}
