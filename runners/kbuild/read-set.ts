import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { normalize } from 'node:path/posix';
import { NOTHING_READ, uniteReadSets, type ReadSet } from '../../matrix/proof/read-set.ts';
import { readIfThere } from '../files.ts';
import { listBuild, sourcePath, wordsOf, type BuildRecord } from './command-files.ts';
import { readMakefiles } from './read-makefiles.ts';
import { recallReads, rememberReads } from './read-memory.ts';

/** What the last collectReads found; null when there was none. */
export function readsSoFar(source: string, build: string): ReadSet | null {
  return recallReads(source, build)?.reads ?? null;
}

/**
 * What a build directory has read of `source`, from the command files that Kbuild and fixdep leave beside every target
 * (scripts/Kbuild.include, scripts/basic/fixdep.c), from include/config/auto.conf.cmd, and from the Makefiles of the
 * directories that O= has. Only what is newer than the last time is parsed: a kernel has 70 MB of command files.
 * `named`: what the commands called `source`, where they ran in a box.
 */
export function collectReads(source: string, build: string, srcArch: string, named = source): ReadSet {
  const before = recallReads(source, build);
  const { dirs, records } = listBuild(build);
  const fresh = records.filter(({ mtimeMs }) => before === null || mtimeMs >= before.upTo);
  const found = {
    ...NOTHING_READ,
    srcArch,
    ...readCommands({ source, named, build }, fresh),
    ...readMakefiles(source, dirs),
  };
  const now = { ...found, dirs: new Set(dirs), kconfig: readKconfig(build) };
  const reads = before === null ? now : uniteReadSets(before.reads, now);
  const upTo = Math.max(before?.upTo ?? 0, ...records.map(({ mtimeMs }) => mtimeMs));
  rememberReads(build, { source, upTo, reads });
  return reads;
}

/** Every word of a command file that lies in the source tree was read, or stands there to be read. */
function readCommands(
  { source, named: name, build }: { source: string; named: string; build: string },
  records: readonly BuildRecord[],
): Pick<ReadSet, 'files' | 'headers'> {
  const files = new Map<string, string>();
  const headers = new Set<string>();
  for (const { path } of records) {
    const command = relative(build, path);
    const isTool = command.startsWith('tools/');
    for (const text of wordsOf(readFileSync(path, 'latin1'))) {
      const inSource = sourcePath(text, name);
      const named = inSource ? [inSource] : isTool ? besideTools(source, text) : [];
      for (const file of named) if (!files.has(file)) files.set(file, targetOf(command));
      if (text.endsWith('.h')) headers.add(basename(text));
    }
  }
  return { files, headers };
}

/** tools/build works in the tool's own directory and writes `check.c` or `../lib/rbtree.c` (tools/build/Build.include). */
function besideTools(source: string, word: string): string[] {
  if (!/^[^/-].*\.[chS]$/.test(word)) return [];
  const paths = toolDirs(source).map((dir) => normalize(`${dir}/${word}`));
  return paths.filter((path) => existsSync(join(source, path)));
}

/** The directories of tools, and of the libraries that they share. */
function toolDirs(source: string): string[] {
  return ['tools', 'tools/lib', 'tools/bpf']
    .filter((dir) => existsSync(join(source, dir)))
    .flatMap((dir) => readdirSync(join(source, dir), { withFileTypes: true }).map(({ name }) => `${dir}/${name}`));
}

/** `virt/kvm/.kvm_main.o.cmd` tells of virt/kvm/kvm_main.o. */
function targetOf(command: string): string {
  const name = basename(command).replace(/^\.(.*)\.(cmd|d)$/, '$1');
  return dirname(command) === '.' ? name : `${dirname(command)}/${name}`;
}

/** The Kconfig files of the last syncconfig; none when there was none. */
function readKconfig(build: string): Set<string> {
  const text = readIfThere(join(build, 'include/config/auto.conf.cmd')) ?? '';
  const list = /^deps_config := ((?:.*\\\n)*.*)$/m.exec(text)?.[1] ?? '';
  return new Set(list.split(/[\s\\]+/).filter((word) => /(^|\/)Kconfig[^/]*$/.test(word)));
}
