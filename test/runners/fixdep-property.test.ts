import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isKnownFixdep, sameWords } from '../../matrix/replay/doubts.ts';
import { objectList } from '../../matrix/replay/objects.ts';
import { readIfThere, sha256 } from '../../runners/files.ts';
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
    '.a.o.d': `a.o: src/a.c include/generated/autoconf.h \\\n ${names.map((name) => `src/${name}`).join(' \\\n ')}\n`,
  });
  return execFileSync('scripts/basic/fixdep', ['.a.o.d', 'a.o', COMMAND], { cwd: dir, encoding: 'latin1' });
}

it.skipIf(why !== '')(`the distribution's is known, or its records are never kept${why}`, () => {
  expect(isKnownFixdep(sha256(readIfThere(join(dir, 'scripts/basic/fixdep.c')) ?? ''))).toBe(true);
});

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
