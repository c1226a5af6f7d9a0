import type { BlameGroup } from '../../matrix/grid/blame-groups.ts';
import type { PatchFacts } from '../../matrix/journal/event.ts';
import type { Finding } from '../../matrix/finding.ts';
import type { Grid } from '../../matrix/grid/grid.ts';
import { firstLine } from './plain-text.ts';

/** The patch at a position; undefined for the base. */
export function patchAt(grid: Grid, row: number): PatchFacts | undefined {
  return grid.run.series.patches[row - 1];
}

/** `3/26 KVM: s390: …`, or `base`. */
export function patchName(grid: Grid, row: number): string {
  return row === 0
    ? 'base'
    : `${row}/${grid.run.series.patches.length} ${firstLine(patchAt(grid, row)?.subject ?? '')}`;
}

/** The rows that a view shows: those that were walked, and those that could not be because they do not apply. */
export function shownRows(grid: Grid): number[] {
  const lost = grid.run.series.patches.filter(({ commit }) => commit === null).map(({ position }) => position);
  return [...new Set([...grid.run.rows, ...lost])].toSorted((a, b) => a - b);
}

/** Who broke it, and who else may have: a sentence without its end. */
export function blamed(grid: Grid, { brokenBy, suspects }: BlameGroup): string {
  const others = suspects.length > 0 ? ` (or by ${suspects.join(', ')}: no verdict there)` : '';
  return `${brokenBy === 0 ? 'pre-existing on the base' : `broken by ${patchName(grid, brokenBy)}`}${others}`;
}

/** Who mended it, or that nobody did. */
export function mended(grid: Grid, { brokenBy, fixedBy }: BlameGroup): string {
  if (fixedBy !== null) return `fixed by ${fixedBy}/${grid.run.series.patches.length}`;
  return brokenBy === 0 ? 'still broken' : 'not fixed';
}

/** The first complaint, and how many checks of the probe broke along with it. */
export function complaint({ message, checks }: BlameGroup): string {
  const more = checks.length - 1;
  return `${message.split('\n', 1)[0]}${more > 0 ? ` (and ${more} more ${more === 1 ? 'check' : 'checks'})` : ''}`;
}

/** What the delta says when nobody is to blame. Silence must not look like success. */
export function noBlame(grid: Grid): string {
  const judged = grid.cells.some(({ verdict }) => verdict === 'pass' || verdict === 'warn');
  return judged ? 'No patch broke anything that was judged.' : 'Nothing was judged.';
}

/** `virt/kvm/vfio.c:12`, as far as it is known; empty when it is not. */
export function placeOf({ file, line }: Pick<Finding, 'file' | 'line'>): string {
  return [file, line].filter((part) => part !== null).join(':');
}
