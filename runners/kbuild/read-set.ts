import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { normalize } from 'node:path/posix';
import {
  NOTHING_READ,
  parseReadSet,
  serializeReadSet,
  uniteReadSets,
  type ReadSet,
} from '../../matrix/proof/read-set.ts';
import { readIfThere, writeWhole } from '../files.ts';
import { includedWords } from './makefiles.ts';
import { listBuild, sourcePath, wordsOf, type BuildRecord } from './command-files.ts';

/** To be raised when more is found in the same files: what was remembered before lacks it. */
const FORMAT = 2;

/** A read set, and how far it goes: command files older than `upTo` (ms) are in it. */
interface Remembered {
  readonly format: number;
  readonly source: string;
  readonly upTo: number;
  readonly reads: string;
}

function memoryOf(build: string): string {
  return `${build}.reads.json`;
}

function remembered(source: string, build: string): Remembered | null {
  const known = JSON.parse(readIfThere(memoryOf(build)) ?? 'null') as Remembered | null;
  return known?.source === source && known.format === FORMAT ? known : null;
}

/** What the last collectReads found; null when there was none. */
export function readsSoFar(source: string, build: string): ReadSet | null {
  const known = remembered(source, build);
  return known && parseReadSet(known.reads);
}

/**
 * What a build directory has read of `source`, from the command files that Kbuild and fixdep leave beside every target
 * (scripts/Kbuild.include, scripts/basic/fixdep.c), from include/config/auto.conf.cmd, and from the Makefiles of the
 * directories that O= has. Only what is newer than the last time is parsed: a kernel has 70 MB of command files.
 * `named`: what the commands called `source`, where they ran in a box.
 */
export function collectReads(source: string, build: string, srcArch: string, named = source): ReadSet {
  const memory = memoryOf(build);
  const before = remembered(source, build);
  const { dirs, records } = listBuild(build);
  const fresh = records.filter(({ mtimeMs }) => before === null || mtimeMs >= before.upTo);
  const found = {
    ...NOTHING_READ,
    srcArch,
    ...readCommands({ source, named, build }, fresh),
    ...readMakefiles(source, dirs),
  };
  const now = { ...found, dirs: new Set(dirs), kconfig: readKconfig(build) };
  const reads = before === null ? now : uniteReadSets(parseReadSet(before.reads), now);
  const upTo = Math.max(before?.upTo ?? 0, ...records.map(({ mtimeMs }) => mtimeMs));
  writeWhole(
    memory,
    JSON.stringify({ format: FORMAT, source, upTo, reads: serializeReadSet(reads) } satisfies Remembered),
  );
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

function readMakefiles(source: string, dirs: readonly string[]): Pick<ReadSet, 'fragments' | 'patterns'> {
  const fragments = new Set<string>();
  const patterns = new Set<string>();
  for (const dir of dirs)
    for (const name of ['Makefile', 'Kbuild']) {
      const path = join(source, dir, name);
      if (!existsSync(path)) continue;
      const text = readFileSync(path, 'utf8');
      if (text.includes('$(wildcard')) patterns.add(dir);
      for (const word of includedWords(text)) addTo(fragments, dir, word);
    }
  return { fragments, patterns };
}

/** `$(srctree)/virt/kvm/Makefile.kvm` is a path; what ends in a variable could be anything. */
function addTo(fragments: Set<string>, dir: string, word: string): void {
  const [, path] = /^\$\(srctree\)\/([\w./-]+)$/.exec(word) ?? [];
  const name = basename(word);
  if (path !== undefined) fragments.add(normalize(path));
  else if (/^[\w.-]+$/.test(name) && !/^(Makefile|Kbuild|Build)$/.test(name)) fragments.add(name);
  // The top Makefile and scripts/ include each other, the arch's and what the directories bring: all known by place.
  else if (dir !== '.' && !dir.startsWith('scripts')) fragments.add('*');
}

/** The Kconfig files of the last syncconfig; none when there was none. */
function readKconfig(build: string): Set<string> {
  const text = readIfThere(join(build, 'include/config/auto.conf.cmd')) ?? '';
  const list = /^deps_config := ((?:.*\\\n)*.*)$/m.exec(text)?.[1] ?? '';
  return new Set(list.split(/[\s\\]+/).filter((word) => /(^|\/)Kconfig[^/]*$/.test(word)));
}
