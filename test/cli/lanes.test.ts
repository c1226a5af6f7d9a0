import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAKE_MATRIX, readEvents, readGrid, runCli, timeless, verdicts } from '../support/cli.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

const MM = 'kvm=m,vfio=m';

/** The fake matrix with one more arch. */
function twoArches(kernel: FakeKernel): string {
  const file = join(kernel.dir, 'matrix.yaml');
  writeFileSync(file, `${readFileSync(FAKE_MATRIX, 'utf8')}  other: { extends: x86-64 }\n`);
  return file;
}

function args(kernel: FakeKernel, series: string, ...more: string[]): string[] {
  return ['run', '--series', series, '--tree', kernel.tree, '--matrix', twoArches(kernel), ...more];
}

it('two lanes come to the grid that one comes to', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: breaks VFIO=n', { 'vfio.c': 'int vfio;\n// BREAK [VFIO=n] no stub\n' });
  kernel.commit('two: leaks', { 'vfio.c': 'int vfio;\n// GUEST [KVM=m] fail vfio.dma EAGAIN\n' });
  const series = kernel.mbox();
  const grids: unknown[] = [];
  for (const jobs of ['1', '2']) {
    await runCli(args(kernel, series, '--jobs', jobs, '--out', `jobs-${jobs}`), { cwd: kernel.dir });
    const { stdout } = await runCli(['show', '--out', `jobs-${jobs}`, '--json'], { cwd: kernel.dir });
    grids.push(timeless(JSON.parse(stdout) as never));
  }
  expect(grids[1]).toEqual(grids[0]);
  const lanes = (out: string): string[] => readdirSync(join(kernel.dir, out, 'work/lanes')).toSorted();
  expect([lanes('jobs-1'), lanes('jobs-2')]).toEqual([['x86-64'], ['other', 'x86-64']]);
});

it('what another lane left in O= is not taken for up to date, though its files are older here', async () => {
  using kernel = new FakeKernel();
  const [both, other] = [`*/${MM}`, `other/${MM}`];
  const walked = async (columns: string, path: string, text: string): Promise<string> => {
    kernel.commit('one', { [path]: text });
    const more = ['--jobs', '1', '--columns', columns];
    return (await runCli(args(kernel, kernel.mbox(), ...more), { cwd: kernel.dir })).stderr;
  };
  await walked(both, 'vfio.c', 'int vfio;\nint one;\n');
  const second = await walked(other, 'kvm.c', 'int kvm;\n// GUEST fail vfio.dma EAGAIN\n');
  const third = await walked(both, 'vfio.c', 'int vfio;\nint three;\n');
  expect(verdicts(readGrid(kernel.dir, 'run-0002'), 1, other)).toBe('pass pass pass pass fail');
  expect(verdicts(readGrid(kernel.dir, 'run-0003'), 1, other)).toBe('pass pass pass pass pass');
  for (const stderr of [second, third]) expect(stderr).toContain(`01/${other}: begins anew`);
  expect(third).not.toContain(`01/x86-64/${MM}: begins anew`);
});

it('an error in one lane ends the other behind the row that it is in', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', { 'kvm.c': 'int kvm;\n// GUEST one\n' });
  const lanes = join(kernel.dir, 'kvm-matrix.out', 'work', 'lanes');
  mkdirSync(lanes, { recursive: true });
  writeFileSync(join(lanes, 'other'), 'no directory');
  const ran = await runCli(args(kernel, kernel.mbox(), '--jobs', '2'), { cwd: kernel.dir });
  expect(ran.stderr).toContain(join(lanes, 'other'));
  expect([0, 1]).not.toContain(ran.code);
  const rows = readEvents(kernel.dir).flatMap((event) => (event.type === 'stage-started' ? [event.cell[1]] : []));
  expect(rows).not.toContain('1');
});
