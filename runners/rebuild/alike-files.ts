import { statSync } from 'node:fs';
import { join } from 'node:path';
import { alikeUnder, meansEnabled, redefiningOptions, redefinition, type Alike } from '../../matrix/alike/alike.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { isCompiled } from '../../matrix/proof/paths.ts';
import { recordsHaving, type RecordNames } from '../../matrix/replay/record-names.ts';
import { REPLAY_DIR } from '../../matrix/replay/scripts.ts';
import { readIfThere } from '../files.ts';
import { capture } from '../process.ts';
import type { Site } from '../engine/engine.ts';
import type { Made } from '../kbuild/made.ts';
import { readsSoFar } from '../kbuild/read-set.ts';
import type { BuildJob } from './build-job.ts';

/** Changed files that say the same as before to every compiler of a column, by path. */
export type AlikeFiles = ReadonlyMap<string, Alike>;

const KCONFIG_HEADER = 'include/linux/kconfig.h';

/**
 * Which of the changed files differ in comments, or in branches that the config shuts out, alone. O= was made with the
 * config that it has now; `known`: what its records name.
 */
export async function alikeFiles(
  job: BuildJob,
  made: Made,
  changes: readonly Change[],
  known: RecordNames,
): Promise<AlikeFiles> {
  const found = new Map<string, Alike>();
  if (keepsDigests(job)) return found;
  for (const { path, how } of changes) {
    const alike = how === 'modified' && isCompiled(path) ? await compare(job, made, path) : null;
    if (alike !== null) found.set(path, alike);
  }
  const symbols = [...new Set([...found.values()].flatMap((alike) => alike.symbols))];
  if (symbols.length === 0 || (await mean(job, symbols, known))) return found;
  return new Map([...found].filter(([, alike]) => alike.symbols.length === 0));
}

/** LLVM writes the MD5 of each source into line tables of DWARF 5, so that objects differ by every letter of what they read. */
function keepsDigests({ column, resolved }: BuildJob): boolean {
  return column.row.toolchain.llvm && resolved.has('DEBUG_INFO');
}

async function compare({ differences, inputs, resolved }: BuildJob, made: Made, path: string): Promise<Alike | null> {
  const before = await differences.text(made.tree, path);
  const after = await differences.text(inputs.tree, path);
  return before === null || after === null ? null : alikeUnder(before, after, resolved);
}

/** Whether the macros of `symbols`, and what asks for them, are to every compiler of the column what the config says. */
async function mean({ place }: BuildJob, symbols: readonly string[], known: RecordNames): Promise<boolean> {
  if (!meansEnabled(readIfThere(join(place.source, KCONFIG_HEADER)) ?? '')) return false;
  const options = redefiningOptions(symbols);
  if (recordsHaving(known, (word) => options.test(word)).length > 0) return false;
  const found = await filesMatching(place, redefinition(symbols));
  return found !== null && found.every((path) => path === KCONFIG_HEADER || isHosts(path));
}

/** For programs of this machine. */
function isHosts(path: string): boolean {
  return /^(tools|scripts)\//.test(path);
}

/** What compilers read and what names one of the symbols, as records call it; null where that is not known. */
export function filesMentioning(place: Site, symbols: readonly string[]): Promise<string[] | null> {
  return filesMatching(place, `CONFIG_(${symbols.join('|')})(_MODULE)?([^A-Za-z0-9_]|$)`);
}

/** Whatever is made for compilers in O=, but the header that the config is in. */
async function generatedFiles(build: string): Promise<string[]> {
  const isOurs = ['-path', `./${REPLAY_DIR}`, '-prune', '-o'];
  const argv = [
    'find',
    '.',
    ...isOurs,
    '-type',
    'f',
    '-name',
    '*.[chS]',
    '!',
    '-name',
    'autoconf.h',
    '-printf',
    '%P\\n',
  ];
  const { stdout } = await capture(argv, { cwd: build });
  return stdout.split('\n').filter(Boolean);
}

/** Of all that compilers read, what has a line that matches, as records call it; null where that is not known. */
async function filesMatching({ source, build }: Site, pattern: string): Promise<string[] | null> {
  const reads = readsSoFar(source, build);
  if (reads === null) return null;
  // An #include may name a file of any ending; records name directories, too.
  const files = [...reads.files.keys()].filter((path) => isFile(join(source, path)));
  const generated = await generatedFiles(build);
  const [inSource, inBuild] = [await matching(pattern, source, files), await matching(pattern, build, generated)];
  return inSource === null || inBuild === null ? null : [...inSource, ...inBuild];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** What cannot be read is not known. Bytes are bytes, whatever encoding they are of. */
async function matching(pattern: string, cwd: string, paths: readonly string[]): Promise<string[] | null> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${path}\0`).join('');
  const { stdout, stderr } = await capture(['xargs', '-0', 'grep', '-lE', '-e', pattern, '--'], {
    cwd,
    input,
    env: { LC_ALL: 'C' },
  });
  return stderr === '' ? stdout.split('\n').filter(Boolean) : null;
}
