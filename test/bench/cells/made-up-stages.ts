import { cellId, columnSlug, position, STAGES, type Stage } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import type { StageDetail } from '../../../matrix/journal/event.ts';
import type { Finding } from '../../../matrix/finding.ts';
import type { Checks } from '../../../matrix/judge/checks.ts';
import { notRun, type Basis, type StageResult } from '../../../matrix/result.ts';
import type { Trouble } from './troubles.ts';

/** One stage as it is settled, with all that the journal keeps of it. */
export interface MadeUpStage {
  readonly result: StageResult;
  readonly detail: Partial<StageDetail>;
}

/** What is asked for one cell. */
export interface MadeUpCell {
  readonly row: number;
  readonly column: Column;
  /** All of it is taken from the run before. */
  readonly reused: boolean;
  /** Kconfig cannot express the column. */
  readonly lost: boolean;
  readonly troubles: readonly Trouble[];
}

/** The stages of one cell: in sizes and shapes what a real walk settles. */
export function madeUpStages(cell: MadeUpCell): MadeUpStage[] {
  const done: MadeUpStage[] = [];
  for (const stage of STAGES) done.push(stageOf(cell, stage, done));
  return done;
}

function stageOf(cell: MadeUpCell, stage: Stage, before: readonly MadeUpStage[]): MadeUpStage {
  if (cell.lost)
    return { result: notRun(stage, 'skip', `not expressible (KVM is bool on ${cell.column.arch})`), detail: {} };
  const stopped = before.find(({ result }) => result.verdict === 'fail' || result.verdict === 'miss');
  if (stopped && (stage !== 'vfio' || stopped.result.stage !== 'kvm'))
    return { result: notRun(stage, 'skip', `needs ${stopped.result.stage}`), detail: {} };
  const trouble = cell.troubles.find((one) => one.stage === stage);
  if (trouble?.verdict === 'miss') return { result: notRun(stage, 'miss', trouble.message), detail: {} };
  const told = trouble
    ? { verdict: trouble.verdict, reason: reasonOf(trouble) }
    : { verdict: 'pass' as const, reason: null };
  const findings = [...(stage === 'configure' ? UNKNOWN : []), ...(trouble ? findingsOf(trouble, cell.row) : [])];
  return {
    result: { stage, ...told, ...basisOf(cell, stage, trouble !== undefined), findings },
    detail: {
      makeCalls: stage === 'build' ? 1 : 0,
      artefacts: artefactsOf(cell, stage),
      checks: checksOf(cell.column, stage, trouble),
    },
  };
}

type Origin = Pick<StageResult, 'basis' | 'from' | 'seconds' | 'log'>;

/** make is always asked; Kconfig and QEMU rarely need to be. */
function basisOf({ row, column, reused }: MadeUpCell, stage: Stage, isNews: boolean): Origin {
  const log = (of: number): string => `cells/${position(of)}/${columnSlug(column.id)}/${LOGS[stage]}.log`;
  if (reused)
    return { basis: 'reused', from: `run-0001/${cellId(row, column.id)}`, seconds: 0, log: `../run-0001/${log(row)}` };
  const since = stage === 'configure' ? row - (row % 50) : row - (row % 7);
  if (isNews || stage === 'build' || row === since)
    return { basis: 'ran', from: null, seconds: stage === 'build' ? 1 + (row % 977) / 100 : 1.873, log: log(row) };
  const basis: Basis = stage === 'configure' ? 'proved' : 'reused';
  return { basis, from: cellId(since, column.id), seconds: 0, log: log(since) };
}

const LOGS: Readonly<Record<Stage, string>> = {
  configure: 'configure',
  build: 'build',
  boot: 'console',
  kvm: 'console',
  vfio: 'console',
};

function reasonOf({ kind, message, checks }: Trouble): string {
  if (checks[0] !== undefined) return `${checks[0]}: ${message}`;
  return kind === 'compile-error' ? `virt/kvm/vfio.c:57: ${message}` : message;
}

function findingsOf({ kind, message, checks, rows: [from] }: Trouble, row: number): Finding[] {
  const fresh = row === from && row > 0;
  if (checks.length === 0)
    return [
      {
        kind,
        file: kind === 'panic' ? null : 'virt/kvm/vfio.c',
        line: kind === 'panic' ? null : 57,
        message,
        new: fresh,
      },
    ];
  return checks.map((check) => ({ kind, file: null, line: null, message: `${check}: ${message}`, check, new: fresh }));
}

/** Requests that the tree does not know are told in every cell; a proof hands them on. */
const UNKNOWN: readonly Finding[] = ['IOMMUFD', 'VFIO_CONTAINER', 'VFIO_DEVICE_CDEV', 'VFIO_GROUP'].map((symbol) => ({
  kind: 'config',
  file: null,
  line: null,
  message: `${symbol}=y asked: this tree has no such symbol`,
  new: false,
}));

/** The .config by content, as runners/walk keeps it: one a column here. */
export function configDigest(column: Column): string {
  return Buffer.from(columnSlug(column.id)).toString('hex').padEnd(16, '0').slice(-16);
}

function artefactsOf({ row, column }: MadeUpCell, stage: Stage): Readonly<Record<string, string>> {
  if (stage === 'configure') return { config: configDigest(column) };
  const guest = Buffer.from(`${row - (row % 7)} ${column.id}`)
    .toString('hex')
    .padEnd(32, '0')
    .slice(0, 32);
  return stage === 'build' ? { guest, modules: MODULES } : { guest };
}

const MODULES = JSON.stringify(
  ['irqbypass', 'kvm', 'vfio', 'vfio-iommu-type1', 'vfio-pci-core', 'vfio-pci'].map((name) => ({
    name,
    path: `drivers/made-up/${name}.ko`,
    depends: [],
    group: name.startsWith('vfio') ? 'vfio' : 'kvm',
    refusedWith: null,
  })),
);

/** How many checks the probe has for a stage: many where there are modules to hold and to pull. */
function countOf({ config }: Column, stage: Stage): number {
  if (stage === 'boot') return 2;
  if (stage === 'kvm') return config['KVM'] === 'n' ? 2 : 16;
  if (stage !== 'vfio' || config['VFIO'] === 'n') return stage === 'vfio' ? 2 : 0;
  return config['KVM'] === 'm' && config['VFIO'] === 'm' ? 91 : 32;
}

const known = new Map<string, Checks>();

/** What is equal is one object, as a boot that is carried over shares its checks in a walk. */
function checksOf(column: Column, stage: Stage, trouble: Trouble | undefined): Checks {
  const count = countOf(column, stage);
  const failed = trouble?.checks ?? [];
  const key = `${stage} ${count} ${failed.join(' ')}`;
  const checks = known.get(key) ?? newChecks(stage, count, failed);
  known.set(key, checks);
  return checks;
}

function newChecks(stage: Stage, count: number, failed: readonly string[]): Checks {
  const names = Array.from({ length: count }, (_, index) => `${stage}.check-${String(index).padStart(2, '0')}`);
  return Object.fromEntries(names.map((name) => [name, failed.includes(name) ? 'not ok' : 'ok']));
}
