import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import type { Resolved } from '../../matrix/kconfig/kconfig.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { canMakeAlone, extentOf } from '../../matrix/proof/reach.ts';
import { parseCommandFile } from '../../matrix/replay/command-file.ts';
import { consumersOf, type Consumers } from '../../matrix/replay/consumers.ts';
import { linkRecords, recordsHaving, type RecordNames } from '../../matrix/replay/record-names.ts';
import { livingConsumers, modulesOf } from '../../matrix/replay/relink.ts';
import type { Compile } from '../../matrix/replay/scripts.ts';
import type { Site } from '../engine/engine.ts';
import { readIfThere } from '../files.ts';
import { reachOfConfig, throughIncluders, type ConfigReach } from '../kbuild/config-reach.ts';
import { isSameConfig, type Made } from '../kbuild/made.ts';
import { readsSoFar } from '../kbuild/read-set.ts';
import { namesIn } from '../kbuild/record-names.ts';
import type { BuildJob } from './build-job.ts';

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

/** What Kbuild makes a header of for the assembler: kvm-asm-offsets.s (scripts/Makefile.lib, filechk_offsets). */
export function isOffsets(target: string): boolean {
  return target.endsWith('.s');
}

/**
 * The directories in which make is to write headers of offsets anew, as they are not what they were. A text where such a
 * header lies elsewhere, or is read elsewhere.
 */
export function dirsOfOffsets({ place }: BuildJob, differing: readonly string[]): string[] | string {
  const dirs: string[] = [];
  for (const target of differing.filter(isOffsets)) {
    const [dir, header] = [dirname(target), target.replace(/s$/, 'h')];
    const reads = readsSoFar(place.source, place.build);
    const isBeside = existsSync(join(place.build, header)) && reads !== null && canMakeAlone(dir, reads);
    if (!isBeside || !isNamedWithin(place, dir, basename(header))) return `nobody knows what is made from ${target}`;
    dirs.push(dir);
  }
  return dirs;
}

/** Whether all records that name a file are of one directory, or below it. */
function isNamedWithin({ build, box }: Site, dir: string, name: string): boolean {
  const naming = recordsHaving(namesIn(box.inside.source, build), (one) => one.includes(name));
  return naming.every((path) => path.startsWith(`${normalize(dir)}/`));
}

/** Objects of modules that carry a digest of their sources: modpost works it out anew (scripts/mod/sumversion.c). */
export function versionedIn(build: string, compiles: readonly Compile[], consumers: Consumers): string[] {
  const isVersioned = (module: string): boolean =>
    (readIfThere(join(build, module.replace(/\.ko$/, '.mod.c'))) ?? '').includes('MODULE_INFO(srcversion,');
  const targets = compiles.map(({ command }) => command.target);
  return targets.filter((target) => modulesOf(target, consumers).some(isVersioned));
}

/** The objects of all modules. Linux before 6.3 lists `kvm.ko`. */
export function readModules(build: string): Set<string> {
  const order = readIfThere(join(build, 'modules.order')) ?? '';
  return new Set(order.split('\n').map((line) => line.replace(/\.ko$/, '.o')));
}

/**
 * Who is made from what, of what is part of the kernel. It stays so until make is called for more than the last links.
 * `known`: what the records name, where that was asked already.
 */
export function consumersIn({ place, links }: BuildJob, known?: RecordNames): Consumers {
  const consumers = links.consumers.get(place.build) ?? readConsumers(place, known);
  links.consumers.set(place.build, consumers);
  return consumers;
}

function readConsumers({ build, box }: Site, known = namesIn(box.inside.source, build)): Consumers {
  const records = linkRecords(known);
  const commands = records.map((path) => parseCommandFile(readFileSync(join(build, path), 'latin1')));
  const consumers = consumersOf(
    commands.filter((command) => command !== null),
    (path) => readIfThere(join(build, path)) ?? '',
  );
  return livingConsumers(consumers, readModules(build));
}
