import type { CellId, Stage } from './cell.ts';
import type { Finding } from './finding.ts';
import type { Verdict } from './verdict.ts';

/** How a verdict was come by: done now, by proof against an earlier cell, or taken from the store. */
export type Basis = 'ran' | 'proved' | 'reused';

/** One settled stage of one cell. */
export interface StageResult {
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** One sentence; mandatory for everything but `pass`. */
  readonly reason: string | null;
  /** The cell that a proved or reused verdict rests on. */
  readonly from: string | null;
  /** Wall seconds of the work, waiting for a turn not counted. */
  readonly seconds: number;
  readonly findings: readonly Finding[];
  /** Below the run directory; null when nothing was run. */
  readonly log: string | null;
}

/** What a judge says; the runner adds when, how long and from where. */
export type Judgement = Pick<StageResult, 'verdict' | 'reason' | 'findings'>;

export function judgement(verdict: Verdict, reason: string | null, findings: readonly Finding[] = []): Judgement {
  return { verdict, reason, findings };
}

/** A stage that was not run, and why. */
export function notRun(stage: Stage, verdict: 'skip' | 'miss', reason: string): StageResult {
  return { stage, verdict, basis: 'ran', reason, from: null, seconds: 0, findings: [], log: null };
}

/** Carries a verdict over to a cell that needed no work of its own. The caller says which findings are still new. */
export function carryOver(result: StageResult, basis: 'proved' | 'reused', from: CellId | string): StageResult {
  return { ...result, basis, from, seconds: 0 };
}

/** Later stages run only when all earlier ones let them. */
export function allowsNext(result: Pick<StageResult, 'verdict'>): boolean {
  return result.verdict === 'pass' || result.verdict === 'warn';
}

/** A verdict about the kernel holds in a later run; trouble of the machine or of ours is tried again. */
export function holdsLater(result: StageResult): boolean {
  return result.verdict !== 'miss' && result.verdict !== 'error';
}
