import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Change } from '../../matrix/proof/change.ts';
import type { BuildJob } from '../../runners/rebuild/build-job.ts';
import { forgetPickers, rememberTried } from '../../runners/rebuild/pickers.ts';
import { collectReads } from '../../runners/kbuild/read-set.ts';
import { write } from '../support/files.ts';

let dir = '';
let [source, build] = ['', ''];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-pickers-'));
  [source, build] = [join(dir, 'linux'), join(dir, 'build')];
  write(source, { 'include/linux/oid.h': '', 'a.c': '', 'b.c': '' });
  write(build, { '.a.o.cmd': record('a', 'include/linux/oid.h'), '.b.o.cmd': record('b', 'b.c') });
  write(build, { 'scripts/.mod.o.cmd': record('scripts/mod', 'scripts/mod.c') });
});
afterEach(() => rmSync(dir, { recursive: true }));

function record(name: string, read: string): string {
  const command = `gcc -I${source}/arch/x86/include -I${source}/include -D__KERNEL__ -c -o ${name}.o ${source}/${name}.c`;
  return `savedcmd_${name}.o := ${command}\n\nsource_${name}.o := ${source}/${name}.c\n\ndeps_${name}.o := \\\n    ${source}/${read} \\\n\n`;
}

/** Builds `tree`, which differs by `changes` from the one before; gives back whose records are left. */
async function left(tree: string, changes: readonly Change[] | null): Promise<string[]> {
  const place = { source, build, box: { inside: { source, build } } };
  const job = {
    place,
    inputs: { tree },
    differences: { between: () => Promise.resolve(changes) },
  } as never as BuildJob;
  await forgetPickers(job);
  rememberTried(job);
  return ['.a.o.cmd', '.b.o.cmd', 'scripts/.mod.o.cmd'].filter((path) => existsSync(join(build, path)));
}

const ALL = ['.a.o.cmd', '.b.o.cmd', 'scripts/.mod.o.cmd'];
const SHADOW: Change = { path: 'arch/x86/include/linux/oid.h', how: 'appeared' };

it('who would read a new header in place of another has no record any more, and make compiles it', async () => {
  collectReads(source, build, 'x86');
  rememberTried({ place: { build }, inputs: { tree: 'old' } } as never as BuildJob);
  expect(await left('new', [{ path: 'Makefile', how: 'modified' }])).toEqual(ALL);
  expect(await left('newer', [{ path: 'Makefile', how: 'modified' }, SHADOW])).toEqual(ALL.slice(1));
  expect(await left('newest', [])).toEqual(ALL.slice(1));
});

it('where nobody knows what has come and gone, all of the kernel is compiled', async () => {
  collectReads(source, build, 'x86');
  expect(await left('new', [])).toEqual(ALL.slice(2));
  write(build, { '.a.o.cmd': record('a', 'include/linux/oid.h') });
  expect(await left('newer', null)).toEqual(ALL.slice(2));
});
