import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { kernelSource } from './kernel-source.ts';

/** What fixdep of 6.12 is made of. */
const PARTS = ['scripts/basic/fixdep.c', 'scripts/include/xalloc.h'];

/** Takes fixdep out of the distribution's kernel source into `dir`, and compiles it there, at its place; its source's path. */
export function buildFixdep(dir: string): string {
  const source = kernelSource() ?? '';
  const top = basename(source).replace(/\.tar\..*/, '');
  mkdirSync(dir, { recursive: true });
  const parts = PARTS.map((part) => `${top}/${part}`);
  execFileSync('tar', ['xf', source, '-C', dir, '--strip-components=1', '--occurrence=1', ...parts]);
  execFileSync('gcc', ['-w', '-Iscripts/include', '-o', 'scripts/basic/fixdep', 'scripts/basic/fixdep.c'], {
    cwd: dir,
  });
  return join(dir, 'scripts/basic/fixdep.c');
}
