import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { normalize } from 'node:path/posix';
import { srcArch } from '../../matrix/recipe/make.ts';
import { parseCommandFile } from '../../matrix/replay/command-file.ts';
import { linkStep, type LinkStep } from '../../matrix/replay/last-links.ts';
import { readIfThere, sha256 } from '../files.ts';
import { FileMemo } from '../kbuild/file-memo.ts';
import type { BuildJob } from './build-job.ts';

/** Everything in O= that the last links are made of. */
export interface LastLinks {
  /** The Makefiles and the part of the config that they look at. */
  readonly key: string;
  readonly known: ReadonlyMap<string, LinkStep>;
  readonly modules: readonly string[];
}

/** By content, with the symbols of the config that they name. */
const guideTexts = new FileMemo((text) => ({ digest: sha256(text), symbols: text.match(/\bCONFIG_\w+/g) ?? [] }));

/** Reads the records of the last links of a build directory. */
export function readLastLinks({ place, column, resolved }: BuildJob): LastLinks {
  const { build } = place;
  const modules = modulesOf(build);
  const records = [
    ...recordsIn(build, build),
    ...recordsBelow(build, `arch/${srcArch(column)}/boot`),
    ...modules.flatMap((module) => [recordOf(`${module}.ko`), recordOf(`${module}.mod.o`)]),
  ];
  const steps = stepsIn(place, srcArch(column), records);
  const guides = guidesOf(place.source, srcArch(column)).flatMap((path) => guideTexts.of(path) ?? []);
  const symbols = [...new Set(guides.flatMap(({ symbols: own }) => own))].toSorted();
  const values = symbols.map((symbol) => resolved.get(symbol.slice('CONFIG_'.length)) ?? '');
  const texts = guides.map(({ digest }) => digest);
  const key = sha256(JSON.stringify([column.arch, column.row.make, texts, values]));
  return { key, modules, known: new Map(steps.map((step) => [step.target, step])) };
}

function stepsIn({ build, box }: BuildJob['place'], arch: string, records: readonly string[]): LinkStep[] {
  const recorded = records.flatMap((path) => {
    const text = readIfThere(join(build, path)) ?? '';
    const command = parseCommandFile(text);
    return command === null ? [] : [{ command, text }];
  });
  // make deletes what it could not make whole: what is made from that reads it all the same.
  const targets = new Set(recorded.map(({ command }) => normalize(command.target)));
  const exists = (path: string): boolean => targets.has(path) || isFile(join(build, path));
  return recorded.map(({ command, text }) => linkStep(command, text, { build: box.inside.build, arch, exists }));
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Without suffix. Linux before 6.3 lists `kvm.ko`, later ones `kvm.o`. */
function modulesOf(build: string): string[] {
  const order = readIfThere(join(build, 'modules.order')) ?? '';
  return order.split('\n').flatMap((line) => (isInside(line) ? [normalize(line.replace(/\.k?o$/, ''))] : []));
}

/** What a build wrote there may be anything. */
function isInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
}

function recordOf(target: string): string {
  return `${dirname(target)}/.${basename(target)}.cmd`;
}

function recordsIn(build: string, dir: string): string[] {
  return readdirSync(dir).flatMap((name) => (/^\..*\.cmd$/.test(name) ? [relative(build, join(dir, name))] : []));
}

function recordsBelow(build: string, path: string): string[] {
  const dir = join(build, path);
  if (!existsSync(dir)) return [];
  const inside = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...recordsIn(build, dir), ...inside.flatMap(({ name }) => recordsBelow(build, `${path}/${name}`))];
}

/** All that decides which steps there are. Source: the top Makefile from `vmlinux.o` on. */
function guidesOf(source: string, arch: string): string[] {
  const isGuide = (name: string): boolean => /^(Makefile|Kbuild\.include|link-vmlinux\.sh)/.test(name);
  const inDir = (path: string): string[] => {
    const dir = join(source, path);
    return existsSync(dir)
      ? readdirSync(dir)
          .filter(isGuide)
          .toSorted()
          .map((name) => join(dir, name))
      : [];
  };
  const boot = join(source, `arch/${arch}/boot`);
  const below = existsSync(boot)
    ? readdirSync(boot, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const dirs = ['.', 'scripts', `arch/${arch}`, `arch/${arch}/boot`];
  return [...dirs, ...below.map(({ name }) => `arch/${arch}/boot/${name}`)].flatMap(inDir);
}
