import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Grid } from '../../matrix/grid/grid.ts';
import { runCli } from '../support/cli.ts';
import { kernelSource, whyNot } from '../support/kernel-source.ts';

/**
 * Some directories of a real kernel, built twice by the same image from two checkouts into two O=, one of them deeper.
 * The whole kernel takes minutes each; what differs between two places shows in every object.
 */
const why = whyNot([]);
const dirs = [mkdtempSync(join(tmpdir(), 'a-')), join(mkdtempSync(join(tmpdir(), 'b-')), 'deeper')];
const COLUMN = 'some/kvm=m,vfio=m';

afterAll(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

const skipped = why === null ? '' : ` (skipped: ${why})`;

it.skipIf(why !== null)(`two checkouts and two O= give the same bytes in a box${skipped}`, async () => {
  const [first, second] = [await build(dirs[0] ?? ''), await build(dirs[1] ?? '')];
  expect(first.grid.run.engine.name).not.toBe('none');
  expect(second.grid.run.engine.image).toEqual(first.grid.run.engine.image);
  expect(Object.keys(first.objects).length).toBeGreaterThan(100);
  expect(second.objects).toEqual(first.objects);
});

async function build(out: string): Promise<{ grid: Grid; objects: Record<string, string> }> {
  const cwd = mkdtempSync(join(tmpdir(), 'kvm-matrix-bytes-'));
  const matrix = join(cwd, 'matrix.yaml');
  copyFileSync(join(import.meta.dirname, '../../matrix.yaml'), matrix);
  const make = '{ ARCH: x86_64, target: lib/ virt/ drivers/vfio/, image: lib/lib.a }';
  appendFileSync(matrix, `\n  some: { extends: x86-64, optional: true, make: ${make} }\n`);
  const args = ['run', '--tree', kernelSource() ?? '', '--matrix', matrix, '--out', out, '--stages', 'build'];
  const ran = await runCli([...args, '--columns', COLUMN], { cwd, path: process.env['PATH'] ?? '' });
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('build pass')]);
  const grid = JSON.parse(readFileSync(join(out, 'runs/run-0001/grid.json'), 'utf8')) as Grid;
  rmSync(cwd, { recursive: true });
  return { grid, objects: digests(join(out, 'work/boxes/build/some-kvm-m-vfio-m')) };
}

function digests(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(o|ko|a)$/.test(name));
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(dir, name)))
      .digest('hex');
  return Object.fromEntries(names.toSorted().map((name) => [name, digest(name)]));
}
