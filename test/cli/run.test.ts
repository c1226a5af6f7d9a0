import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  FAKE_MATRIX,
  readEvents,
  readGrid,
  runCli,
  startCli,
  timeless,
  untilEvent,
  verdicts,
  type Running,
} from '../support/cli.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

const MM = 'x86-64/kvm=m,vfio=m';
const MN = 'x86-64/kvm=m,vfio=n';
const YM = 'x86-64/kvm=y,vfio=m';

/** Eight patches; 2 breaks VFIO=n (fixed by 3), 4 breaks modpost for KVM=m (fixed by 5), 6 a probe (fixed by 8). */
function plantedSeries(kernel: FakeKernel): string {
  kernel.commit('one: honest', { 'kvm.c': 'int kvm;\nint one;\n' });
  kernel.commit('two: breaks VFIO=n', { 'vfio.c': 'int vfio;\n// BREAK [VFIO=n] no stub\n' });
  kernel.commit('three: mends it', { 'vfio.c': 'int vfio;\nint stub;\n' });
  kernel.commit('four: breaks modpost', { 'kvm.c': 'int kvm;\n// LINK [KVM=m] not_exported\n' });
  kernel.commit('five: mends it', { 'kvm.c': 'int kvm;\n' });
  kernel.commit('six: leaks', { 'vfio.c': 'int vfio;\n// GUEST [KVM=m] fail vfio.dma EAGAIN\n' });
  kernel.commit('seven: documentation', { 'Documentation/kvm.rst': 'words\n' });
  kernel.commit('eight: mends it', { 'vfio.c': 'int vfio;\n' });
  return kernel.mbox('--cover-letter');
}

function runArgs(kernel: FakeKernel, series: string, ...more: string[]): string[] {
  return ['run', '--series', series, '--tree', kernel.tree, '--matrix', FAKE_MATRIX, '--jobs', '2', ...more];
}

/** A run that has just begun to build patch 1. */
async function startedBuilding(kernel: FakeKernel, args: readonly string[]): Promise<Running> {
  const running = startCli(args, { cwd: kernel.dir });
  await untilEvent(
    running,
    kernel.dir,
    (event) => event.type === 'stage-started' && event.cell === `01/${MM}` && event.stage === 'build',
  );
  return running;
}

it('blames each planted break on its patch, its stage and exactly its columns', async () => {
  using kernel = new FakeKernel();
  const ran = await runCli(runArgs(kernel, plantedSeries(kernel)), { cwd: kernel.dir });
  expect(ran.stderr).not.toContain('bug of ours');
  expect(ran.code).toBe(1);
  const grid = readGrid(kernel.dir);
  expect(grid.run.complete).toBe(true);
  const blame = grid.blame.map(({ stage, column, brokenBy, fixedBy }) => `${stage} ${column} ${brokenBy}-${fixedBy}`);
  const columns = (kvm: string[], vfio: string[]): string[] =>
    kvm.flatMap((k) => vfio.map((v) => `x86-64/kvm=${k},vfio=${v}`));
  expect(blame.toSorted()).toEqual(
    [
      ...columns(['m', 'y', 'n'], ['n']).map((column) => `build ${column} 2-3`),
      ...columns(['m'], ['m', 'n']).map((column) => `build ${column} 4-5`),
      ...columns(['m'], ['m', 'n']).map((column) => `vfio ${column} 6-8`),
    ].toSorted(),
  );
  expect(verdicts(grid, 2, MN)).toBe('pass fail skip skip skip');
  expect(verdicts(grid, 2, MM)).toBe('pass pass pass pass pass');
  expect(grid.blame.find(({ brokenBy }) => brokenBy === 2)?.message).toBe('vfio.c:2: no stub');
});

it('boots again only what differs, and names the cell that it rests on', async () => {
  using kernel = new FakeKernel();
  await runCli(runArgs(kernel, plantedSeries(kernel), '--columns', MM), { cwd: kernel.dir });
  const grid = readGrid(kernel.dir);
  const boot = (patch: number): unknown => {
    const { basis, from } =
      grid.cells.find((cell) => cell.patch === patch)?.stages.find(({ stage }) => stage === 'vfio') ?? {};
    return [basis, from];
  };
  expect(boot(6)).toEqual(['ran', null]);
  expect(boot(7)).toEqual(['proved', `06/${MM}`]);
});

it('does no work twice: a second run of the same thing calls no make', async () => {
  using kernel = new FakeKernel();
  const args = runArgs(kernel, plantedSeries(kernel), '--columns', YM);
  await runCli(args, { cwd: kernel.dir });
  await runCli(args, { cwd: kernel.dir });
  const [first, second] = [readGrid(kernel.dir), readGrid(kernel.dir, 'run-0002')];
  expect(first.run.cost.makeCalls).toBeGreaterThan(8);
  expect(second.run.cost.makeCalls).toBe(0);
  expect(second.cells.map(({ verdict }) => verdict)).toEqual(first.cells.map(({ verdict }) => verdict));
  expect(
    second.cells.every(({ stages }) =>
      stages.every(({ basis, from }) => basis === 'reused' && from?.startsWith('run-0001/')),
    ),
  ).toBe(true);
});

it('work/ may be thrown away between runs: what was judged is reused, the rest is built anew', async () => {
  using kernel = new FakeKernel();
  const args = runArgs(kernel, plantedSeries(kernel), '--columns', MM);
  await runCli([...args, '--patches', '1-3'], { cwd: kernel.dir });
  rmSync(join(kernel.dir, 'kvm-matrix.out/work'), { recursive: true });
  const ran = await runCli(args, { cwd: kernel.dir });
  expect(ran.code).toBe(1);
  const grid = readGrid(kernel.dir, 'run-0002');
  const basis = (patch: number): unknown => grid.cells.find((cell) => cell.patch === patch)?.stages[1]?.basis;
  expect([basis(0), basis(3), basis(4)]).toEqual(['reused', 'reused', 'ran']);
  expect(verdicts(grid, 8, MM)).toBe('pass pass pass pass pass');
});

it.each(['stage-started', 'stage-settled'] as const)(
  'a run that is killed at a %s goes on with --resume to the same grid',
  async (type) => {
    using kernel = new FakeKernel();
    const series = plantedSeries(kernel);
    const args = runArgs(kernel, series);
    expect(await runCli([...args, '--out', 'whole'], { cwd: kernel.dir })).toMatchObject({ code: 1 });
    const running = startCli(args, { cwd: kernel.dir });
    await untilEvent(running, kernel.dir, (event) => event.type === type && event.cell === `04/${MM}`);
    running.child.kill('SIGKILL');
    await running.ran;
    const killed = readEvents(kernel.dir).length;
    const ran = await runCli([...args, '--resume'], { cwd: kernel.dir });
    expect(ran.code).toBe(1);
    expect(readEvents(kernel.dir).length).toBeGreaterThan(killed);
    const whole = JSON.parse((await runCli(['show', '--out', 'whole', '--json'], { cwd: kernel.dir })).stdout) as never;
    expect(timeless(readGrid(kernel.dir))).toEqual(timeless(whole));
  },
);

it('a run that was killed right behind its configuration goes on, though nothing that new is trusted', async () => {
  using kernel = new FakeKernel();
  kernel.commit('slow', { 'kvm.c': '// SLOW 3\n' });
  const args = runArgs(kernel, kernel.mbox(), '--columns', MM);
  const running = await startedBuilding(kernel, args);
  running.child.kill('SIGKILL');
  await running.ran;
  const now = new Date();
  utimesSync(join(kernel.dir, 'kvm-matrix.out', 'work', 'build', 'x86-64-kvm-m-vfio-m', '.config'), now, now);
  const ran = await runCli([...args, '--resume'], { cwd: kernel.dir });
  expect(ran.code).toBe(0);
  expect(verdicts(readGrid(kernel.dir), 1, MM)).toBe('pass pass pass pass pass');
});

it('Ctrl-C stops cleanly with 130, leaves a grid, and --resume goes on', async () => {
  using kernel = new FakeKernel();
  kernel.commit('slow', { 'kvm.c': '// SLOW 30\n' });
  kernel.commit('quick', { 'kvm.c': 'int kvm;\n' });
  const args = runArgs(kernel, kernel.mbox(), '--columns', MM);
  const running = await startedBuilding(kernel, args);
  running.child.kill('SIGINT');
  const ran = await running.ran;
  expect(ran.code).toBe(130);
  expect(ran.stderr).toContain('--resume');
  expect(readGrid(kernel.dir).run.complete).toBe(false);
  expect(readEvents(kernel.dir).at(-1)).toMatchObject({ type: 'session-ended', how: 'interrupted' });
});

it('never writes to the tree: it may be read-only', async () => {
  using kernel = new FakeKernel();
  const series = plantedSeries(kernel);
  const before = kernel.git('status', '--porcelain') + kernel.git('for-each-ref');
  const digest = (): string =>
    execFileSync('sh', ['-c', 'find . -type f -printf "%p %T@ %s\\n" | sort | sha256sum'], {
      cwd: kernel.tree,
      encoding: 'utf8',
    });
  const stamp = digest();
  execFileSync('chmod', ['-R', 'a-w', kernel.tree]);
  const ran = await runCli(runArgs(kernel, series, '--columns', MM), { cwd: kernel.dir });
  expect(ran.code).toBe(1);
  expect(digest()).toBe(stamp);
  execFileSync('chmod', ['-R', 'u+w', kernel.tree]);
  expect(kernel.git('status', '--porcelain') + kernel.git('for-each-ref')).toBe(before);
});

it('a patch that does not apply is named with its hunk; those before it are judged, those behind it need it', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\n' });
  kernel.commit('two', { 'vfio.c': 'int vfio;\nint two;\n' });
  kernel.commit('three', { 'kvm.c': 'int kvm;\n' });
  const series = kernel.mbox();
  writeFileSync(series, readFileSync(series, 'utf8').replace('\n int vfio;', '\n int something_else;'));
  const ran = await runCli(runArgs(kernel, series, '--base', kernel.base, '--columns', MM), { cwd: kernel.dir });
  const grid = readGrid(kernel.dir);
  expect(ran.code).toBe(125);
  expect(ran.stderr).toContain('patch 2 does not apply: vfio.c:1 rejects');
  expect(verdicts(grid, 1, MM)).toBe('pass pass pass pass pass');
  expect(verdicts(grid, 2, MM)).toBe('miss skip skip skip skip');
  expect(grid.cells.find(({ patch }) => patch === 3)?.stages[0]?.reason).toBe('needs patch 2');
  expect(grid.blame).toEqual([]);
});

it('tells a warning that a patch brings from one that only moved', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: warns', { 'kvm.c': 'int kvm;\n// WARN unused variable\n' });
  kernel.commit('two: shifts it', { 'kvm.c': 'int kvm;\nint two;\n// WARN unused variable\n' });
  kernel.commit('three: elsewhere', { 'vfio.c': 'int vfio;\nint three;\n' });
  const ran = await runCli(runArgs(kernel, kernel.mbox(), '--columns', MM, '--stages', 'build'), { cwd: kernel.dir });
  const grid = readGrid(kernel.dir);
  const build = (patch: number): unknown =>
    grid.cells.find((cell) => cell.patch === patch)?.stages[1]?.findings.map(({ line, new: fresh }) => [line, fresh]);
  expect(ran.code).toBe(0);
  expect(verdicts(grid, 1, MM)).toBe('pass warn');
  expect([build(0), build(1), build(2), build(3)]).toEqual([[], [[2, true]], [[3, false]], [[3, false]]]);
});

it('a column that Kconfig cannot express is skipped with the reason, and is no pass', async () => {
  using kernel = new FakeKernel();
  kernel.commit('base of the series: KVM is bool', { Kconfig: 'MODULES bool\nKVM bool\nVFIO tristate\n' });
  const base = kernel.git('rev-parse', 'HEAD').trim();
  kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\n' });
  const ran = await runCli(['run', '--series', `${base}..HEAD`, '--tree', kernel.tree, '--matrix', FAKE_MATRIX], {
    cwd: kernel.dir,
  });
  expect(ran.stderr).not.toContain('hint:');
  expect(ran.code).toBe(0);
  const grid = readGrid(kernel.dir);
  expect(grid.columns.filter(({ expressible }) => expressible === false).map(({ id, reason }) => [id, reason])).toEqual(
    [
      [MM, 'KVM is bool, it cannot be m'],
      [MN, 'KVM is bool, it cannot be m'],
    ],
  );
  expect(verdicts(grid, 1, MM)).toBe('skip skip skip skip skip');
  expect(verdicts(grid, 1, YM)).toBe('pass pass pass pass pass');
});

it('a patch that breaks Kconfig, or takes a column away, is blamed for it', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: KVM becomes bool', { Kconfig: 'MODULES bool\nKVM bool\nVFIO tristate\nEXTRA bool\n' });
  kernel.commit('two: syntax', { Kconfig: 'BROKEN\n' });
  kernel.commit('three: mends', { Kconfig: 'MODULES bool\nKVM tristate\nVFIO tristate\nEXTRA bool\n' });
  await runCli(runArgs(kernel, kernel.mbox()), { cwd: kernel.dir });
  const blame = readGrid(kernel.dir).blame.filter(({ column }) => column === MM || column === YM);
  expect(
    blame.map(({ column, stage, brokenBy, fixedBy, message }) => [column, stage, brokenBy, fixedBy, message]),
  ).toEqual([
    [MM, 'configure', 1, 3, 'KVM is bool, it cannot be m'],
    [YM, 'configure', 2, 3, 'Kconfig:1: syntax error'],
  ]);
});

it('words accuse the kernel: a panic, a hang and a silence behind a base that spoke are fails', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one: panics', { 'kvm.c': '// GUEST panic\n' });
  kernel.commit('two: hangs in kvm', { 'kvm.c': '// GUEST hang kvm\n' });
  kernel.commit('three: says nothing', { 'kvm.c': '// GUEST silent\n' });
  const ran = await runCli(runArgs(kernel, kernel.mbox(), '--columns', MM), { cwd: kernel.dir });
  const grid = readGrid(kernel.dir);
  expect(ran.code).toBe(1);
  expect(verdicts(grid, 1, MM)).toBe('pass pass fail skip skip');
  expect(verdicts(grid, 2, MM)).toBe('pass pass pass fail skip');
  expect(verdicts(grid, 3, MM)).toBe('pass pass fail skip skip');
  expect(grid.cells.find(({ patch }) => patch === 2)?.stages[3]?.reason).toContain(
    'silent for 4 s; last line: ok 2 kvm.load',
  );
});
