import { basename, dirname } from 'node:path/posix';
import type { Change } from './change.ts';
import { isCompiled } from './paths.ts';
import type { ReadSet } from './read-set.ts';

/*
 * What of a changed path no record of Kbuild tells: who looks for files, asks whether they are there, or makes something of
 * them by a command that leaves no record.
 */

/** Who may see a path come or go without having read it: what else was read by them, and names of new headers. */
export function pickersOf(
  { path, how }: Change,
  reads: ReadSet,
): Readonly<Record<'files' | 'headers', readonly string[]>> {
  const asking = askersOf({ path, how }, reads);
  if (how !== 'appeared' || !path.endsWith('.h')) return { files: asking, headers: [] };
  return { files: [...asking, ...besideRead(path, reads)], headers: [path] };
}

/** Whether make takes the tree for one that was built in, and stops. Source: outputmakefile in the top Makefile. */
export function isUnclean({ path, how }: Change): boolean {
  return how !== 'modified' && /^(\.config$|include\/config\/|arch\/[^/]+\/include\/generated\/)/.test(path);
}

/** What asks for files of C in other ways than by compiling them. */
export function reachesPastObjects(change: Change, reads: ReadSet): string | null {
  const { path, how } = change;
  if (isUnclean(change)) return `${path} ${how}, and make builds only from clean trees`;
  // With IKHEADERS this script packs every header into the kernel, whether anybody included it or not.
  if (path.endsWith('.h') && reads.files.has('kernel/gen_kheaders.sh')) return `${path} is packed by gen_kheaders.sh`;
  // tools/objtool/sync-check.sh compares its copies of headers with those of the kernel, and warns.
  if (reads.files.has(`tools/${path}`)) return `${path} is compared with tools/${path}`;
  if (reads.linked.has(path)) return `${path} was read through a link`;
  // lib/Makefile makes oid_registry_data.c from a header, and no record tells of it.
  if (reads.mentioned.has(basename(path))) return `a Makefile that was read names ${basename(path)}`;
  // What tools/build writes down of a tool's own sources is relative to a directory that we can only guess.
  if (/^tools\/(?!.*\/?include\/)/.test(path)) return `${path} may be part of a tool of the build`;
  if (how === 'modified') return null;
  const looking = looksFor(path, reads);
  if (looking !== undefined) return `${path} ${how}, and ${looking}/Makefile looks for files by pattern`;
  // scripts/Makefile.asm-headers asks which headers of these directories are there.
  if (/(^|\/)(asm|asm-generic)\/.*\.h$/.test(path)) return `${path} ${how}, and make looks for asm headers by name`;
  // scripts/Makefile.headersinst finds what is to be exported; usr/include/Makefile compiles each of them.
  if (/(^|\/)include\/uapi\/.*\.h$/.test(path) && reads.files.has('scripts/headers_install.sh'))
    return `${path} ${how}, and headers are exported`;
  const namesake = how === 'appeared' ? madeFrom(path, reads) : undefined;
  return namesake === undefined ? null : `${path} appeared, and make may prefer it to ${namesake}`;
}

/** Of what make made the object until now that it could make of a new source. Source: the rules of scripts/Makefile.build. */
function madeFrom(path: string, { files }: ReadSet): string | undefined {
  const [, stem = ''] = /^(.*)\.[cS]$/.exec(path) ?? [];
  const others = ['c', 'S', 'rs', 'c_shipped', 'S_shipped', 'y', 'l'].map((ending) => `${stem}.${ending}`);
  return stem === '' ? undefined : others.find((other) => files.has(other));
}

/**
 * A directory whose Makefile may come by a path when it looks for files: its own, or one above that has no say in all of
 * the kernel.
 */
export function looksFor(path: string, { patterns, srcArch }: ReadSet): string | undefined {
  const own = dirname(path);
  if (patterns.has(own)) return own;
  const isRoot = (dir: string): boolean => dir === 'scripts' || dir === `arch/${srcArch}`;
  return [...patterns].find((dir) => own.startsWith(`${dir}/`) && !isRoot(dir));
}

/** The files that were read and ask for one of its name: where it is only another one, those alone that have it read. */
export function askersOf({ path, how }: Change, { asked }: ReadSet): string[] {
  const name = basename(path);
  return [...asked].flatMap((one) => {
    const [kind = '', wanted = '', asking = ''] = one.split(' ');
    return (wanted === name || wanted === '*') && (kind === '<' || how !== 'modified') ? [asking] : [];
  });
}

/** The only __has_include of the kernel asks for files beside the one that asks (security/landlock/errata.h). */
export function besideRead(path: string, { files }: ReadSet): string[] {
  if (!path.endsWith('.h') || /(^|\/)include\//.test(path)) return [];
  const near = new Set([dirname(path), dirname(dirname(path))]);
  return [...files.keys()].filter((file) => isCompiled(file) && near.has(dirname(file)));
}
