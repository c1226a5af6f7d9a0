import { blameColumns } from '../../matrix/grid/blame.ts';
import { columnId, STAGES, type Stage } from '../../matrix/cell.ts';
import type { Finding } from '../../matrix/finding.ts';
import type { Grid, GridCell, GridColumn } from '../../matrix/grid/grid.ts';
import { carryOver, notRun, type StageResult } from '../../matrix/result.ts';
import { foldVerdicts } from '../../matrix/verdict.ts';

/** What an untrusted patch may put into its subject, its messages and the log of its build. */
export const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'|\`]]>&amp;<!--\u001b[31mred\u001b[0m\u0000\ud800\u202e`;

/** What every column of a grid does at one patch: the stages that are not simply passed. */
export type Told = Partial<Record<Stage, Partial<StageResult>>>;

export interface GridScript {
  readonly arches: readonly string[];
  readonly kvm: readonly string[];
  readonly vfio: readonly string[];
  readonly subjects: readonly string[];
  /** Positions that do not apply. */
  readonly lost?: readonly number[];
  readonly tell: (patch: number, column: GridColumn) => Told | 'inexpressible' | 'proved' | 'not run yet';
}

/** A whole grid from a script; blame is folded from the cells as in a real run. */
export function buildGrid(script: GridScript): Grid {
  const columns = script.arches.flatMap((arch) =>
    script.kvm.flatMap((kvm) => script.vfio.map((vfio) => columnOf(arch, kvm, vfio, script))),
  );
  const rows = [0, ...script.subjects.map((_, index) => index + 1)];
  const cells = rows.flatMap((patch) => columns.map((column) => cellOf(patch, column, script)));
  const complete = cells.every(({ stages }) => stages.every(({ reason }) => reason !== 'not run yet'));
  return {
    schema: 'kvm-matrix.grid/1',
    run: {
      id: 'run-0001',
      tool: 'kvm-matrix 0.1.0',
      argv: ['run', '--series', 'series.mbox'],
      base: { commit: '3b9a1f0c5d7e8a6b4c2d1e0f9a8b7c6d5e4f3a2b', how: 'from base-commit: in the cover letter' },
      series: {
        subject: 'KVM: vfio: Hide KVM internals from others',
        version: 2,
        patches: script.subjects.map((subject, index) => patchOf(index + 1, subject, script)),
      },
      engine: { name: 'podman', version: '4.3.1', image: { name: 'localhost/kvm-matrix:12', digest: 'sha256:00' } },
      rows,
      stages: STAGES,
      startedAt: '2026-11-23T10:00:00.000Z',
      finishedAt: complete ? '2026-11-23T10:41:40.000Z' : null,
      complete,
      cost: { wallSeconds: 2500, cpuSeconds: 4810, compilerCpuSeconds: null, makeCalls: 96 },
      audit: null,
    },
    columns,
    cells,
    blame: blameColumns(cells, rows),
  };
}

export function finding(kind: Finding['kind'], message: string, more: Partial<Finding> = {}): Finding {
  return { kind, file: null, line: null, message, new: true, ...more };
}

function columnOf(arch: string, KVM: string, VFIO: string, { tell }: GridScript): GridColumn {
  const column: GridColumn = {
    id: columnId(arch, { KVM, VFIO }),
    arch,
    config: { KVM, VFIO },
    expressible: true,
    reason: null,
  };
  return tell(0, column) === 'inexpressible'
    ? { ...column, expressible: false, reason: `KVM is bool on ${arch}` }
    : column;
}

function patchOf(
  position: number,
  subject: string,
  { lost = [] }: GridScript,
): Grid['run']['series']['patches'][number] {
  const applies = !lost.includes(position);
  const commit = applies ? String(position).padStart(2, '0').repeat(20) : null;
  return {
    position,
    commit,
    subject,
    messageId: `<${position}@example.org>`,
    note: applies ? null : 'hunk 2 of virt/kvm/vfio.c is rejected',
  };
}

function cellOf(patch: number, column: GridColumn, script: GridScript): GridCell {
  const told = script.lost?.includes(patch)
    ? { configure: notRun('configure', 'miss', 'the patch does not apply') }
    : script.tell(patch, column);
  const stages: StageResult[] = [];
  for (const stage of STAGES) stages.push(stageOf({ patch, column, stage, told }, stages));
  return { patch, column: column.id, verdict: foldVerdicts(stages.map(({ verdict }) => verdict)), stages };
}

interface Asked {
  readonly patch: number;
  readonly column: GridColumn;
  readonly stage: Stage;
  readonly told: ReturnType<GridScript['tell']>;
}

function stageOf({ patch, column, stage, told }: Asked, before: readonly StageResult[]): StageResult {
  if (told === 'inexpressible') return notRun(stage, 'skip', `not expressible (KVM is bool on ${column.arch})`);
  if (told === 'not run yet') return notRun(stage, 'miss', told);
  const log = `cells/${String(patch).padStart(2, '0')}/${column.arch}/${stage === 'kvm' || stage === 'vfio' ? 'boot' : stage}.log`;
  const passed: StageResult = {
    stage,
    verdict: 'pass',
    basis: 'ran',
    reason: null,
    from: null,
    seconds: stage === 'build' ? 41.2 : 0.5,
    findings: [],
    log,
  };
  if (told === 'proved') return carryOver(passed, stage === 'boot' ? 'reused' : 'proved', `00/${column.id}`);
  const stopped = before.find(({ verdict }) => verdict !== 'pass' && verdict !== 'warn');
  return stopped && !told[stage] ? notRun(stage, 'skip', `needs ${stopped.stage}`) : { ...passed, ...told[stage] };
}
