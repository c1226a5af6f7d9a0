import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { firstWord } from '../../matrix/proof/read-set.ts';
import { wordOf } from '../../matrix/replay/record-names.ts';

/**
 * Gives back who finds the files of the source tree of which a name of a record may be the first word
 * (include/dt-bindings/clock/qcom,gcc.h).
 */
export function oddNamesIn(source: string): (name: string) => string[] {
  const known = new Map<string, string[]>();
  const list = (dir: string): string[] => {
    const found = known.get(dir) ?? namesOf(join(source, dir)).filter((name) => firstWord(name) !== name);
    known.set(dir, found);
    return found;
  };
  return (name) => {
    const path = /^!?\//.test(name) ? wordOf(name) : '';
    if (path === '') return [];
    return list(dirname(path)).flatMap((odd) => (firstWord(odd) === basename(path) ? [join(dirname(path), odd)] : []));
  };
}

/** Empty for what is no directory. */
function namesOf(dir: string): string[] {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(dir) : [];
}

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
    const real = relative(
      root,
      there.isSymbolicLink() ? (realPath(join(dir, basename(path))) ?? '') : join(dir, basename(path)),
    );
    if (real !== path && real !== '' && !real.startsWith('..')) found.set(real, target);
  }
  return found;
}

/** Null for what is not there. */
function realPath(path: string): string | null {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : realpathSync(path);
}
