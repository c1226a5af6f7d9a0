import type { Stage } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import type { FindingKind } from '../../../matrix/finding.ts';
import type { Verdict } from '../../../matrix/verdict.ts';

/** Something that is not simply passed, on some columns from one row to another. */
export interface Trouble {
  readonly stage: Stage;
  readonly verdict: Exclude<Verdict, 'pass' | 'skip'>;
  /** First and last row. */
  readonly rows: readonly [from: number, to: number];
  readonly on: (column: Column) => boolean;
  readonly kind: FindingKind;
  readonly message: string;
  /** The checks that fail; none where the stage fails as a whole. */
  readonly checks: readonly string[];
}

/** Every that many rows a patch breaks the build of an arch. */
export const BREAK_EVERY = 40;
/** Every that many rows a patch brings a warning. */
export const WARN_EVERY = 37;

const PASSED_OVER = { kind: 'config', message: '', checks: [] } as const;

/** Told by hand: one of each sort that the walk of a long series meets. */
const TOLD: readonly Trouble[] = [
  {
    ...PASSED_OVER,
    stage: 'build',
    verdict: 'fail',
    rows: [102, 105],
    on: ({ config }) => config['KVM'] === 'y',
    kind: 'compile-error',
    message: "implicit declaration of function 'kvm_get_kvm_safe'",
  },
  {
    ...PASSED_OVER,
    stage: 'boot',
    verdict: 'fail',
    rows: [1203, 1222],
    on: ({ arch, config }) => arch === 'arm64' && config['VFIO'] === 'm',
    kind: 'panic',
    message: 'Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b',
  },
  {
    ...PASSED_OVER,
    stage: 'vfio',
    verdict: 'fail',
    rows: [402, 411],
    on: ({ arch, config }) => arch === 'x86-64' && config['KVM'] === 'm' && config['VFIO'] === 'm',
    kind: 'probe',
    message: 'EINVAL, expected EBUSY',
    checks: ['vfio.check-07', 'vfio.check-08', 'vfio.check-21'],
  },
  {
    ...PASSED_OVER,
    stage: 'kvm',
    verdict: 'fail',
    rows: [0, Number.POSITIVE_INFINITY],
    on: ({ arch, config }) => arch === 'riscv64' && config['KVM'] === 'm' && config['VFIO'] === 'm',
    kind: 'probe',
    message: 'delete_module kvm with a VM open: EBUSY, expected EAGAIN',
    checks: ['kvm.check-08'],
  },
  {
    ...PASSED_OVER,
    stage: 'boot',
    verdict: 'miss',
    rows: [902, 902],
    on: ({ arch }) => arch === 'ppc64',
    kind: 'config',
    message: 'qemu-system-ppc64 is not there',
  },
];

/** All that goes wrong in a made-up run of so many rows. */
export function troublesOf(rows: number, arches: readonly string[]): Trouble[] {
  const every = (step: number): number[] => Array.from({ length: Math.ceil(rows / step) }, (_, index) => index * step);
  return [
    ...TOLD,
    ...every(BREAK_EVERY).map((row, index) => breaking(row + 7, index, arches)),
    ...every(WARN_EVERY).map((row, index) => warning(row + 11, arches[index % arches.length] ?? '')),
  ];
}

function breaking(row: number, index: number, arches: readonly string[]): Trouble {
  const arch = arches[index % arches.length];
  return {
    stage: 'build',
    verdict: 'fail',
    rows: [row, row + (index % 3)],
    on: (column) => column.arch === arch && (index % 2 === 0 || column.config['VFIO'] === 'm'),
    kind: 'compile-error',
    message: `too few arguments to function 'vfio_step_${index}'`,
    checks: [],
  };
}

function warning(row: number, arch: string): Trouble {
  return {
    stage: 'build',
    verdict: 'warn',
    rows: [row, row],
    on: (column) => column.arch === arch,
    kind: 'warning',
    message: `unused variable 'old_${row}' [-Wunused-variable]`,
    checks: [],
  };
}
