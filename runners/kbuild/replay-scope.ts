import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Resolved } from '../../matrix/kconfig.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { canMakeAlone, extentOf } from '../../matrix/proof/reach.ts';
import { compilerCommand } from '../../matrix/recipe/make.ts';
import { commandPath, depfileOf, parseCommandFile } from '../../matrix/replay/command-file.ts';
import { consumersOf, type Consumers } from '../../matrix/replay/consumers.ts';
import { lifeOf, livingConsumers, modulesOf } from '../../matrix/replay/relink.ts';
import type { Compile } from '../../matrix/replay/scripts.ts';
import { readIfThere } from '../files.ts';
import type { BuildJob } from './build.ts';
import { filesMentioning, type AlikeFiles } from './alike-files.ts';
import { reachOfConfig, throughIncluders, type ConfigReach } from './config-reach.ts';
import { linkRecords, recordsNaming, recordsWith } from './command-files.ts';
import { isSameConfig, type Made } from './made.ts';
import { readsSoFar } from './read-set.ts';

/** Steps behind the compiler that look at more than one object, or leave more than one. */
const MORE_STEPS = ['MODVERSIONS', 'TRIM_UNUSED_KSYMS', 'LTO_CLANG', 'FTRACE_MCOUNT_USE_RECORDMCOUNT', 'RUST'];

/** All that the changes reach. */
export interface Reached {
  readonly files: ReadonlySet<string>;
  /** Of the symbols, as fixdep writes them into records. */
  readonly symbolFiles: readonly string[];
  readonly headers: readonly string[];
  readonly dirs: readonly string[];
  /** Symbols of the config that differ. */
  readonly symbols: readonly string[];
}

/** What a build of the same config reaches of it. */
const NO_REACH: ConfigReach = { symbols: [], changes: [], files: [] };

/** A text where a change of the tree or of the config reaches further than a replay does. */
export function reachedBy(
  { place, resolved, column }: BuildJob,
  made: Made,
  changes: readonly Change[],
): Reached | string {
  const reads = readsSoFar(place.source, place.build);
  const symbol = MORE_STEPS.find((name) => isOn(resolved, name));
  if (reads === null) return 'nobody knows what was read';
  if (symbol !== undefined) return `CONFIG_${symbol} adds steps to each object`;
  if (/\/( |$)/.test(column.row.make.target)) return 'nothing is linked';
  const isSame = isSameConfig(place.build, made);
  const config = isSame ? NO_REACH : reachOfConfig(place.source, place.build, resolved, reads);
  if (typeof config === 'string') return config;
  const through = throughIncluders(place.source, reads, changes);
  const extents = [...through, ...config.changes].map((change) => extentOf(change, reads));
  const all = extents.find((extent) => extent.kind === 'all');
  if (all) return all.why;
  const objects = extents.filter((extent) => extent.kind === 'objects');
  return {
    files: new Set([...objects.flatMap(({ files }) => files), ...unreadNaming(made, config.symbols)]),
    symbolFiles: config.files,
    headers: objects.flatMap(({ headers }) => headers),
    dirs: [...new Set(extents.flatMap((extent) => (extent.kind === 'directory' ? [extent.dir] : [])))],
    symbols: config.symbols,
  };
}

/** Of these files no record tells that they name one of `symbols`. */
function unreadNaming({ unread }: Made, symbols: readonly string[]): string[] {
  return unread.filter((file) => file.symbols.some((symbol) => symbols.includes(symbol))).map(({ path }) => path);
}

function isOn(resolved: Resolved, name: string): boolean {
  return resolved.get(name) === 'y';
}

/** The objects to compile again, and how many of those that read a changed file need not be. */
export interface Due {
  readonly compiles: readonly Compile[];
  readonly spared: number;
}

/** A text where something else was made from a changed file. `alike`: the changed files that say the same as before. */
export async function findCompiles(
  job: BuildJob,
  { failed }: Made,
  reached: Reached,
  alike: AlikeFiles,
): Promise<Due | string> {
  const { build, box } = job.place;
  const isAlike = (path: string): boolean => alike.has(path);
  const others = { files: new Set([...reached.files].filter((path) => !isAlike(path))), headers: reached.headers };
  const named = new Set(await recordsNaming(others, box.inside.source, build));
  for (const target of failed) named.add(join(build, commandPath(target)));
  const bySymbols = await recordsBySymbols(job, reached);
  for (const path of bySymbols.due) named.add(path);
  const spared = { files: new Set([...reached.files].filter(isAlike)), headers: [] };
  const sparing = [...(await recordsNaming(spared, box.inside.source, build)), ...bySymbols.stale];
  const namedAlone = [...new Set(sparing)].filter((path) => !named.has(path));
  const [asked, spare] = [compilesIn(job, named), compilesIn(job, namedAlone)];
  if (typeof asked === 'string') return asked;
  if (typeof spare === 'string') return spare;
  const versioned = versionedIn(build, spare, await consumersIn(job));
  const due = [...asked, ...spare.filter(({ command }) => versioned.includes(command.target))];
  const compiles = await livingIn(job, reached, due);
  return typeof compiles === 'string' ? compiles : { compiles, spared: spare.length - versioned.length };
}

/**
 * The records that name one of the symbols. Those are stale whose object reads no file any more that does: what it read says
 * the same without it (alike-files.ts), and it was not compiled since.
 */
async function recordsBySymbols(
  job: BuildJob,
  { symbols, symbolFiles }: Reached,
): Promise<Readonly<Record<'due' | 'stale', readonly string[]>>> {
  if (symbols.length === 0) return { due: [], stale: [] };
  const { build, box } = job.place;
  const naming = await recordsNaming({ files: new Set(symbolFiles), headers: [] }, box.inside.source, build);
  const files = await filesMentioning(job.place, symbols);
  if (files === null) return { due: naming, stale: [] };
  const reading = new Set(await recordsNaming({ files: new Set(files), headers: [] }, box.inside.source, build));
  return { due: naming.filter((path) => reading.has(path)), stale: naming.filter((path) => !reading.has(path)) };
}

/** What the records tell to compile; a text where one is of another command. */
function compilesIn({ column, place }: BuildJob, records: Iterable<string>): Compile[] | string {
  const compiles: Compile[] = [];
  for (const path of records) {
    const command = parseCommandFile(readFileSync(path, 'latin1'));
    const depfile = command && depfileOf(command, compilerCommand(column, place.box.inside));
    if (command === null || depfile === null) return `${path.slice(place.build.length + 1)} names a changed file`;
    compiles.push({ command, depfile });
  }
  return compiles;
}

/** Those of the kernel that no make of their directory will do. */
async function livingIn(job: BuildJob, { dirs }: Reached, compiles: readonly Compile[]): Promise<Compile[] | string> {
  const consumers = await consumersIn(job);
  const modules = readModules(job.place.build);
  const others = compiles.filter(({ command }) => !dirs.some((dir) => command.target.startsWith(`${dir}/`)));
  const lives = others.map(({ command }) => lifeOf(command.target, consumers, modules));
  const unknown = others[lives.indexOf('unknown')];
  if (unknown) return `nobody knows whether ${unknown.command.target} is part of the kernel`;
  return others.filter((_, index) => lives[index] === 'alive');
}

/** What Kbuild makes a header of for the assembler: kvm-asm-offsets.s (scripts/Makefile.lib, filechk_offsets). */
export function isOffsets(target: string): boolean {
  return target.endsWith('.s');
}

/**
 * The directories in which make is to write headers of offsets anew, as they are not what they were. A text where such a
 * header lies elsewhere, or is read elsewhere.
 */
export async function dirsOfOffsets({ place }: BuildJob, differing: readonly string[]): Promise<string[] | string> {
  const dirs: string[] = [];
  for (const target of differing.filter(isOffsets)) {
    const [dir, header] = [dirname(target), target.replace(/s$/, 'h')];
    const reads = readsSoFar(place.source, place.build);
    const isBeside = existsSync(join(place.build, header)) && reads !== null && canMakeAlone(dir, reads);
    const naming = isBeside ? await recordsWith([basename(header)], place.build) : [];
    const isWithin = naming.every((path) => path.startsWith(`${join(place.build, dir)}/`));
    if (!isBeside || !isWithin) return `nobody knows what is made from ${target}`;
    dirs.push(dir);
  }
  return dirs;
}

/** Objects of modules that carry a digest of their sources: modpost works it out anew (scripts/mod/sumversion.c). */
export function versionedIn(build: string, compiles: readonly Compile[], consumers: Consumers): string[] {
  const isVersioned = (module: string): boolean =>
    (readIfThere(join(build, module.replace(/\.ko$/, '.mod.c'))) ?? '').includes('MODULE_INFO(srcversion,');
  const targets = compiles.map(({ command }) => command.target);
  return targets.filter((target) => modulesOf(target, consumers).some(isVersioned));
}

/** The objects of all modules. Linux before 6.3 lists `kvm.ko`. */
function readModules(build: string): Set<string> {
  const order = readIfThere(join(build, 'modules.order')) ?? '';
  return new Set(order.split('\n').map((line) => line.replace(/\.ko$/, '.o')));
}

/** Who is made from what, of what is part of the kernel. It stays so until make is called for more than the last links. */
export async function consumersIn({ place: { build }, links }: BuildJob): Promise<Consumers> {
  const consumers = links.consumers.get(build) ?? (await readConsumers(build));
  links.consumers.set(build, consumers);
  return consumers;
}

async function readConsumers(build: string): Promise<Consumers> {
  const records = await linkRecords(build);
  const commands = records.map((path) => parseCommandFile(readFileSync(path, 'latin1')));
  const consumers = consumersOf(
    commands.filter((command) => command !== null),
    (path) => readIfThere(join(build, path)) ?? '',
  );
  return livingConsumers(consumers, readModules(build));
}
