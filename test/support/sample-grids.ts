import type { Grid } from '../../matrix/grid/grid.ts';
import { notRun, type StageResult } from '../../matrix/result.ts';
import { buildGrid, finding, HOSTILE, type GridScript } from './grids.ts';

/** The first error of the sample series, as gcc says it. */
export const ERROR = "implicit declaration of function 'kvm_get_kvm_safe'";

const broken = (message: string): Partial<StageResult> => ({
  verdict: 'fail',
  reason: `virt/kvm/vfio.c:57: ${message}`,
  findings: [
    finding('compile-error', message, { file: 'virt/kvm/vfio.c', line: 57 }),
    finding('warning', 'unused variable', { new: false }),
  ],
});

/** Two arches, eight columns, six patches and all six verdicts; the third subject and much of what is said is hostile. */
export function sampleGrid(): Grid {
  return buildGrid({ ...SAMPLE, tell: (patch, column) => tellSample(patch, column.id) });
}

/** The same, killed before the last patch. */
export function interruptedGrid(): Grid {
  return buildGrid({ ...SAMPLE, tell: (patch, { id }) => (patch === 6 ? 'not run yet' : tellSample(patch, id)) });
}

const SAMPLE: Omit<GridScript, 'tell'> = {
  arches: ['x86-64', 'arm64'],
  kvm: ['m', 'y'],
  vfio: ['m', 'n'],
  subjects: [
    'vfio: Wrap KVM helpers with CONFIG_KVM instead of CONFIG_HAVE_KVM',
    'vfio: KVM: Pass get/put helpers from KVM to VFIO',
    `KVM: ${HOSTILE}`,
    'KVM: Drop CONFIG_KVM_VFIO and just look at KVM+VFIO',
    'KVM: arm64: Move ARM specific headers',
    'KVM: Hide KVM internal data structures',
  ],
  lost: [5],
};

function tellSample(patch: number, column: string): ReturnType<GridScript['tell']> {
  if (column.startsWith('arm64/kvm=m')) return 'inexpressible';
  if (column === 'x86-64/kvm=y,vfio=n' && patch !== 5)
    return {
      vfio: {
        verdict: 'fail',
        reason: 'vfio.bind: EINVAL',
        findings: [finding('probe', 'vfio.bind: EINVAL', { new: false })],
      },
    };
  if (patch === 1) return 'proved';
  if (column.startsWith('x86-64/kvm=m') && patch === 2 && column.endsWith('n'))
    return { build: notRun('build', 'miss', 'ended by SIGKILL; out of memory?') };
  if (column.startsWith('x86-64/kvm=m') && (patch === 2 || patch === 3)) return { build: broken(ERROR) };
  if (column === 'arm64/kvm=y,vfio=m' && patch === 3)
    return { boot: { verdict: 'fail', reason: HOSTILE, findings: [finding('panic', HOSTILE)] } };
  if (column === 'arm64/kvm=y,vfio=n' && patch === 3)
    return { kvm: { verdict: 'error', reason: 'the probe planned 9 and reported 7 points' } };
  if (column.startsWith('arm64') && patch === 4)
    return {
      build: {
        verdict: 'warn',
        reason: '1 new warning: unused variable',
        findings: [finding('warning', `unused variable ${HOSTILE}`, { file: 'arch/arm64/kvm/arm.c', line: 3 })],
      },
    };
  return {};
}

/** As large as the seed case: the base and 26 patches on six arches with nine configs each. */
export function seedSizedGrid(): Grid {
  const subjects = Array.from(
    { length: 26 },
    (_, index) => `KVM: s390: Stop selecting and depending on HAVE_KVM, step ${index + 1} of a long way`,
  );
  return buildGrid({
    arches: ['x86-64', 'arm64', 's390x', 'mips', 'ppc64', 'riscv64'],
    kvm: ['m', 'y', 'n'],
    vfio: ['m', 'y', 'n'],
    subjects,
    tell: (patch, { arch, config }) => {
      if (config['KVM'] === 'm' && (arch === 'arm64' || arch === 'riscv64')) return 'inexpressible';
      if (arch === 'mips' && config['VFIO'] !== 'n') return { vfio: { verdict: 'skip', reason: 'no IOMMU on mips' } };
      if (patch >= 5 && patch < 12 && config['KVM'] === 'y') return { build: broken(ERROR) };
      if (arch === 's390x' && patch === 20) return { boot: notRun('boot', 'miss', 'qemu-system-s390x is not there') };
      if (arch === 'ppc64' && config['KVM'] === 'm' && patch >= 23)
        return {
          kvm: { verdict: 'fail', reason: 'kvm.load: ENOEXEC', findings: [finding('probe', 'kvm.load: ENOEXEC')] },
        };
      if (arch === 'x86-64' && patch === 8 && config['KVM'] === 'm')
        return { build: { verdict: 'warn', reason: '1 new warning: x', findings: [finding('warning', 'x')] } };
      return patch % 4 === 0 ? {} : 'proved';
    },
  });
}
