import type { ColumnId } from '../cell.ts';
import type { Blame, GridCell } from './grid.ts';
import { historiesOf, WHOLE, type ChecksLookup, type Sighting } from './histories.ts';

/**
 * Who broke what and who mended it, column by column, in the order of columns and stages. Every check of the probe has
 * a history of its own; checks that broke and were mended together are one episode.
 */
export function blameColumns(
  cells: readonly GridCell[],
  rows: readonly number[],
  checksOf: ChecksLookup = () => ({}),
): Blame[] {
  return [...groupBy(cells)].flatMap(([column, own]) => {
    const stages = own[0]?.stages.map(({ stage }) => stage) ?? [];
    return stages.flatMap((stage) => {
      const histories = historiesOf(own, stage, checksOf);
      const found = [...histories].flatMap(([check, seen]) =>
        episodes(seen, rows).map((episode) => ({ ...episode, checks: check === WHOLE ? [] : [check] })),
      );
      return together(found).map((episode) => ({ column, stage, ...episode }));
    });
  });
}

function groupBy(cells: readonly GridCell[]): Map<ColumnId, GridCell[]> {
  const groups = new Map<ColumnId, GridCell[]>();
  for (const cell of cells) {
    const own = groups.get(cell.column);
    if (own) own.push(cell);
    else groups.set(cell.column, [cell]);
  }
  return groups;
}

type Episode = Omit<Blame, 'column' | 'stage'>;

function episodes(seen: readonly Sighting[], rows: readonly number[]): Omit<Episode, 'checks'>[] {
  const found: Omit<Episode, 'checks'>[] = [];
  let lastWhole = -1;
  for (const { patch, broken, message } of seen) {
    const open = found.at(-1)?.fixedBy === null ? found.at(-1) : undefined;
    if (broken && !open) {
      const suspects = rows.filter((row) => row > lastWhole && row < patch);
      found.push({ brokenBy: patch, fixedBy: null, suspects, message });
    } else if (!broken) {
      if (open) found[found.length - 1] = { ...open, fixedBy: patch };
      lastWhole = patch;
    }
  }
  return found;
}

/** The first of a group gives the message: the stage as a whole, else the check that the probe reached first. */
function together(found: readonly Episode[]): Episode[] {
  const groups = new Map<string, Episode>();
  for (const episode of found) {
    const key = JSON.stringify([episode.brokenBy, episode.fixedBy, episode.suspects]);
    const group = groups.get(key);
    // The stage as a whole comes first, and speaks for its checks.
    const isWhole = group?.checks.length === 0;
    groups.set(
      key,
      group && !isWhole ? { ...group, checks: [...group.checks, ...episode.checks] } : (group ?? episode),
    );
  }
  return [...groups.values()].toSorted((a, b) => a.brokenBy - b.brokenBy);
}
