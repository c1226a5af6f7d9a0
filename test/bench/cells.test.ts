import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Measured } from './cells/measured.ts';
import type { Phase } from './cells/phases.ts';

/**
 * 99,900 cells of made-up results: planned, journaled, heard by the boards, folded and reported, in a process of their
 * own. Times and memory are printed; only what the grid says is asserted.
 */
const PATCHES = Number(process.env['BENCH_PATCHES'] ?? 1849);
const COLUMNS = 54;
const ROOT = join(import.meta.dirname, '../..');
const COMPILED = join(ROOT, 'kvm-matrix.bench/js/test/bench/cells');

const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-cells-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let measured: Measured;
beforeAll(() => {
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(import.meta.dirname, 'cells')]);
  runApart('measure');
  runApart('boards');
  measured = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as Measured;
  process.stderr.write(table(measured));
  process.stderr.write(phaseTable(JSON.parse(readFileSync(join(dir, 'boards.json'), 'utf8')) as Phase[]));
}, 1_800_000);

/** In a process of its own, so that nothing of vitest counts. */
function runApart(script: string): void {
  const argv = [join(COMPILED, `${script}.js`), dir, String(PATCHES)];
  const { status } = spawnSync(process.execPath, argv, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${argv.join(' ')} ended with ${status}`);
}

it('every cell is in the grid, and every event in the journal', () => {
  expect(measured.cells).toBe((PATCHES + 1) * COLUMNS);
  expect(measured.stagesTold).toBe(measured.cells * 5);
  expect(Object.values(measured.verdicts).reduce((sum, count) => sum + count, 0)).toBe(measured.cells);
});

it('a column that Kconfig cannot express is skipped in every row', () => {
  expect(measured.verdicts['skip']).toBeGreaterThanOrEqual(3 * (PATCHES + 1));
});

it.runIf(PATCHES >= 411)(
  'blames the patches that were made to break something, on all their columns, and nobody else',
  () => {
    const of = (brokenBy: number): unknown[] =>
      measured.groups
        .filter((group) => group.brokenBy === brokenBy)
        .map(({ stage, fixedBy, columns, checks }) => [stage, fixedBy, columns, checks]);
    expect(of(0)).toEqual([['kvm', null, 1, 1]]);
    expect(of(102)).toEqual([['build', 106, 18, 0]]);
    expect(of(402)).toEqual([['vfio', 412, 1, 3]]);
    expect(new Set(measured.groups.map(({ brokenBy }) => brokenBy))).toEqual(new Set(measured.breakers));
  },
);

function table({ phases, sizes }: Measured): string {
  const files = Object.entries(sizes).map(([name, megabytes]) => `${name} ${megabytes.toFixed(1)} MB`);
  return `${phaseTable(phases)}${files.join(', ')}\n`;
}

function phaseTable(phases: readonly Phase[]): string {
  const sum = (pick: (phase: Phase) => number): string => s(phases.reduce((all, phase) => all + pick(phase), 0));
  const rows = [
    ['phase', 'wall', 'CPU', 'peak RSS'],
    ...phases.map((one) => [one.name, s(one.seconds), s(one.cpuSeconds), `${one.peakMegabytes.toFixed(0)} MB`]),
    ['all', sum((one) => one.seconds), sum((one) => one.cpuSeconds), ''],
  ];
  const line = ([name = '', ...figures]: readonly string[]): string =>
    `${name.padEnd(14)}${figures.map((figure) => figure.padStart(10)).join('')}\n`;
  return `\n${rows.map(line).join('')}\n`;
}

function s(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}
