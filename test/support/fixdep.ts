import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { kernelSource } from './kernel-source.ts';

/** Beside libc: of any release, the second is not in all of them. */
const PARTS = ['scripts/basic/fixdep.c', 'scripts/include/xalloc.h'];

/** Takes fixdep out of the distribution's kernel source into `dir`, and compiles it there, at its place. */
export function buildFixdep(dir: string): void {
  const source = kernelSource() ?? '';
  const top = basename(source).replace(/\.tar\..*/, '');
  mkdirSync(dir, { recursive: true });
  const parts = PARTS.map((part) => `${top}/${part}`);
  // Without one of them tar ends with 2; whether that one was needed the compiler tells.
  spawnSync('tar', ['xf', source, '-C', dir, '--strip-components=1', '--occurrence=1', ...parts]);
  execFileSync('gcc', ['-w', '-Iscripts/include', '-o', 'scripts/basic/fixdep', 'scripts/basic/fixdep.c'], {
    cwd: dir,
  });
}
