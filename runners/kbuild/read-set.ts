import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { normalize } from 'node:path/posix';
import { NOTHING_READ, uniteReadSets, type ReadSet } from '../../matrix/proof/read-set.ts';
import { readIfThere } from '../files.ts';
import { sourcePath } from '../../matrix/replay/name-book.ts';
import { wordOf, type RecordNames } from '../../matrix/replay/record-names.ts';
import { listBuild, type BuildRecord } from './command-files.ts';
import { askedIn } from './asked.ts';
import { throughLinks } from './through-links.ts';
import { readMakefiles } from './read-makefiles.ts';
import { saveNames } from './names-memory.ts';
import { recallReads, rememberReads } from './read-memory.ts';
import { namesIn } from './record-names.ts';

/** What the last collectReads found; null when there was none. */
export function readsSoFar(source: string, build: string): ReadSet | null {
  return recallReads(source, build)?.reads ?? null;
}

/** Records that are in the read set of their build directory, as they were then: another one is another object. */
const collected = new WeakSet<object>();
const NO_RECORD = {};

/**
 * What a build directory has read of `source`, from the command files that Kbuild and fixdep leave beside every target
 * (scripts/Kbuild.include, scripts/basic/fixdep.c), from include/config/auto.conf.cmd, and from the Makefiles of the
 * directories that O= has. Only what is new since the last time is read: a kernel has 70 MB of command files. What each
 * of them names is remembered, too (record-names.ts).
 * `named`: what the commands called `source`, where they ran in a box.
 */
export function collectReads(source: string, build: string, srcArch: string, named = source): ReadSet {
  const before = recallReads(source, build);
  const { dirs, records } = listBuild(build);
  const names = namesIn(named, build, records);
  // By its time alone a record that was written while the clock was behind would never be looked at.
  const isCollected = ({ path, mtimeMs }: BuildRecord): boolean =>
    before !== null && mtimeMs < before.upTo && collected.has(names.records.get(path) ?? NO_RECORD);
  const fresh = records.filter((record) => !isCollected(record));
  const read = readCommands(source, names, fresh);
  const found = {
    ...NOTHING_READ,
    srcArch,
    ...read,
    asked: askedIn(source, read.files.keys()),
    ...readMakefiles(source, dirs),
  };
  const now = { ...found, dirs: new Set(dirs), kconfig: readKconfig(source, build, named) };
  const reads = before === null ? now : uniteReadSets(before.reads, now);
  const upTo = Math.max(before?.upTo ?? 0, ...records.map(({ mtimeMs }) => mtimeMs));
  saveNames(build);
  rememberReads(build, { source, upTo, reads });
  for (const record of names.records.values()) collected.add(record);
  return reads;
}

/** Everything that a command file names in the source tree was read, or stands there to be read. */
function readCommands(
  source: string,
  { names, records }: RecordNames,
  fresh: readonly BuildRecord[],
): Pick<ReadSet, 'files' | 'linked' | 'headers'> {
  const files = new Map<string, string>();
  const headers = new Set<string>();
  const seen = { tools: new Uint8Array(names.length), others: new Uint8Array(names.length) };
  for (const { path } of fresh) {
    const isTool = path.startsWith('tools/');
    const seenHere = isTool ? seen.tools : seen.others;
    for (const number of records.get(path)?.names ?? []) {
      if (seenHere[number] === 1) continue;
      seenHere[number] = 1;
      const name = names[number] ?? '';
      for (const file of filesOf(source, name, isTool)) if (!files.has(file)) files.set(file, targetOf(path));
      if (name.endsWith('.h')) headers.add(basename(wordOf(name)));
    }
  }
  const linked = throughLinks(source, files);
  return { files: new Map([...files, ...linked]), linked: new Set(linked.keys()), headers };
}

/** The files of the source tree that a name of a record may mean. */
function filesOf(source: string, name: string, isTool: boolean): string[] {
  const path = wordOf(name);
  if (/^!?\//.test(name)) return path === '' ? [] : [path];
  return isTool ? besideTools(source, path) : [];
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

/**
 * What Kconfig parsed at the last syncconfig, whatever its name. Nothing when there was none, and when one of the files is
 * not older: a replay needs no syncconfig where .config stays the same, and then nobody wrote down what is sourced now.
 */
function readKconfig(source: string, build: string, named: string): Set<string> {
  const record = join(build, 'include/config/auto.conf.cmd');
  const text = readIfThere(record) ?? '';
  const list = /^deps_config := ((?:.*\\\n)*.*)$/m.exec(text)?.[1] ?? '';
  const words = list.split(/[\s\\]+/).filter(Boolean);
  const paths = words.map((word) => sourcePath(word, named) ?? word);
  return paths.every((path) => isOlder(join(source, path), record)) ? new Set(paths) : new Set();
}

/** True for what is not there. */
function isOlder(path: string, than: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there === undefined || there.mtimeMs < statSync(than).mtimeMs;
}
