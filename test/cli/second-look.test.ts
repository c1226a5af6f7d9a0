import { expect, it } from 'vitest';
import { FAKE_MATRIX, readGrid, runCli, verdicts } from '../support/cli.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

const MM = 'x86-64/kvm=m,vfio=m';

async function walked(kernel: FakeKernel): Promise<number | null> {
  const args = ['run', '--series', kernel.mbox(), '--tree', kernel.tree, '--matrix', FAKE_MATRIX, '--columns', MM];
  return (await runCli(args, { cwd: kernel.dir })).code;
}

it('a boot that fails once and not again is a warning, and blames nobody', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: unlucky', { 'kvm.c': 'int kvm;\n// GUEST [KVM=m] panic once\n' });
  expect(await walked(kernel)).toBe(0);
  const grid = readGrid(kernel.dir);
  expect(verdicts(grid, 1, MM)).toBe('pass pass warn pass pass');
  expect(grid.cells[1]?.stages[2]?.reason).toBe('failed in one of two boots: Kernel panic - not syncing: once');
  expect(grid.blame).toEqual([]);
});

it('one that fails twice is a failure', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: broken', { 'kvm.c': 'int kvm;\n// GUEST [KVM=m] panic\n' });
  expect(await walked(kernel)).toBe(1);
  expect(verdicts(readGrid(kernel.dir), 1, MM)).toBe('pass pass fail skip skip');
});
