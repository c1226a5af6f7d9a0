import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The newest kernel source that the distribution has put here; null if there is none. */
export function kernelSource(): string | null {
  const dir = '/usr/src';
  const names = existsSync(dir)
    ? readdirSync(dir).filter((name) => /^linux-source-[\d.]+\.tar\.(xz|bz2)$/.test(name))
    : [];
  const newest = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return newest === undefined ? null : join(dir, newest);
}

/** Why no real kernel can be built and booted with these programs; said on stderr. Null when it can. */
export function whyNot(programs: readonly string[]): string | null {
  const missing = [...programs, 'flex', 'bison', 'cpio'].filter((program) => spawnSync(program, ['--version']).error);
  const why =
    kernelSource() === null
      ? 'no linux-source package in /usr/src'
      : missing.length > 0
        ? `not installed: ${missing.join(', ')}`
        : null;
  if (why !== null) process.stderr.write(`skipping what needs a real kernel: ${why}\n`);
  return why;
}
