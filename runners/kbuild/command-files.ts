import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file in which Kbuild, fixdep or a compiler wrote down what went into a target. */
export interface BuildRecord {
  /** In O=. */
  readonly path: string;
  readonly mtimeMs: number;
  /** Bytes. */
  readonly size: number;
}

const IS_RECORD = /^\..*\.(cmd|d)$/;

/** Every directory of O=, relative, and every record in them that is a file. Those that fixdep leaves of .config are not listed. */
export function listBuild(build: string): { dirs: string[]; records: BuildRecord[] } {
  const dirs: string[] = [];
  const records: BuildRecord[] = [];
  const visit = (dir: string): void => {
    dirs.push(dir || '.');
    for (const entry of readdirSync(join(build, dir), { withFileTypes: true })) {
      const path = dir === '' ? entry.name : `${dir}/${entry.name}`;
      if (entry.isDirectory() && path !== 'include/config') visit(path);
      else if (entry.isFile() && IS_RECORD.test(entry.name)) records.push(recordAt(build, path));
    }
  };
  visit('');
  return { dirs, records };
}

function recordAt(build: string, path: string): BuildRecord {
  const { mtimeMs, size } = lstatSync(`${build}/${path}`);
  return { path, mtimeMs, size };
}
