import type { AxisValues } from './cell.ts';
import type { Column } from './column.ts';

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

/** Which of `others` to begin as a copy of: one that has nothing more, if there is one, and of these the nearest. */
export function nearestColumn(column: Column, others: readonly Column[]): Column | undefined {
  return others.toSorted((a, b) => distance(a, column) - distance(b, column))[0];
}

/** Steps between values, an earlier axis counting more than all behind it; anything to take out counts most. */
function distance(from: Column, to: Column): number {
  const target = weights(to.config);
  const steps = weights(from.config).map((weight, index) => (target[index] ?? 0) - weight);
  const far = steps.reduce((sum, step) => sum * 3 + Math.abs(step), 0);
  return steps.some((step) => step < 0) ? far + 3 ** (steps.length + 1) : far;
}
