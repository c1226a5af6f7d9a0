import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../matrix/proof/change.ts';
import { sameWords, type Doubts } from '../../matrix/replay/doubts.ts';
import { objectList } from '../../matrix/replay/objects.ts';
import type { BuildJob } from '../../runners/rebuild/build-job.ts';
import { doubtsOf, unreadOf } from '../../runners/rebuild/doubts.ts';
import type { Made } from '../../runners/kbuild/made.ts';
import { collectReads } from '../../runners/kbuild/read-set.ts';
import { buildForTests } from '../support/compile-once.ts';
import { buildFixdep } from '../support/fixdep.ts';
import { write } from '../support/files.ts';
import { kernelSource } from '../support/kernel-source.ts';

/* A record that is kept is what the real fixdep would write. */

const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-fixdep-'));
const why = kernelSource() === null ? ' (skipped: no linux-source package in /usr/src)' : '';
let launcher = '';

beforeAll(() => {
  if (why !== '') return;
  launcher = buildForTests([]);
  buildFixdep(dir);
}, 180_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const COMMAND = ': > a.o';
const PARTS = ['CONFIG_A', 'CONFIG_B', 'CONFIG_A_MODULE', 'CONFIG_', 'CONFIG__MODULE', 'CONFIG_MODULE', 'CONFIG_é'];
const REST = ['X', '_', '1', ' ', '\n', '\0', 'é', '\u00FF', '/* ', 'config_c', '-', '(', '_MODULE', 'CONFIG'];
const text = fc.array(fc.constantFrom(...PARTS, ...REST), { maxLength: 8 }).map((parts) => `${parts.join('')}\n`);

/** The object is the same again; a depfile is there. */
function replay(doubts: readonly string[]): void {
  const command = { target: 'a.o', recorded: COMMAND, tail: '' };
  const { bytes, offsets } = objectList('src', doubts, [{ command, depfile: '.a.o.d' }]);
  write(dir, { objects: bytes.toString() });
  execFileSync(launcher, ['--object', 'objects', String(offsets[0]), '0'], { cwd: dir });
}

/** All three texts of a tree. */
const texts = fc.tuple(text, text, text);
const NAMES = ['a.c', 'a.h', 'b.h'] as const;

function put(tree: readonly string[]): void {
  for (const [index, name] of NAMES.entries()) write(dir, { [`src/${name}`]: tree[index] ?? '' });
}

function fixdep(): string {
  const [, ...names] = [...NAMES];
  write(dir, {
    '.a.o.d': `a.o: src/a.c include/generated/autoconf.h \\\n ${[...names, 'a.h'].map((name) => `src/${name}`).join(' \\\n ')}\n`,
  });
  return execFileSync(join(dir, 'scripts/basic/fixdep'), ['.a.o.d', 'a.o', COMMAND], { cwd: dir, encoding: 'latin1' });
}

it.skipIf(why !== '')(`a record is what it would write, whether it was asked or not${why}`, () => {
  let kept = 0;
  const again = fc.property(texts, fc.nat(2), text, (before, at, changed) => {
    put(before);
    write(dir, { 'a.o': '', '.a.o.cmd': fixdep() });
    put(before.with(at, changed));
    const now = fixdep();
    const doubts = sameWords(before[at] ?? '', changed) ? [] : [`src/${NAMES[at]}`];
    kept += doubts.length === 0 ? 1 : 0;
    replay(doubts);
    expect(readFileSync(join(dir, '.a.o.cmd'), 'latin1')).toBe(now);
  });
  fc.assert(again, { numRuns: 300 });
  expect(kept).toBeGreaterThan(5);
});

/** What is doubted of O= whose records name a.h, b.h and c.h, from texts before and after; null for no file. */
function doubt(
  trees: Readonly<Record<string, readonly [string | null, string | null]>>,
  unread: string[],
  isKnown?: (digest: string) => boolean,
): Promise<Doubts> {
  const build = join(dir, 'build');
  write(build, { '.x.o.cmd': `deps_x.o := ${['a.h', 'b.h', 'c.h'].map((name) => join(dir, name)).join(' ')}\n` });
  collectReads(dir, build, 'x86');
  const changes = Object.entries(trees).map(([path, [before, after]]): Change => {
    return { path, how: before === null ? 'appeared' : after === null ? 'vanished' : 'modified' };
  });
  const textAt = (tree: string, path: string): Promise<string | null> =>
    Promise.resolve(trees[path]?.[tree === 'old' ? 0 : 1] ?? null);
  const job = { place: { source: dir, build }, differences: { text: textAt }, inputs: { tree: 'new' } };
  const made = { tree: 'old', unread: unread.map((path) => ({ path, symbols: [] })) };
  return doubtsOf(job as unknown as BuildJob, made as unknown as Made, changes, isKnown);
}

it('a file is doubted that names other symbols, comes or goes, or was not read anew', async () => {
  const known = (): boolean => true;
  expect(await doubt({ 'a.h': ['CONFIG_A\n', '// CONFIG_A\n'] }, [], known)).toEqual([]);
  const others = doubt({ 'a.h': ['CONFIG_A\n', 'CONFIG_B\n'], 'b.h': ['', '\n'] }, ['d.h'], known);
  expect(await others).toEqual(['d.h', 'a.h']);
  const comings = doubt({ 'a.h': ['\n', null], 'b.h': [null, '\n'], 'c.h': ['x.h', 'y.h'] }, [], known);
  expect(await comings).toEqual(['a.h', 'b.h', 'c.h']);
  expect(await doubt({ 'nobody/reads.h': ['\n', 'CONFIG_A\n'] }, [], known)).toEqual([]);
});

it('where fixdep is not known, all are', async () => {
  write(dir, { 'scripts/basic/fixdep.c': 'int main;\n' });
  expect(await doubt({}, [])).toBeNull();
});

it('a file that was read anew by nobody is remembered, unless records say of it what fixdep would', () => {
  const alike = new Map([
    ['new', { symbols: [], named: ['NEW'] }],
    ['less', { symbols: [], named: [] }],
    ['same', { symbols: [], named: [] }],
  ]);
  const names = (doubts: Doubts): string[] => unreadOf(alike, doubts).map(({ path }) => path);
  expect(names(['new', 'less'])).toEqual(['new', 'less']);
  expect(names([])).toEqual(['new']);
  expect(names(null)).toEqual(['new', 'less', 'same']);
});
