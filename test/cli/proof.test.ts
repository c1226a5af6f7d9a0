import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Stage } from '../../matrix/cell.ts';
import { parseReadSet, serializeReadSet } from '../../matrix/proof/read-set.ts';
import { FAKE_MATRIX, readGrid, runCli, verdicts } from '../support/cli.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

const MM = 'x86-64/kvm=m,vfio=m';

function args(kernel: FakeKernel, series: string, ...more: string[]): string[] {
  return ['run', '--series', series, '--tree', kernel.tree, '--matrix', FAKE_MATRIX, '--columns', MM, ...more];
}

function basis(kernel: FakeKernel, run: string, stage: Stage): string {
  const stages = readGrid(kernel.dir, run).cells.map((cell) => cell.stages.find((one) => one.stage === stage));
  return stages.map((one) => one?.basis).join(' ');
}

it('a patch that reaches nothing is settled without make, and explain says what was compared', async () => {
  using kernel = new FakeKernel({ 'other.txt': 'unknown\n' });
  kernel.commit('one: words', { 'Documentation/kvm.rst': 'words\n' });
  kernel.commit('two: real', { 'kvm.c': 'int kvm;\n// GUEST two\n' });
  kernel.commit('three: selftest', { 'tools/testing/selftests/kvm/x.c': 'int x;\n' });
  kernel.commit('four: who knows', { 'other.txt': 'still unknown\n' });
  const ran = await runCli(args(kernel, kernel.mbox()), { cwd: kernel.dir });
  expect(ran.code).toBe(0);
  expect(basis(kernel, 'run-0001', 'build')).toBe('ran proved ran proved ran');
  expect(basis(kernel, 'run-0001', 'vfio')).toBe('ran proved ran proved reused');
  expect(readGrid(kernel.dir).run.cost.makeCalls).toBe(4);
  const explain = async (row: string): Promise<string> =>
    (await runCli(['explain', `${row}/${MM}`], { cwd: kernel.dir })).stdout;
  expect(await explain('1')).toContain(`build      pass   proved, resting on 00/${MM}`);
  expect(await explain('1')).toContain('none of 1 changed path is among the 3 files that were read');
  expect(await explain('2')).toContain('done because: kvm.c was read for kvm.o');
  expect(await explain('4')).toContain('done because: nothing proves that the build does not read other.txt');
  expect(await explain('4')).toContain('image, modules, probe and machine are the same bytes');
});

it('a cell that is not there is told, with the nearest one', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', { 'kvm.c': 'int one;\n' });
  await runCli(args(kernel, kernel.mbox()), { cwd: kernel.dir });
  const ran = await runCli(['explain', '07/x86-64/kvm=m,vfio=m'], { cwd: kernel.dir });
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toContain('did you mean 0');
});

it('a failure is carried over what cannot mend it, and is not blamed twice', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: breaks', { 'kvm.c': 'int kvm;\n// BREAK no such thing\n' });
  kernel.commit('two: words', { 'Documentation/kvm.rst': 'words\n' });
  kernel.commit('three: a header that nobody is known to read', { 'new.h': '/* new */\n' });
  kernel.commit('four: mends', { 'kvm.c': 'int kvm;\n' });
  await runCli(args(kernel, kernel.mbox()), { cwd: kernel.dir });
  const grid = readGrid(kernel.dir);
  expect(basis(kernel, 'run-0001', 'build')).toBe('ran ran proved ran ran');
  expect([1, 2, 3, 4].map((row) => verdicts(grid, row, MM).split(' ')[1])).toEqual(['fail', 'fail', 'fail', 'pass']);
  expect(grid.blame.map(({ brokenBy, fixedBy }) => [brokenBy, fixedBy])).toEqual([[1, 4]]);
});

it('a new warning is told once, though the row behind it was not built', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: warns', { 'kvm.c': 'int kvm;\n// WARN unused variable\n' });
  kernel.commit('two: words', { 'Documentation/kvm.rst': 'words\n' });
  await runCli(args(kernel, kernel.mbox()), { cwd: kernel.dir });
  const grid = readGrid(kernel.dir);
  expect(verdicts(grid, 1, MM)).toBe('pass warn pass pass pass');
  expect(verdicts(grid, 2, MM)).toBe('pass pass pass pass pass');
  expect(grid.cells[2]?.stages[1]?.findings.map(({ message, new: fresh }) => [message, fresh])).toEqual([
    ['unused variable [-Wfake]', false],
  ]);
});

it('a new version of the series builds only from where it differs for the column', async () => {
  using kernel = new FakeKernel();
  const series = (second: string, words: string): string => {
    kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\n' });
    kernel.commit(`two: ${words}`, { 'Documentation/kvm.rst': `${words}\n` });
    kernel.commit('three', { 'vfio.c': second });
    kernel.commit('four', { 'kvm.c': 'int kvm;\nint four;\n' });
    return kernel.mbox();
  };
  const run = async (path: string): Promise<void> => {
    expect(await runCli(args(kernel, path), { cwd: kernel.dir })).toMatchObject({ code: 0 });
  };
  await run(series('int vfio;\nint three;\n', 'words'));
  await run(series('int vfio;\nint three;\n', 'other words'));
  expect(readGrid(kernel.dir, 'run-0002').run.cost.makeCalls).toBe(0);
  expect(basis(kernel, 'run-0002', 'build')).toBe('reused reused reused reused reused');
  await run(series('int vfio;\nint drei;\n', 'words'));
  expect(basis(kernel, 'run-0003', 'build')).toBe('reused reused reused ran ran');
  expect(basis(kernel, 'run-0003', 'configure')).toBe('reused reused reused proved proved');
});

it('patches that change nothing for the column may come and go between versions', async () => {
  using kernel = new FakeKernel();
  const real = (): void => void kernel.commit('real', { 'kvm.c': 'int kvm;\nint one;\n' });
  const words = (text: string): void => void kernel.commit(text, { [`Documentation/${text}.rst`]: 'words\n' });
  words('first');
  real();
  await runCli(args(kernel, kernel.mbox()), { cwd: kernel.dir });
  real();
  words('second');
  words('third');
  await runCli(args(kernel, kernel.mbox()), { cwd: kernel.dir });
  expect(basis(kernel, 'run-0002', 'build')).toBe('reused reused proved proved');
  expect(readGrid(kernel.dir, 'run-0002').run.cost.makeCalls).toBe(0);
});

it('a Kconfig file that changes without changing the config costs a question, and no build, then or later', async () => {
  using kernel = new FakeKernel();
  const kconfig = (comment: string): string => `# ${comment}\nMODULES bool\nKVM tristate\nVFIO tristate\nEXTRA bool\n`;
  const series = (words: string): string => {
    kernel.commit('one: a comment in Kconfig', { Kconfig: kconfig('one') });
    kernel.commit('two: words', { 'Documentation/kvm.rst': words });
    kernel.commit('three: Kconfig again', { Kconfig: kconfig('three') });
    return kernel.mbox();
  };
  await runCli(args(kernel, series('words\n')), { cwd: kernel.dir });
  expect(basis(kernel, 'run-0001', 'configure')).toBe('ran ran proved ran');
  expect(basis(kernel, 'run-0001', 'build')).toBe('ran proved proved proved');
  await runCli(args(kernel, series('other words\n')), { cwd: kernel.dir });
  expect(basis(kernel, 'run-0002', 'configure')).toBe('reused reused reused reused');
});

it('a run that was stopped half-way does not stand before one that came to its end', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\n' });
  const series = kernel.mbox();
  await runCli(args(kernel, series), { cwd: kernel.dir });
  await runCli(args(kernel, series), { cwd: kernel.dir });
  const journal = join(kernel.dir, 'kvm-matrix.out', 'runs', 'run-0002', 'events.jsonl');
  writeFileSync(journal, readFileSync(journal, 'utf8').split('\n').slice(0, 6).join('\n') + '\n');
  await runCli(args(kernel, series), { cwd: kernel.dir });
  expect(basis(kernel, 'run-0003', 'build')).toBe('reused reused');
});

it('without the read sets nothing is proved: make is asked', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: words', { 'Documentation/kvm.rst': 'words\n' });
  const series = kernel.mbox();
  await runCli(args(kernel, series, '--base', kernel.base), { cwd: kernel.dir });
  rmSync(join(kernel.dir, 'kvm-matrix.out', 'readsets'), { recursive: true });
  kernel.commit('one: other words', { 'Documentation/kvm.rst': 'other words\n' });
  kernel.commit('two: words', { 'Documentation/kvm.rst': 'words again\n' });
  await runCli(args(kernel, kernel.mbox(), '--base', kernel.base), { cwd: kernel.dir });
  expect(basis(kernel, 'run-0002', 'build')).toBe('reused ran proved');
});

it('an audit builds proved cells from clean, and finds nothing where the proofs hold', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: words', { 'Documentation/kvm.rst': 'words\n' });
  kernel.commit('two: warns', { 'kvm.c': 'int kvm;\n// WARN unused variable\n// GUEST two\n' });
  kernel.commit('three: words', { 'Documentation/vfio.rst': 'words\n' });
  const ran = await runCli(args(kernel, kernel.mbox(), '--audit', '100', '--base', kernel.base), { cwd: kernel.dir });
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain('audit   2 proved or reused cells built from clean, none differs');
  expect(readGrid(kernel.dir).run.audit).toEqual({ cells: 2, differing: [] });
});

it('an audit catches a proof from a read set that lacks a file, and the run fails with the evidence', async () => {
  using kernel = new FakeKernel();
  const series = (text: string): string => {
    kernel.commit('one', { 'vfio.c': 'int vfio;\nint one;\n' });
    kernel.commit('two', { 'kvm.c': text });
    return kernel.mbox();
  };
  await runCli(args(kernel, series('int kvm;\n// GUEST two\n')), { cwd: kernel.dir });
  forget(join(kernel.dir, 'kvm-matrix.out', 'readsets'), 'kvm.c');
  const ran = await runCli(args(kernel, series('int kvm;\n// BREAK no such thing\n'), '--audit', '100'), {
    cwd: kernel.dir,
  });
  expect(verdicts(readGrid(kernel.dir, 'run-0002'), 2, MM)).toBe('pass pass pass pass pass');
  expect(ran.code).toBe(70);
  expect(ran.stdout).toContain('1 DIFFER: a proof was wrong');
  expect(ran.stdout).toContain(`02/${MM}: the grid says pass; clean, fail: kvm.c:2: no such thing`);
});

it('a machine that cannot build from clean is told of, and accuses no proof', async () => {
  using kernel = new FakeKernel({ 'vfio.c': 'int vfio;\n// RUN case $PWD in */audit/*) kill -9 0;; esac\n' });
  kernel.commit('one: words', { 'Documentation/kvm.rst': 'words\n' });
  const ran = await runCli(args(kernel, kernel.mbox(), '--base', kernel.base, '--audit', '100'), { cwd: kernel.dir });
  expect(ran.stderr).toContain(`audit: 01/${MM} could not be built from clean: ended by SIGKILL`);
  expect([ran.code, readGrid(kernel.dir).run.audit]).toEqual([0, null]);
});

/** Takes one file out of every stored read set. */
function forget(dir: string, file: string): void {
  for (const name of readdirSync(dir)) {
    const reads = parseReadSet(gunzipSync(readFileSync(join(dir, name))).toString()) ?? expect.fail();
    const files = new Map([...reads.files].filter(([path]) => path !== file));
    writeFileSync(join(dir, name), gzipSync(serializeReadSet({ ...reads, files })));
  }
}
