import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { normalize } from 'node:path/posix';
import type { Resolved } from '../../matrix/kconfig.ts';
import { BUILD_ENV, environmentArgv, insideEnv, srcArch } from '../../matrix/recipe/make.ts';
import { parseCommandFile } from '../../matrix/replay/command-file.ts';
import type { Consumers } from '../../matrix/replay/consumers.ts';
import {
  isLinkVmlinux,
  isModpost,
  learnLinks,
  linkStep,
  orderSteps,
  reworded,
  UNRECORDED,
  type Learned,
  type LinkStep,
} from '../../matrix/replay/last-links.ts';
import type { Relink } from '../../matrix/replay/relink.ts';
import {
  environmentMakefile,
  exportLines,
  lastLinksScript,
  linkerScript,
  REPLAY_DIR,
} from '../../matrix/replay/scripts.ts';
import { readIfThere, sha256, writeWhole } from '../files.ts';
import { capture } from '../process.ts';
import type { BuildJob } from './build.ts';

/** What a run knows of links: by build directory, and what it has learned by the Makefiles that lead the last ones. */
export class LinkMemory {
  readonly consumers = new Map<string, Consumers>();
  readonly learned = new Map<string, Learned | string>();
  /** To be forgotten when make does the whole: it may read files that nobody here looks at. */
  readonly environments = new Map<string, Environment>();
  /** The same by Makefiles, values and tree, without the name of O=. */
  readonly shared = new Map<string, string>();
}

/** What the top Makefile exports to its commands, and of which Makefiles and config. */
interface Environment {
  readonly of: string;
  readonly text: string;
}

/** Everything in O= that the last links are made of. */
export interface LastLinks {
  /** The Makefiles and the part of the config that they look at. */
  readonly key: string;
  readonly known: ReadonlyMap<string, LinkStep>;
  readonly modules: readonly string[];
}

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
  const guides = guidesOf(place.source, srcArch(column)).map((path) => readFileSync(path, 'utf8'));
  const symbols = [...new Set(guides.flatMap((text) => text.match(/\bCONFIG_\w+/g) ?? []))].toSorted();
  const values = symbols.map((symbol) => resolved.get(symbol.slice('CONFIG_'.length)) ?? '');
  const key = sha256(JSON.stringify([column.arch, column.row.make, guides, values]));
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
  return order.split('\n').flatMap((line) => (line === '' ? [] : [normalize(line.replace(/\.k?o$/, ''))]));
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

/** How the last links can be made without make; `makeCalls`: what it took to find out. */
export interface LinkScript {
  readonly path: string;
  readonly makeCalls: number;
}

/**
 * Writes a script that does what make would do behind what has changed. A text says why make has to do it; null: it has
 * not been seen to do so yet, and can be learned from.
 */
export async function scriptLinks(job: BuildJob, links: LastLinks, plan: Relink): Promise<LinkScript | string | null> {
  const unrecorded = UNRECORDED.find((name) => job.resolved.get(name) === 'y');
  if (unrecorded !== undefined) return `CONFIG_${unrecorded} adds steps that are not recorded`;
  const learned = job.links.learned.get(links.key);
  if (typeof learned === 'string') return learned;
  if (!learned || (plan.fresh.has('vmlinux') && !learned.image) || (plan.modules && !learned.modules)) return null;
  const steps = stepsOf(job, links, learned);
  if (typeof steps === 'string') return steps;
  const environment = await environmentOf(job, links);
  if (environment === null) return 'make did not tell its environment';
  const { build, source } = job.place;
  const linker = linkerOf(source, job.resolved, steps);
  if (linker !== null) writeWhole(join(build, REPLAY_DIR, 'ld'), linkerScript(linker));
  const lines = [...exportLines(environment.text), lastLinksScript(steps, linker && `sh ${REPLAY_DIR}/ld`)];
  writeWhole(join(build, REPLAY_DIR, 'links.sh'), lines.join('\n'));
  return { path: `${REPLAY_DIR}/links.sh`, makeCalls: environment.makeCalls };
}

function stepsOf({ column }: BuildJob, { known, modules }: LastLinks, { roots }: Learned): LinkStep[] | string {
  const modpost = roots.find((root) => isModpost(known.get(root))) ?? '';
  const goals = [...roots, 'vmlinux', normalize(column.row.make.image), ...modules.map((module) => `${module}.ko`)];
  return orderSteps(known, goals, modpost);
}

/** The linker that scripts/link-vmlinux.sh is told, where a link of it can be spared; else null. */
function linkerOf(source: string, resolved: Resolved, steps: readonly LinkStep[]): string | null {
  const script = readIfThere(join(source, 'scripts/link-vmlinux.sh')) ?? '';
  // Without this it compares no more than sizes; and BTF is made from what is linked first.
  if (!script.includes('kallsymso_changed') || resolved.get('DEBUG_INFO_BTF') === 'y') return null;
  const link = steps.find(({ command }) => isLinkVmlinux(command));
  return /^\S+ "([^"]+)"/.exec(link?.command.recorded ?? '')?.[1] ?? null;
}

/**
 * What the top Makefile exports to its commands. It is asked once for each config: Makefiles that look at the same values
 * export the same, but for the name of O=. Null where it does not say.
 */
async function environmentOf(job: BuildJob, { key }: LastLinks): Promise<{ text: string; makeCalls: number } | null> {
  const { column, place, links, inputs } = job;
  const { build, box } = place;
  const known = links.environments.get(build);
  if (known?.of === environmentKey(job, key)) return { text: known.text, makeCalls: 0 };
  const shared = links.shared.get(`${key} ${inputs.tree}`)?.replaceAll(O_DIR, box.inside.build);
  if (shared !== undefined) {
    links.environments.set(build, { of: environmentKey(job, key), text: shared });
    return { text: shared, makeCalls: 0 };
  }
  writeWhole(join(build, REPLAY_DIR, 'environment.mk'), environmentMakefile());
  const env = { ...BUILD_ENV, ...insideEnv(box.inside) };
  const { code } = await box.capture(environmentArgv(column, box.inside), { env, cwd: box.inside.build });
  const text = code === 0 ? takeEnvironment(job, key) : null;
  return text === null ? null : { text, makeCalls: 1 };
}

/** Stands for O= in what columns share. */
const O_DIR = '\u0001';

function environmentKey({ place: { build } }: BuildJob, key: string): string {
  return `${key} ${sha256(readFileSync(join(build, '.config')))}`;
}

/** Keeps what make wrote down. */
function takeEnvironment(job: BuildJob, key: string): string | null {
  const { place, links, inputs } = job;
  const text = readIfThere(join(place.build, REPLAY_DIR, 'environment'));
  if (text === null) return null;
  links.environments.set(place.build, { of: environmentKey(job, key), text });
  links.shared.set(`${key} ${inputs.tree}`, text.replaceAll(place.box.inside.build, O_DIR));
  return text;
}

/** Learns from what make wrote into O= after `relink.sh`, and of its environment; `began`: what was new before it. */
export async function learnFromMake(job: BuildJob, { key, known }: LastLinks, began: readonly string[]): Promise<void> {
  const { column, links } = job;
  const { build } = job.place;
  takeEnvironment(job, key);
  const argv = ['find', build, '-path', join(build, REPLAY_DIR), '-prune', '-o', '-type', 'f'];
  const { stdout } = await capture([...argv, '-newer', join(build, REPLAY_DIR, 'relink.sh'), '-print']);
  const written = stdout.split('\n').flatMap((path) => (path === '' ? [] : [relative(build, path)]));
  const now = readLastLinks(job).known;
  const other = reworded(known, now);
  const found =
    other === null
      ? learnLinks(written, now, began, normalize(column.row.make.image))
      : `the command for ${other} is not the one of the last time`;
  const before = links.learned.get(key);
  if (typeof before !== 'string')
    links.learned.set(key, before && typeof found !== 'string' ? unite(before, found) : found);
}

function unite(one: Learned, other: Learned): Learned {
  const roots = [...new Set([...one.roots, ...other.roots])];
  return { roots, image: one.image || other.image, modules: one.modules || other.modules };
}
