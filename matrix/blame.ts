import type { ColumnId, Stage } from './cell.ts';
import type { Blame, GridCell } from './grid.ts';
import { ACTS, isLifetimeCheck, SURVIVES, type Checks } from './judge/checks.ts';
import { isJudged } from './verdict.ts';

/** What the probe reported of one stage of one cell; {} where it was not asked. */
export type ChecksLookup = (patch: number, column: ColumnId, stage: Stage) => Checks;

/** What one row says of one thing that may be broken. */
interface Sighting {
  readonly patch: number;
  readonly broken: boolean;
  readonly message: string;
}

/** The stage as a whole, beside its checks: it did not build, it panicked. */
const WHOLE = '';

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
  for (const cell of cells) groups.set(cell.column, [...(groups.get(cell.column) ?? []), cell]);
  return groups;
}

/** By check, WHOLE first. A row that knows nothing of a check has no sighting in its history. */
function historiesOf(cells: readonly GridCell[], stage: Stage, checksOf: ChecksLookup): Map<string, Sighting[]> {
  const histories = new Map<string, Sighting[]>([[WHOLE, []]]);
  const enter = (check: string, sighting: Sighting): void => {
    histories.set(check, [...(histories.get(check) ?? []), sighting]);
  };
  for (const { patch, column, stages } of cells) {
    const result = stages.find((candidate) => candidate.stage === stage);
    const checks = checksOf(patch, column, stage);
    if (!result || !(isJudged(result.verdict) || (result.verdict === 'skip' && Object.keys(checks).length > 0)))
      continue;
    const message = result.reason ?? '';
    const base = patch === 0 ? {} : checksOf(0, column, stage);
    const accused = Object.keys(checks).some(
      (check) => checks[check] === 'not ok' && !(isLifetimeCheck(check) && base[check] === 'not ok'),
    );
    const whole = !accused || result.findings.some(({ kind }) => kind === 'panic');
    enter(WHOLE, { patch, broken: result.verdict === 'fail' && whole, message });
    for (const [check, status] of Object.entries(checks)) {
      if (status !== 'ok' && status !== 'not ok') continue;
      const said = result.findings.find((finding) => finding.check === check)?.message ?? message;
      enter(check, { patch, broken: status === 'not ok', message: said });
    }
  }
  withDeadBase(histories, checksOf(0, cells[0]?.column ?? ('' as ColumnId), stage), cells[0]?.patch === 0);
  return histories;
}

/** A kernel that dies of a hole does not always live to report the same checks: what a dead base never came to was broken. */
function withDeadBase(histories: Map<string, Sighting[]>, base: Checks, hasBase: boolean): void {
  if (!hasBase || base[SURVIVES] !== 'not ok') return;
  const message = histories.get(SURVIVES)?.[0]?.message ?? '';
  for (const [check, seen] of histories)
    if (check.startsWith(ACTS) && seen[0]?.broken && seen[0].patch > 0)
      histories.set(check, [{ patch: 0, broken: true, message }, ...seen]);
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
