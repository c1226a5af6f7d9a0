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
