import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dirname } from 'node:path/posix';
import { configDelta, parseDotConfig, type Resolved } from '../../matrix/kconfig/kconfig.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { isCompiled } from '../../matrix/proof/paths.ts';
import type { ReadSet } from '../../matrix/proof/read-set.ts';
import { readIfThere } from '../files.ts';
import { makefilesIn } from './makefiles.ts';

/** With these the config itself, or every header, is packed into the kernel. */
const PACKERS = ['IKCONFIG', 'IKHEADERS'];

/** More symbols than that are another kernel. */
const MOST_SYMBOLS = 100;

/** Where a config that is not the one of the last build reaches; a text where it reaches too far. */
export interface ConfigReach {
  readonly symbols: readonly string[];
  /** Makefiles and scripts that name one of the symbols: they are not what they were. */
  readonly changes: readonly Change[];
  /** What fixdep writes into the records of objects that name one (scripts/basic/fixdep.c). */
  readonly files: readonly string[];
}

/** Compares with include/config/auto.conf, from which make built the last time. */
export function reachOfConfig(source: string, build: string, resolved: Resolved, reads: ReadSet): ConfigReach | string {
  const built = readIfThere(join(build, 'include/config/auto.conf'));
  if (built === null) return 'nobody knows the config of the last build';
  const symbols = configDelta(plain(parseDotConfig(built)), plain(resolved)).map(({ symbol }) => symbol);
  const packer = PACKERS.find((name) => resolved.has(name));
  if (packer !== undefined) return `CONFIG_${packer} packs what differs`;
  if (symbols.length > MOST_SYMBOLS) return `${symbols.length} symbols of the config differ`;
  const changes = symbols.length === 0 ? [] : namingOf(source, reads, mentionOf(symbols));
  return { symbols, changes, files: symbols.map((symbol) => `include/config/${symbol}`) };
}

/** Strings stand in auto.conf as make wants them: since Linux 5.17 without quotes. */
function plain(config: Resolved): Resolved {
  const unquoted = (value: string): string => /^"(.*)"$/.exec(value)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? value;
  return new Map(Array.from(config, ([symbol, value]) => [symbol, unquoted(value)]));
}

/** A name that a Makefile puts together may be any. */
function mentionOf(symbols: readonly string[]): RegExp {
  return new RegExp(`\\bCONFIG_(\\w*\\$|(${symbols.join('|')})\\b)`);
}

function namingOf(source: string, reads: ReadSet, mention: RegExp): Change[] {
  const makefiles = makefilesIn(source, reads.dirs).filter(({ path }) => !rootsOf(reads).includes(dirname(path)));
  const naming = makefiles.filter(({ path, text, whole }) => mention.test(text) || (!whole && !isTool(path)));
  const scripts = scriptsRead(source, reads).filter((path) => mention.test(readFileSync(join(source, path), 'utf8')));
  return [...new Set([...naming.map(({ path }) => path), ...scripts])].map((path) => ({ path, how: 'modified' }));
}

/** Tools are built by Makefiles of their own, to which the config says nothing. */
function isTool(path: string): boolean {
  return path.startsWith('tools/');
}

/** What make reads here it reads in ways that are hard to follow. */
function rootsOf({ srcArch }: ReadSet): string[] {
  return ['.', 'scripts', `arch/${srcArch}`];
}

/** All that a build reads and that is neither for the compiler nor for Kconfig. */
function scriptsRead(source: string, reads: ReadSet): string[] {
  const headers = [`arch/${reads.srcArch}/include`, `arch/${reads.srcArch}/include/uapi`].map((dir) => `${dir}/asm`);
  const always = [...rootsOf(reads), ...headers, 'include/asm-generic'].flatMap((dir) =>
    (existsSync(join(source, dir)) ? readdirSync(join(source, dir)) : []).map((name) => join(dir, name)),
  );
  // The Makefile of mips includes those of its platforms (arch/mips/Kbuild.platforms).
  const platforms = [...reads.dirs].map((dir) => join(dir, 'Platform'));
  const paths = new Set([...always, ...platforms, ...reads.files.keys()]);
  return [...paths].filter(
    (path) =>
      !isCompiled(path) &&
      !basename(path).startsWith('Kconfig') &&
      lstatSync(join(source, path), { throwIfNoEntry: false })?.isFile() === true,
  );
}

/**
 * A Makefile that others include is changed for them: they stand in its place, or beside it where it is also one of its
 * own directory. What may be included in ways that nobody follows stays as it is.
 */
export function throughIncluders(source: string, reads: ReadSet, changes: readonly Change[]): readonly Change[] {
  const mayBe = ({ path, how }: Change): boolean => how === 'modified' && isFollowed(path, reads);
  if (!changes.some(mayBe)) return changes;
  const makefiles = makefilesIn(source, reads.dirs);
  return changes.flatMap((change) => {
    const includers = mayBe(change) ? makefiles.filter(({ includes }) => includes.has(change.path)) : [];
    if (includers.length === 0) return [change];
    const own = /^(Makefile|Kbuild)$/.test(basename(change.path)) ? [change] : [];
    return [...own, ...includers.map(({ path }): Change => ({ path, how: 'modified' }))];
  });
}

function isFollowed(path: string, reads: ReadSet): boolean {
  const [dir, name] = [dirname(path), basename(path)];
  if (!/^(Makefile|Kbuild)|\.mk$/.test(name) || rootsOf(reads).includes(dir) || isTool(path)) return false;
  return !dir.startsWith('scripts/') && !reads.fragments.has('*');
}
