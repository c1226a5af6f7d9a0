import type { Blame } from './grid.ts';
import type { ColumnId } from '../cell.ts';

/** One episode, told once for all columns on which it was the same. */
export interface BlameGroup extends Omit<Blame, 'column'> {
  /** In the order in which they were blamed; never empty. */
  readonly columns: readonly ColumnId[];
  /** Of any of the columns, sorted. */
  readonly suspects: readonly number[];
}

/**
 * Merges what agrees in stage, culprit, fix and message over columns: one broken header is one line, not fifty. What
 * the series did comes first, by patch; what the base already had comes last.
 */
export function groupBlame(blame: readonly Blame[]): BlameGroup[] {
  const groups = new Map<string, BlameGroup>();
  for (const one of blame) {
    const key = JSON.stringify([one.stage, one.brokenBy, one.fixedBy, one.message]);
    groups.set(key, join(groups.get(key), one));
  }
  return [...groups.values()].toSorted((a, b) => rank(a) - rank(b));
}

function join(group: BlameGroup | undefined, { column, ...episode }: Blame): BlameGroup {
  if (!group) return { ...episode, columns: [column] };
  const suspects = [...new Set([...group.suspects, ...episode.suspects])].toSorted((a, b) => a - b);
  const checks = [...new Set([...group.checks, ...episode.checks])];
  return { ...group, suspects, checks, columns: [...new Set([...group.columns, column])] };
}

/** Sorting is stable, so that within a patch the order of columns and stages stays. */
function rank({ brokenBy }: BlameGroup): number {
  return brokenBy === 0 ? Number.POSITIVE_INFINITY : brokenBy;
}
