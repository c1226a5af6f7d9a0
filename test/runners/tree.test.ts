import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSeries } from '../../runners/series/intake.ts';
import { applySeries } from '../../runners/tree/apply.ts';
import { findBase } from '../../runners/tree/base.ts';
import { openLane } from '../../runners/tree/lane.ts';
import { openRepository, type Repository } from '../../runners/tree/repository.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

function open(kernel: FakeKernel, tree = kernel.tree): Promise<Repository> {
  return openRepository(tree, join(kernel.dir, 'repos'));
}

/** The source without git, as a distribution ships it: a hidden file, a symbolic link, an executable. */
function plainSource(kernel: FakeKernel): string {
  const dir = join(kernel.dir, 'linux-6.12');
  cpSync(kernel.tree, dir, { recursive: true });
  rmSync(join(dir, '.git'), { recursive: true });
  execFileSync('sh', ['-c', 'ln -s kvm.c link.c; chmod +x scripts/build.sh; : > empty'], { cwd: dir });
  return dir;
}

it('a directory and a tarball of the same source are the same commit, with every file, link and mode', async () => {
  using kernel = new FakeKernel();
  const dir = plainSource(kernel);
  const tarball = join(kernel.dir, 'linux.tar.xz');
  execFileSync('tar', ['-C', kernel.dir, '-cJf', tarball, 'linux-6.12']);
  const [fromDir, fromTar] = [await open(kernel, dir), await open(kernel, tarball)];
  expect(fromTar.head).toBe(fromDir.head);
  const listing = execFileSync('git', ['--git-dir', fromTar.gitDir, 'ls-tree', '-r', fromTar.head], {
    encoding: 'utf8',
  });
  expect(listing).toMatch(/^100644 blob \w+\t\.gitignore$/m);
  expect(listing).toMatch(/^100755 blob \w+\tscripts\/build\.sh$/m);
  expect(listing).toMatch(/^120000 blob \w+\tlink\.c$/m);
});

it('a tarball that is cut short is told as damaged', async () => {
  using kernel = new FakeKernel();
  const tarball = join(kernel.dir, 'linux.tar.xz');
  execFileSync('tar', ['-C', kernel.dir, '-cJf', tarball, 'linux']);
  writeFileSync(tarball, readFileSync(tarball).subarray(0, 900));
  await expect(open(kernel, tarball)).rejects.toThrow(/damaged/);
});

it('the base is the newest commit on which every pre-image blob matches, wherever the head is', async () => {
  using kernel = new FakeKernel();
  const base = kernel.commit('before the series', { 'kvm.c': 'int kvm;\nint old;\n' });
  kernel.commit('the patch', { 'kvm.c': 'int kvm;\nint old;\nint added;\n' });
  const file = join(kernel.dir, 'one.mbox');
  writeFileSync(file, kernel.git('format-patch', '--stdout', '-1'));
  kernel.commit('later work', { 'kvm.c': 'int all_new;\n' });
  const { series } = await readSeries(file, undefined);
  expect(await findBase(await open(kernel), series, undefined)).toEqual({
    commit: base,
    how: 'the newest commit on which all 1 pre-image blobs match',
  });
});

it('base-commit: wins when the tree has it; else --base; and it is an error when nothing fits', async () => {
  using kernel = new FakeKernel();
  kernel.commit('the patch', { 'kvm.c': 'int kvm;\nint added;\n' });
  const file = kernel.mbox(`--base=${kernel.base}`);
  const { series } = await readSeries(file, undefined);
  const repo = await open(kernel);
  expect(series.baseCommit).toBe(kernel.base);
  expect((await findBase(repo, series, 'HEAD')).how).toMatch(/^base-commit: of the series/);
  const elsewhere = { ...series, baseCommit: 'f'.repeat(40) };
  expect((await findBase(repo, elsewhere, 'HEAD')).how).toMatch(/^--base HEAD; base-commit: f{12} is not in the tree/);
  kernel.git('commit', '--quiet', '--amend', '--allow-empty', '-m', 'other root');
  const stray = {
    ...elsewhere,
    patches: series.patches.map((patch) => ({
      ...patch,
      files: patch.files.map((one) => ({ ...one, preBlob: 'abcdef1' })),
    })),
  };
  await expect(findBase(repo, stray, undefined)).rejects.toThrow(/no base found/);
});

it('the same series on the same base gives the same commit ids, in another repository and at another time', async () => {
  using kernel = new FakeKernel();
  kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\n' });
  kernel.commit('two: äöü', { 'new/file.c': 'int two;\n' });
  const { series } = await readSeries(kernel.mbox('--cover-letter'), undefined);
  const first = await applySeries(await open(kernel), series, kernel.base);
  const second = await applySeries(await openRepository(kernel.tree, join(kernel.dir, 'other')), series, kernel.base);
  expect(first.map(({ commit }) => commit)).toEqual(second.map(({ commit }) => commit));
  expect(first.every(({ commit, note }) => commit !== null && note === null)).toBe(true);
});

it('a patch that only fits with a three-way merge is applied, and the note says so', async () => {
  using kernel = new FakeKernel();
  const lines = (...added: string[]): string =>
    ['int a;', 'int b;', 'int c;', ...added, 'int d;', 'int e;', ''].join('\n');
  kernel.commit('old base', { 'kvm.c': lines() });
  const patch = kernel.commit('the patch', { 'kvm.c': lines('int added;') });
  const file = join(kernel.dir, 'one.mbox');
  writeFileSync(file, kernel.git('format-patch', '--stdout', '-1', patch));
  kernel.git('reset', '--quiet', '--hard', 'HEAD~1');
  const moved = kernel.commit('context changed', { 'kvm.c': lines().replace('int e;', 'int changed;') });
  const { series } = await readSeries(file, undefined);
  const [facts] = await applySeries(await open(kernel), series, moved);
  expect(facts).toMatchObject({ note: 'applied with a 3-way merge' });
});

it('a lane writes only what differs, heals what a crash left, and holds no .git', async () => {
  using kernel = new FakeKernel();
  const next = kernel.commit('one', { 'kvm.c': 'int kvm;\nint one;\n' });
  const { gitDir } = await open(kernel);
  const dir = join(kernel.dir, 'lane');
  const lane = await openLane(gitDir, dir, () => undefined);
  await lane.checkout(kernel.base);
  const stamp = (name: string): string =>
    execFileSync('stat', ['-c', '%y', name], { cwd: lane.source, encoding: 'utf8' });
  const [kvm, vfio] = [stamp('kvm.c'), stamp('vfio.c')];
  await lane.checkout(next);
  expect(stamp('vfio.c')).toBe(vfio);
  expect(stamp('kvm.c')).not.toBe(kvm);
  writeFileSync(join(lane.source, 'half-written.c'), 'int stray;\n');
  rmSync(join(lane.source, 'vfio.c'));
  writeFileSync(join(dir, 'index.lock'), '');
  await (await openLane(gitDir, dir, () => undefined)).checkout(kernel.base);
  expect(execFileSync('ls', ['-A'], { cwd: lane.source, encoding: 'utf8' })).toBe(
    execFileSync('ls', ['-A', '-I', '.git'], { cwd: kernel.tree, encoding: 'utf8' }),
  );
  expect(readFileSync(join(lane.source, 'kvm.c'), 'utf8')).toBe('int kvm;\n');
});

it('files that a clone lacks are left out, and the user is told', async () => {
  using kernel = new FakeKernel();
  const blob = kernel.git('rev-parse', 'HEAD:vfio.c').trim();
  rmSync(join(kernel.tree, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
  const notes: string[] = [];
  const { gitDir } = await open(kernel);
  const lane = await openLane(gitDir, join(kernel.dir, 'lane'), (note) => void notes.push(note));
  await lane.checkout(kernel.base);
  expect(notes).toEqual(['1 files are not in the repository and are left out: vfio.c']);
  expect(readFileSync(join(lane.source, 'kvm.c'), 'utf8')).toBe('int kvm;\n');
});
