import type { ColumnId, Stage } from './cell.ts';
import type { Blame, GridCell } from './grid.ts';
import { isJudged, type Verdict } from './verdict.ts';

interface Sighting {
  readonly patch: number;
  readonly verdict: Verdict;
  readonly message: string;
}

/** Who broke what and who mended it, column by column, in the order of columns and stages. */
export function blameColumns(cells: readonly GridCell[], rows: readonly number[]): Blame[] {
  const columns = groupBy(cells);
  return [...columns].flatMap(([column, own]) => {
    const stages = own[0]?.stages.map(({ stage }) => stage) ?? [];
    return stages.flatMap((stage) =>
      episodes(sightings(own, stage), rows).map((episode) => ({ column, stage, ...episode })),
    );
  });
}

function groupBy(cells: readonly GridCell[]): Map<ColumnId, GridCell[]> {
  const groups = new Map<ColumnId, GridCell[]>();
  for (const cell of cells) groups.set(cell.column, [...(groups.get(cell.column) ?? []), cell]);
  return groups;
}

function sightings(cells: readonly GridCell[], stage: Stage): Sighting[] {
  return cells.flatMap((cell) => {
    const result = cell.stages.find((candidate) => candidate.stage === stage);
    return result && isJudged(result.verdict)
      ? [{ patch: cell.patch, verdict: result.verdict, message: result.reason ?? '' }]
      : [];
  });
}

type Episode = Omit<Blame, 'column' | 'stage'>;

function episodes(seen: readonly Sighting[], rows: readonly number[]): Episode[] {
  const found: Episode[] = [];
  let lastWhole = -1;
  for (const { patch, verdict, message } of seen) {
    const open = found.at(-1)?.fixedBy === null ? found.at(-1) : undefined;
    if (verdict === 'fail' && !open) {
      const suspects = rows.filter((row) => row > lastWhole && row < patch);
      found.push({ brokenBy: patch, fixedBy: null, suspects, message });
    } else if (verdict !== 'fail') {
      if (open) found[found.length - 1] = { ...open, fixedBy: patch };
      lastWhole = patch;
    }
  }
  return found;
}
