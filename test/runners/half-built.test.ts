import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { discardHalfBuilt } from '../../runners/rebuild/build.ts';
import { seedBuild } from '../../runners/kbuild/seed.ts';
import { write } from '../support/files.ts';

let dir = '';
let build = '';
const BESIDE = ['made.json', 'warnings.json'];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-half-'));
  build = join(dir, 'build');
  write(dir, { 'build/virt/kvm.o': '', 'build.made.json': '{}', 'build.warnings.json': '{}' });
});
afterEach(() => rmSync(dir, { recursive: true }));

function left(): boolean[] {
  return [`${build}/virt/kvm.o`, ...BESIDE.map((name) => `${build}.${name}`)].map((path) => existsSync(path));
}

/** As if the last build had ended at `seconds` after the epoch. */
function endAt(seconds: number): void {
  for (const path of [`${build}/virt/kvm.o`, `${build}.warnings.json`]) utimesSync(path, seconds, seconds);
}

it('what a build left that ended stays', () => {
  endAt(1e9);
  discardHalfBuilt(build);
  expect(left()).toEqual([true, true, true]);
});

it('what a killed build wrote goes', () => {
  write(dir, { 'build.underway': '', 'build/new.o': '' });
  utimesSync(join(build, 'virt/kvm.o'), 1e9, 1e9);
  discardHalfBuilt(build);
  expect([existsSync(join(build, 'new.o')), existsSync(`${build}.underway`), ...left()]).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

it('what was built later than now goes, for no patch is newer than that, and nothing begins as a copy of it', async () => {
  endAt(2 ** 32);
  await seedBuild(build, join(dir, 'copy'));
  expect(existsSync(join(dir, 'copy'))).toBe(false);
  discardHalfBuilt(build);
  expect(left()).toEqual([false, false, false]);
});
