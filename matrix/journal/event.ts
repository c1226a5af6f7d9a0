import type { AxisValues, CellId, ColumnId, Stage } from '../cell.ts';
import type { Checks } from '../judge/checks.ts';
import type { StageResult } from '../result.ts';

/** Where the base came from, in words for the report. */
export interface BaseFacts {
  readonly commit: string;
  readonly how: string;
}

export interface PatchFacts {
  readonly position: number;
  /** Null when the patch does not apply, or stands behind one that does not. */
  readonly commit: string | null;
  readonly subject: string;
  readonly messageId: string | null;
  /** How it was applied when not to the letter (`3-way`), or the rejected hunk when it was not. */
  readonly note: string | null;
}

export interface SeriesFacts {
  readonly subject: string;
  readonly version: number;
  /** All of them: the patch at position N is the Nth. */
  readonly patches: readonly PatchFacts[];
}

export interface ColumnFacts {
  readonly id: ColumnId;
  readonly arch: string;
  readonly config: AxisValues;
}

export interface EngineFacts {
  readonly name: 'none' | 'podman' | 'docker' | 'bubblewrap';
  readonly version: string | null;
  readonly image: { readonly name: string; readonly digest: string } | null;
}

/** What a run is about. Equal inputs give equal facts. */
export interface RunFacts {
  /** `run-0001`: the number of the run in its output directory. */
  readonly id: string;
  readonly tool: string;
  readonly argv: readonly string[];
  readonly base: BaseFacts;
  readonly series: SeriesFacts;
  readonly engine: EngineFacts;
  readonly columns: readonly ColumnFacts[];
  /** The positions that are walked, 0 first. */
  readonly rows: readonly number[];
  readonly stages: readonly Stage[];
}

/** The journal: one JSON line each, appended as it happens. All views are folds over it. */
export type Event =
  /** `gitDir` has all commits of the run; it is of this machine, and so not in the grid. */
  | { readonly type: 'run-started'; readonly at: string; readonly run: RunFacts; readonly gitDir: string }
  | { readonly type: 'session-started'; readonly at: string; readonly argv: readonly string[] }
  | {
      readonly type: 'column-settled';
      readonly at: string;
      readonly column: ColumnId;
      readonly expressible: boolean;
      readonly reason: string | null;
    }
  | { readonly type: 'stage-started'; readonly at: string; readonly cell: CellId; readonly stage: Stage }
  | {
      readonly type: 'stage-settled';
      readonly at: string;
      readonly cell: CellId;
      readonly result: StageResult;
      readonly detail: StageDetail;
    }
  /** A cell that was proved or reused, built from clean after all; `differences` is empty when nothing differed. */
  | {
      readonly type: 'cell-audited';
      readonly at: string;
      readonly cell: CellId;
      readonly differences: readonly string[];
    }
  | {
      readonly type: 'session-ended';
      readonly at: string;
      readonly how: 'finished' | 'interrupted' | 'failed';
      readonly cpuSeconds: number;
      /** Of that, what the compilers of the kernel took. Null: not measured. */
      readonly compilerCpuSeconds?: number | null;
    };

export type StageSettled = Extract<Event, { type: 'stage-settled' }>;

/** What later cells and later runs need of a settled stage, and no view shows. */
export interface StageDetail {
  /** All that decides the outcome beside the source tree, hashed: column, recipe, tools. */
  readonly fingerprint: string | null;
  /** The id of the source tree; null where there is none. */
  readonly tree: string | null;
  /** One sentence for `explain`: what forced the work, or what was compared to do without. */
  readonly why: string | null;
  readonly makeCalls: number;
  /** configure: the resolved .config by content. build: what a boot takes, and what was read. */
  readonly artefacts: Readonly<Record<string, string>>;
  /** What the probe reported of this stage. */
  readonly checks: Checks;
}

export const NO_DETAIL: StageDetail = {
  fingerprint: null,
  tree: null,
  why: null,
  makeCalls: 0,
  artefacts: {},
  checks: {},
};

/** How a patch is spoken of: `3/10 KVM: …`, or the base. */
export function patchTitle(run: RunFacts, position: number): string {
  const patch = run.series.patches[position - 1];
  return patch ? `${position}/${run.series.patches.length} ${patch.subject}` : 'base';
}
