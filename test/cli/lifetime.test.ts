import { expect, it } from 'vitest';
import { FAKE_MATRIX, readGrid, runCli, verdicts } from '../support/cli.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

const MM = 'x86-64/kvm=m,vfio=m';
const HOLE = '// GUEST [KVM=m] fail vfio.unload-held.kvm-amd was unloaded while VFIO holds the VM\n';

function run(kernel: FakeKernel, series: string, column = MM): Promise<unknown> {
  const args = ['run', '--series', series, '--tree', kernel.tree, '--matrix', FAKE_MATRIX, '--columns', column];
  return runCli(args, { cwd: kernel.dir });
}

function blame(kernel: FakeKernel): string[] {
  return readGrid(kernel.dir).blame.map(
    ({ stage, checks, brokenBy, fixedBy }) => `${stage} ${checks.join('+')} ${brokenBy}-${fixedBy}`,
  );
}

it('a hole of the base is a warning on every row; the patch that opens another one is blamed for that one alone', async () => {
  using kernel = new FakeKernel({ 'vfio.c': `int vfio;\n${HOLE}` });
  kernel.commit('one: honest', { 'kvm.c': 'int kvm;\nint one;\n' });
  kernel.commit('two: lets kvm.ko go as well', {
    'kvm.c': 'int kvm;\n// GUEST [KVM=m] fail vfio.unload-held.kvm was unloaded while VFIO holds the VM\n',
  });
  kernel.commit('three: pins it again', { 'kvm.c': 'int kvm;\n' });
  await run(kernel, kernel.mbox());
  const grid = readGrid(kernel.dir);
  expect([0, 1, 2, 3].map((row) => verdicts(grid, row, MM).split(' ').at(-1))).toEqual([
    'warn',
    'warn',
    'fail',
    'warn',
  ]);
  expect(blame(kernel)).toEqual(['vfio vfio.unload-held.kvm-amd 0-null', 'vfio vfio.unload-held.kvm 2-3']);
  expect(grid.cells[1]?.stages.at(-1)?.reason).toMatch(/^pre-existing: vfio\.unload-held\.kvm-amd: was unloaded/);
});

it('how a kernel dies of a hole that its base has is held against nobody', async () => {
  using kernel = new FakeKernel({ 'vfio.c': `int vfio;\n${HOLE}// GUEST [KVM=m] die unloading\n` });
  kernel.commit('one: honest', { 'kvm.c': 'int kvm;\nint one;\n' });
  await run(kernel, kernel.mbox());
  expect(verdicts(readGrid(kernel.dir), 1, MM)).toBe('pass pass pass pass warn');
  expect(blame(kernel)).toEqual(['vfio vfio.unload-held.kvm-amd+vfio.unload-held.survives 0-null']);
});

it('a patch that changes who pins whom gets a warning, with both counts', async () => {
  using kernel = new FakeKernel({ 'vfio.c': 'int vfio;\n// GUEST [KVM=m] references device: kvm 2 kvm_amd 1\n' });
  kernel.commit('one: pins it twice', { 'vfio.c': 'int vfio;\n// GUEST [KVM=m] references device: kvm 3 kvm_amd 1\n' });
  await run(kernel, kernel.mbox());
  const reason = readGrid(kernel.dir).cells[1]?.stages.at(-1)?.reason;
  expect(reason).toBe('module references with device open: kvm 3 kvm_amd 1, on the base kvm 2 kvm_amd 1');
});

it('without modules there is nothing to unload, and no second boot', async () => {
  using kernel = new FakeKernel({ 'vfio.c': `int vfio;\n${HOLE}` });
  kernel.commit('one: honest', { 'kvm.c': 'int kvm;\nint one;\n' });
  await run(kernel, kernel.mbox(), 'x86-64/kvm=y,vfio=m');
  expect(verdicts(readGrid(kernel.dir), 0, 'x86-64/kvm=y,vfio=m')).toBe('pass pass pass pass pass');
});
