import { join } from 'node:path';
import { normalize } from 'node:path/posix';
import type { Resolved } from '../../matrix/kconfig/kconfig.ts';
import {
  isLinkVmlinux,
  isModpost,
  learnLinks,
  orderSteps,
  reworded,
  UNRECORDED,
  type Learned,
  type LinkStep,
} from '../../matrix/replay/last-links.ts';
import type { Relink } from '../../matrix/replay/relink.ts';
import { exportLines, lastLinksScript, linkerScript, REPLAY_DIR } from '../../matrix/replay/scripts.ts';
import { readIfThere, writeWhole } from '../files.ts';
import type { BuildJob } from './build-job.ts';
import { environmentOf, takeEnvironment } from './link-environment.ts';
import { readLastLinks, type LastLinks } from './link-records.ts';
import { writtenSince } from './replay-steps.ts';

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

/** Learns from what make wrote into O= after `relink.sh`, and of its environment; `began`: what was new before it. */
export async function learnFromMake(job: BuildJob, { key, known }: LastLinks, began: readonly string[]): Promise<void> {
  const { column, links } = job;
  const { build } = job.place;
  takeEnvironment(job, key);
  const written = await writtenSince(build, 'relink.sh');
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
