import type { ColumnId, Stage } from '../cell.ts';
import type { GridCell } from './grid.ts';
import { ACTS, isLifetimeCheck, SURVIVES, type Checks } from '../judge/checks.ts';
import type { StageResult } from '../result.ts';
import { isJudged } from '../verdict.ts';

/** What the probe reported of one stage of one cell; {} where it was not asked. */
export type ChecksLookup = (patch: number, column: ColumnId, stage: Stage) => Checks;

/** What one row says of one thing that may be broken. */
export interface Sighting {
  readonly patch: number;
  readonly broken: boolean;
  readonly message: string;
}

/** The stage as a whole, beside its checks: it did not build, it panicked. */
export const WHOLE = '';

/** Sightings in the order of rows: by check, WHOLE first. */
export type Histories = Map<string, Sighting[]>;

/** One stage of one cell that says something of the kernel. */
interface Row {
  readonly patch: number;
  readonly result: StageResult;
  readonly checks: Checks;
  /** The checks that failed. */
  readonly failed: readonly string[];
}

/**
 * The histories of a stage on the cells of one column. Of checks, only of those that were broken at some time. A row
 * that knows nothing of a check has no sighting in its history.
 */
export function historiesOf(cells: readonly GridCell[], stage: Stage, checksOf: ChecksLookup): Histories {
  const rows = cells.flatMap((cell) => rowOf(cell, stage, checksOf(cell.patch, cell.column, stage)) ?? []);
  const everBroken = new Set(rows.flatMap(({ failed }) => failed));
  const histories: Histories = new Map([[WHOLE, []]]);
  if (everBroken.size === 0 && rows.every(({ result }) => result.verdict !== 'fail')) return histories;
  const [first] = cells;
  const base = first ? checksOf(0, first.column, stage) : {};
  for (const row of rows) {
    enter(histories, WHOLE, wholeOf(row, row.patch === 0 ? {} : base));
    if (everBroken.size > 0) enterChecks(histories, row, everBroken);
  }
  withDeadBase(histories, base, first?.patch === 0);
  return histories;
}

function rowOf({ patch, stages }: GridCell, stage: Stage, checks: Checks): Row | null {
  const result = stages.find((candidate) => candidate.stage === stage);
  if (!result) return null;
  const names = Object.keys(checks);
  if (!isJudged(result.verdict) && !(result.verdict === 'skip' && names.length > 0)) return null;
  return { patch, result, checks, failed: names.filter((check) => checks[check] === 'not ok') };
}

function enter(histories: Histories, check: string, sighting: Sighting): void {
  const history = histories.get(check);
  if (history) history.push(sighting);
  else histories.set(check, [sighting]);
}

/** A stage fails as a whole where no check accounts for it that the base does not fail as well, and where it panicked. */
function wholeOf({ patch, result, failed }: Row, base: Checks): Sighting {
  const accused = failed.some((check) => !(isLifetimeCheck(check) && base[check] === 'not ok'));
  const whole = !accused || result.findings.some(({ kind }) => kind === 'panic');
  return { patch, broken: result.verdict === 'fail' && whole, message: result.reason ?? '' };
}

function enterChecks(histories: Histories, { patch, result, checks }: Row, wanted: ReadonlySet<string>): void {
  for (const [check, status] of Object.entries(checks)) {
    if (!wanted.has(check) || (status !== 'ok' && status !== 'not ok')) continue;
    const said = result.findings.find((finding) => finding.check === check)?.message ?? result.reason ?? '';
    enter(histories, check, { patch, broken: status === 'not ok', message: said });
  }
}

/** A kernel that dies of a hole does not always live to report the same checks: what a dead base never came to was broken. */
function withDeadBase(histories: Histories, base: Checks, hasBase: boolean): void {
  if (!hasBase || base[SURVIVES] !== 'not ok') return;
  const message = histories.get(SURVIVES)?.[0]?.message ?? '';
  for (const [check, seen] of histories)
    if (check.startsWith(ACTS) && seen[0]?.broken && seen[0].patch > 0)
      histories.set(check, [{ patch: 0, broken: true, message }, ...seen]);
}
