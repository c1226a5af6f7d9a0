import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAKE_BIN, FAKE_MATRIX, readGrid, runCli, verdicts, type Ran } from '../support/cli.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

const MM = 'x86-64/kvm=m,vfio=m';

function oneHonestPatch(kernel: FakeKernel): string {
  kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\n' });
  return kernel.mbox();
}

function run(kernel: FakeKernel, series: string, more: readonly string[] = [], path?: string): Promise<Ran> {
  const args = ['run', '--series', series, '--tree', kernel.tree, '--matrix', FAKE_MATRIX, '--columns', MM, ...more];
  return runCli(args, { cwd: kernel.dir, ...(path === undefined ? {} : { path }) });
}

/** A PATH with the fake tools and the system's, except the ones named. */
function pathWithout(kernel: FakeKernel, ...programs: string[]): string {
  const bin = join(kernel.dir, 'bin');
  mkdirSync(bin);
  const system = [
    'git',
    'make',
    'sh',
    'cpio',
    'find',
    'touch',
    'mv',
    'cp',
    'cat',
    'sort',
    'sed',
    'grep',
    'cmp',
    'cut',
    'head',
    'tail',
    'mkdir',
    'rm',
    'basename',
    'sleep',
    'mkfifo',
    'xz',
  ];
  for (const program of system)
    symlinkSync(execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(), join(bin, program));
  for (const program of ['gcc', 'x86_64-linux-gnu-gcc', 'qemu-system-x86_64'])
    symlinkSync(join(FAKE_BIN, program), join(bin, program));
  for (const program of programs) execFileSync('rm', [join(bin, program)]);
  return bin;
}

it.each([
  ['an unknown key', 'axes:', 'axis:', /^kvm-matrix: bad\.yaml:2:1: unknown key "axis"; did you mean "axes"\?$/m],
  ['an unknown fragment', '[boot]', '[boto]', /bad\.yaml:5:\d+: unknown fragment "boto"; did you mean "boot"\?/],
  ['a YAML error', 'axes:', 'axes: [', /^kvm-matrix: bad\.yaml:\d+:\d+: /m],
])('a matrix file with %s is told with its place, and nothing runs', async (_what, from, to, sentence) => {
  using kernel = new FakeKernel();
  const bad = join(kernel.dir, 'bad.yaml');
  writeFileSync(bad, readFileSync(FAKE_MATRIX, 'utf8').replace(from, to));
  const ran = await run(kernel, oneHonestPatch(kernel), ['--matrix', bad]);
  expect(ran.stderr).toMatch(sentence);
  expect(ran.stderr).toContain('hint:');
  expect(ran.code).toBe(2);
});

it('a truncated mbox is told as such, with the hunk that is cut short', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\nint two;\nint three;\n' });
  const series = kernel.mbox('--no-signature');
  const text = readFileSync(series, 'utf8');
  writeFileSync(series, text.slice(0, text.indexOf('+int two;')));
  const ran = await run(kernel, series);
  expect(ran.stderr).toContain('series.mbox: in patch 1 the hunk "@@ -1 +1,4 @@" of kvm.c is cut short');
  expect(ran.code).toBe(2);
});

it('an mbox that lost a part says which', async () => {
  using kernel = new FakeKernel();
  for (const name of ['a', 'b', 'c']) kernel.commit(name, { [`${name}.c`]: `int ${name};\n` });
  const series = kernel.mbox();
  const mails = readFileSync(series, 'utf8').split(/^(?=From [0-9a-f]{40} )/m);
  writeFileSync(series, [mails[0], mails[2]].join(''));
  const ran = await run(kernel, series);
  expect(ran.stderr).toContain('patch 2 of 3 is missing');
  expect(ran.code).toBe(2);
});

it.each([
  ['no file', 'nowhere.mbox', /nowhere\.mbox: there is no such file/],
  ['an empty file', 'empty', /there is no patch in the series|is no mailbox/],
  ['a file of noise', 'noise', /there is no patch in the series|is no mailbox/],
  ['a range of unknown commits', 'v1..v2', /the tree has no commit v1/],
])('%s is no series', async (_what, series, sentence) => {
  using kernel = new FakeKernel();
  writeFileSync(join(kernel.dir, 'empty'), '');
  writeFileSync(
    join(kernel.dir, 'noise'),
    Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)),
  );
  const ran = await run(kernel, series);
  expect(ran.stderr).toMatch(sentence);
  expect(ran.stderr).not.toContain('    at ');
  expect(ran.code).toBe(2);
});

it('a missing compiler is the machine: miss, 125, and the hint how to get it', async () => {
  using kernel = new FakeKernel();
  const ran = await run(kernel, oneHonestPatch(kernel), [], pathWithout(kernel, 'x86_64-linux-gnu-gcc'));
  const grid = readGrid(kernel.dir);
  expect(ran.code).toBe(125);
  expect(verdicts(grid, 1, MM)).toBe('miss skip skip skip skip');
  expect(grid.cells[0]?.stages[0]?.reason).toBe('x86_64-linux-gnu-gcc is not installed; `kvm-matrix setup` brings it');
  expect(grid.blame).toEqual([]);
});

it('a missing QEMU is the machine: everything up to the build is judged, and --resume boots it later', async () => {
  using kernel = new FakeKernel();
  const series = oneHonestPatch(kernel);
  const ran = await run(kernel, series, [], pathWithout(kernel, 'qemu-system-x86_64'));
  expect(ran.code).toBe(125);
  expect(verdicts(readGrid(kernel.dir), 1, MM)).toBe('pass pass miss skip skip');
  const later = await run(kernel, series, ['--resume']);
  expect(later.code).toBe(0);
  expect(verdicts(readGrid(kernel.dir), 1, MM)).toBe('pass pass pass pass pass');
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('skipping what needs a full disk: only root can mount a small one\n');
it.skipIf(!isRoot)(
  `a full disk is the machine${isRoot ? '' : ' (skipped: only root can mount a small disk)'}`,
  async () => {
    using kernel = new FakeKernel();
    kernel.commit('one: writes a lot', {
      'kvm.c': '// RUN head -c 64M /dev/zero > big || echo "cc1: error: big: No space left on device"\n',
    });
    const series = kernel.mbox();
    const disk = join(kernel.dir, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
    try {
      const ran = await run(kernel, series, ['--out', join(disk, 'out')]);
      expect(ran.stderr).toMatch(/no space left on the disk/i);
      expect(ran.stderr).toContain('--resume');
      expect(ran.code).toBe(125);
    } finally {
      execFileSync('umount', [disk]);
    }
  },
);

it('a compiler that the kernel kills for memory is the machine, not the patch', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', {
    'kvm.c': '// BREAK out of luck\n// RUN echo "gcc: fatal error: Killed signal terminated program cc1"\n',
  });
  const ran = await run(kernel, kernel.mbox());
  expect(ran.code).toBe(125);
  expect(verdicts(readGrid(kernel.dir), 1, MM)).toBe('pass miss skip skip skip');
});

it('a make that fails in unknown words is our error, not a fail of the kernel', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', { 'scripts/image.sh': 'echo strange things happen; exit 3\n' });
  const ran = await run(kernel, kernel.mbox());
  expect(ran.code).toBe(125);
  expect(verdicts(readGrid(kernel.dir), 1, MM)).toBe('pass error skip skip skip');
});

it('an output directory that is not ours to write is told', async () => {
  using kernel = new FakeKernel();
  const file = join(kernel.dir, 'file');
  writeFileSync(file, '');
  chmodSync(file, 0o444);
  const ran = await run(kernel, oneHonestPatch(kernel), ['--out', join(file, 'out')]);
  expect(ran.stderr).toMatch(/file\/out cannot be written/);
  expect(ran.code).toBe(125);
});

it.each([
  [['run'], /required option '--tree/],
  [['frobnicate'], /unknown command 'frobnicate'/],
  [['run', '--series', 'x', '--tree', 'y', '--jobs', 'many'], /whole number/],
  [['plan', '--series', 'x', '--columns', 'x86-64/kvm=m,vfio=x'], /did you mean "x86-64\/kvm=m,vfio=/],
  [['plan', '--series', 'x', '--stages', 'bulid'], /unknown stage "bulid".*\n.*did you mean "build"/],
  [['show'], /there is no run in/],
])('%j is a usage error', async (args, sentence) => {
  using kernel = new FakeKernel();
  const ran = await runCli(args, { cwd: kernel.dir });
  expect(ran.stderr).toMatch(sentence);
  expect(ran.code).toBe(2);
});
