import { appendFileSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAKE_MATRIX, readGrid, runCli, verdicts } from '../support/cli.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

it('without a series the base alone is walked, and the table tells every stage of every column', async () => {
  using kernel = new FakeKernel();
  const ran = await runCli(['run', '--tree', kernel.tree, '--matrix', FAKE_MATRIX], { cwd: kernel.dir });
  expect(ran.code).toBe(0);
  const grid = readGrid(kernel.dir);
  expect(grid.run.rows).toEqual([0]);
  expect(grid.cells.map(({ verdict }) => verdict)).toEqual(grid.columns.map(() => 'pass'));
  expect(ran.stdout).toMatch(/^column +configure build boot kvm vfio$/m);
  expect(ran.stdout).toMatch(/^x86-64\/kvm=y,vfio=n +\. +\. +\. +\. +\.$/m);
});

it('another machine is three lines of the matrix file', async () => {
  using kernel = new FakeKernel();
  const matrix = join(kernel.dir, 'variant.yaml');
  copyFileSync(FAKE_MATRIX, matrix);
  appendFileSync(matrix, '\n  made-up:\n    extends: x86-64\n    qemu: { cpu: EPYC }\n');
  const args = ['--matrix', matrix, '--columns', 'made-up/kvm=m,vfio=m'];
  const ran = await runCli(['run', '--tree', kernel.tree, ...args], { cwd: kernel.dir });
  expect(ran.code).toBe(0);
  expect(verdicts(readGrid(kernel.dir), 0, 'made-up/kvm=m,vfio=m')).toBe('pass pass pass pass pass');
  const repro = await runCli(['repro', '00/made-up/kvm=m,vfio=m'], { cwd: kernel.dir });
  expect(repro.stdout).toContain(' -cpu EPYC ');
});

it('plan --explain asks the Kconfig of the tree about every column, and builds nothing', async () => {
  using kernel = new FakeKernel();
  const args = ['plan', '--explain', '--tree', kernel.tree, '--matrix', FAKE_MATRIX];
  const ran = await runCli(args, { cwd: kernel.dir });
  expect(ran.stdout).toMatch(/^x86-64\/kvm=m,vfio=n {2}yes {2}KVM=m VFIO=n$/m);
  expect(ran.stdout).toContain('6 of 6 columns can be expressed.');
  expect(ran.code).toBe(0);
});
