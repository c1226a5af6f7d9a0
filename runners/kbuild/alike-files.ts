import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { alikeUnder, meansEnabled, redefiningOptions, redefinition, type Alike } from '../../matrix/alike/alike.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { isCompiled } from '../../matrix/proof/reach.ts';
import { readIfThere } from '../files.ts';
import { capture } from '../process.ts';
import type { BuildJob } from './build.ts';
import { recordsWith } from './command-files.ts';
import type { Made } from './made.ts';
import { readsSoFar } from './read-set.ts';

/** Changed files that say the same as before to every compiler of a column, by path. */
export type AlikeFiles = ReadonlyMap<string, Alike>;

const KCONFIG_HEADER = 'include/linux/kconfig.h';

/**
 * Which of the changed files differ in comments, or in branches that the config shuts out, alone. O= was made with the
 * config that it has now.
 */
export async function alikeFiles(job: BuildJob, made: Made, changes: readonly Change[]): Promise<AlikeFiles> {
  const found = new Map<string, Alike>();
  for (const { path, how } of changes) {
    const alike = how === 'modified' && isCompiled(path) ? await compare(job, made, path) : null;
    if (alike !== null) found.set(path, alike);
  }
  const symbols = [...new Set([...found.values()].flatMap((alike) => alike.symbols))];
  if (symbols.length === 0 || (await mean(job, symbols))) return found;
  return new Map([...found].filter(([, alike]) => alike.symbols.length === 0));
}

async function compare({ differences, inputs, resolved }: BuildJob, made: Made, path: string): Promise<Alike | null> {
  const before = await differences.text(made.tree, path);
  const after = await differences.text(inputs.tree, path);
  return before === null || after === null ? null : alikeUnder(before, after, resolved);
}

/** Whether the macros of `symbols`, and what asks for them, are to every compiler of the column what the config says. */
async function mean({ place }: BuildJob, symbols: readonly string[]): Promise<boolean> {
  const { source, build } = place;
  if (!meansEnabled(readIfThere(join(source, KCONFIG_HEADER)) ?? '')) return false;
  const reads = readsSoFar(source, build);
  if (reads === null || (await recordsWith(redefiningOptions(symbols), build)).length > 0) return false;
  const files = [...reads.files.keys()].filter((path) => isCompiled(path) && path !== KCONFIG_HEADER && !isHosts(path));
  return !(await anyMatches(redefinition(symbols), [
    ...files.map((path) => join(source, path)).filter((path) => existsSync(path)),
    ...(await generatedHeaders(build)),
  ]));
}

/** For programs of this machine. */
function isHosts(path: string): boolean {
  return /^(tools|scripts)\//.test(path);
}

/** All but the one that the config is in. */
async function generatedHeaders(build: string): Promise<string[]> {
  const { stdout } = await capture([
    'find',
    build,
    '-name',
    '*.h',
    '-path',
    '*/generated/*',
    '!',
    '-name',
    'autoconf.h',
  ]);
  return stdout.split('\n').filter(Boolean);
}

async function anyMatches(pattern: string, files: readonly string[]): Promise<boolean> {
  if (files.length === 0) return false;
  const input = files.map((path) => `${path}\0`).join('');
  const { stdout, stderr } = await capture(['xargs', '-0', 'grep', '-lE', '-e', pattern], { input });
  // What cannot be read is not known.
  return stdout !== '' || stderr !== '';
}
