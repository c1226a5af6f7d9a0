import { cellId, columnId, STAGES, type ColumnId, type Stage } from '../../matrix/cell.ts';
import { NO_DETAIL, type Event, type RunFacts, type StageDetail } from '../../matrix/journal/event.ts';
import type { StageResult } from '../../matrix/result.ts';
import type { Verdict } from '../../matrix/verdict.ts';

export const COLUMN: ColumnId = columnId('x86-64', { KVM: 'm', VFIO: 'm' });

/** Seconds after the run began, as the journal writes it. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 23, 10, 0, seconds)).toISOString();
}

/** A settled stage; a verdict other than `pass` brings a reason. */
export function result(stage: Stage, verdict: Verdict, more: Partial<StageResult> = {}): StageResult {
  const reason = verdict === 'pass' ? null : `${stage} says ${verdict}`;
  return { stage, verdict, basis: 'ran', reason, from: null, seconds: 1, findings: [], log: null, ...more };
}

/** One column of one arch, three patches, unless told otherwise. */
export function runFacts(more: Partial<RunFacts> = {}): RunFacts {
  return {
    id: 'run-0001',
    tool: 'kvm-matrix 0.1.0',
    argv: ['run', '--series', 'series.mbox'],
    base: { commit: 'b'.repeat(40), how: 'from base-commit: in the cover letter' },
    series: {
      subject: 'KVM: vfio: Hide KVM internals from others',
      version: 1,
      patches: [1, 2, 3].map((position) => ({
        position,
        commit: String(position).repeat(40),
        subject: `KVM: patch ${position}`,
        messageId: null,
        note: null,
      })),
    },
    engine: { name: 'none', version: null, image: null },
    columns: [{ id: COLUMN, arch: 'x86-64', config: { KVM: 'm', VFIO: 'm' } }],
    rows: [0, 1, 2, 3],
    stages: STAGES,
    ...more,
  };
}

export function runStarted(run: RunFacts = runFacts(), seconds = 0): Event {
  return { type: 'run-started', at: at(seconds), run, gitDir: '/out/repos/import.git' };
}

export function sessionStarted(seconds: number): Event {
  return { type: 'session-started', at: at(seconds), argv: ['run'] };
}

export function sessionEnded(seconds: number, cpuSeconds: number, compilerCpuSeconds?: number | null): Event {
  const measured = compilerCpuSeconds === undefined ? {} : { compilerCpuSeconds };
  return { type: 'session-ended', at: at(seconds), how: 'finished', cpuSeconds, ...measured };
}

export function columnSettled(reason: string | null, column = COLUMN): Event {
  return { type: 'column-settled', at: at(1), column, expressible: reason === null, reason };
}

interface SettledMore {
  readonly column?: ColumnId;
  readonly seconds?: number;
  readonly detail?: Partial<StageDetail>;
}

/** The journal's line for one settled stage of `row`. */
export function settled(
  row: number,
  stageResult: StageResult,
  { column = COLUMN, seconds = 2, detail = {} }: SettledMore = {},
): Event {
  return {
    type: 'stage-settled',
    at: at(seconds),
    cell: cellId(row, column),
    result: stageResult,
    detail: { ...NO_DETAIL, ...detail },
  };
}
