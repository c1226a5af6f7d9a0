import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Of `files` those whose path leads through a link (scripts/dtc/include-prefixes/dt-bindings), by the path in the source tree
 * that it leads to.
 */
export function throughLinks(source: string, files: ReadonlyMap<string, string>): Map<string, string> {
  const root = realPath(source) ?? source;
  const dirs = new Map<string, string | null>();
  const realDir = (dir: string): string | null => {
    const known = dirs.get(dir);
    const real = known === undefined ? realPath(join(source, dir)) : known;
    dirs.set(dir, real);
    return real;
  };
  const found = new Map<string, string>();
  for (const [path, target] of files) {
    const dir = realDir(dirname(path));
    const there = dir === null ? undefined : lstatSync(join(dir, basename(path)), { throwIfNoEntry: false });
    if (dir === null || there === undefined) continue;
    const plain = join(dir, basename(path));
    const real = relative(root, there.isSymbolicLink() ? (realPath(plain) ?? '') : plain);
    if (real !== path && real !== '' && !real.startsWith('..')) found.set(real, target);
  }
  return found;
}

/** Null for what is not there. */
function realPath(path: string): string | null {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : realpathSync(path);
}
