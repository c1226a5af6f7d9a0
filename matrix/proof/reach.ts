import { basename, dirname } from 'node:path/posix';
import type { Change } from './change.ts';
import { isCompiled, isMakefile } from './paths.ts';
import type { ReadSet } from './read-set.ts';
import { askersOf, besideRead, looksFor, pickersOf, reachesPastObjects } from './unrecorded.ts';

/** Never read by a build, wherever it stands. */
const WORDS = /(^|\/)(MAINTAINERS|CREDITS|COPYING|README[^/]*|[^/]+\.rst|\.[^/]*ignore|\.mailmap|\.clang-format)$/;

/** What the tree of tools/ shares; any other directory there is a tool of its own. */
const SHARED_TOOLS = new Set(['build', 'scripts', 'include', 'arch', 'lib']);

/**
 * Why a changed path may change what a build with `reads` behind it says or makes; null when it cannot. `whole` is false
 * when that build failed: nobody knows what it would have read further on. What is not understood reaches.
 */
export function reachesBuild(change: Change, reads: ReadSet, whole: boolean): string | null {
  const { path, how } = change;
  const reader = reads.files.get(path);
  if (reader !== undefined) return `${path} was read for ${reader}`;
  if (isOutside(path, reads)) return null;
  // Kconfig files act through .config, and that is compared by itself.
  if (basename(path).startsWith('Kconfig')) return null;
  if (!whole) return `${path}: the build failed, and what it would have read further on is not known`;
  if (isCompiled(path)) return reachesCompiler(change, reads);
  if (isMakefile(path)) return reachesMake(path, reads);
  const looking = how === 'modified' ? undefined : looksFor(path, reads);
  if (looking !== undefined) return `${path} ${how}, and ${looking}/Makefile looks for files by pattern`;
  return `nothing proves that the build does not read ${path}`;
}

/** How much of a build a changed path can reach. */
export type Extent =
  /** Nothing. */
  | { readonly kind: 'none' }
  /** The objects whose record names one of `files`, or that could pick up one of the new `headers`. */
  | { readonly kind: 'objects'; readonly files: readonly string[]; readonly headers: readonly string[] }
  /** What the Makefile of `dir` lists, and what is made from it. */
  | { readonly kind: 'directory'; readonly dir: string }
  /** Nobody knows. */
  | { readonly kind: 'all'; readonly why: string };

/** Whether make can be called for a directory alone, to do what its Makefile says. */
export function canMakeAlone(dir: string, reads: ReadSet): boolean {
  return extentOf({ path: `${dir}/Makefile`, how: 'modified' }, reads).kind === 'directory';
}

/** The extent of a change for a build that was whole: of each object that could be there, O= holds the record. */
export function extentOf(change: Change, reads: ReadSet): Extent {
  const { path, how } = change;
  const why = reachesBuild(change, reads, true);
  if (why === null) return { kind: 'none' };
  const dir = dirname(path);
  if (how === 'modified' && /^(Makefile|Kbuild)$/.test(basename(path)) && isPlainDir(dir, reads))
    return { kind: 'directory', dir };
  if (!isCompiled(path)) return { kind: 'all', why };
  const asked = reachesPastObjects(change, reads);
  if (asked !== null) return { kind: 'all', why: asked };
  const { files, headers } = pickersOf(change, reads);
  return { kind: 'objects', files: [path, ...files], headers };
}

/** A directory that make enters like any other: not one of those whose Makefile has a say in more than itself. */
function isPlainDir(dir: string, { dirs, srcArch, patterns }: ReadSet): boolean {
  if (!dirs.has(dir) || patterns.has(dir) || !dir.includes('/')) return false;
  if (dir.startsWith('arch/') && !/^arch\/[^/]+\/(kvm|mm|lib|kernel)(\/|$)/.test(dir)) return false;
  return dir !== `arch/${srcArch}` && !/^(scripts|tools|usr|include)\//.test(dir) && !/\/include(\/|$)/.test(dir);
}

/** Documentation, other architectures, tools that the build does not use. */
function isOutside(path: string, reads: ReadSet): boolean {
  const [top, second = ''] = path.split('/');
  if (WORDS.test(path)) return true;
  if (top === 'Documentation' || top === 'LICENSES') return !isMakefile(path);
  // A config target reads these, and says so in .config.
  if (/^(arch\/[^/]+|kernel)\/configs\//.test(path)) return true;
  if (top === 'tools') return !SHARED_TOOLS.has(second) && !reads.dirs.has(`tools/${second}`);
  // Kbuild enters it with GDB_SCRIPTS (the top Makefile), and leaves the directory in O= then.
  if (path.startsWith('scripts/gdb/')) return !reads.dirs.has('scripts/gdb');
  return top === 'arch' && second !== reads.srcArch && path.split('/').length > 2 && !readsArch(reads, second);
}

function readsArch({ files }: ReadSet, arch: string): boolean {
  return [...files.keys()].some((path) => path.startsWith(`arch/${arch}/`));
}

function reachesCompiler(change: Change, reads: ReadSet): string | null {
  const { path, how } = change;
  const asked = reachesPastObjects(change, reads);
  if (asked !== null) return asked;
  const [asking] = askersOf(change, reads);
  if (asking !== undefined) return `${path} ${how}, and ${asking} may ask for it, or have the assembler read it`;
  if (how !== 'appeared') return null;
  if (reads.headers.has(basename(path))) return `${path} appeared, and may stand before a header of the same name`;
  if (besideRead(path, reads).length > 0)
    return `${path} appeared beside files that were read; __has_include may see it`;
  return null;
}

function reachesMake(path: string, { dirs, fragments, srcArch }: ReadSet): string | null {
  const dir = dirname(path);
  if (dir === '.' || dir.startsWith('scripts') || dir === `arch/${srcArch}`) return `make reads ${path} always`;
  if (/^(include|arch\/[^/]+\/include)(\/|$)/.test(dir)) return `make reads ${path} for the asm headers`;
  if (dirs.has(dir)) return `make reads ${path} on its way through ${dir}`;
  // Tools share Makefiles, and build libraries in their own part of O=: make -f tools/build/Makefile.build, -C tools/lib/subcmd.
  if (path.startsWith('tools/') && [...dirs].some((one) => one.startsWith('tools/'))) return `tools may share ${path}`;
  if (['*', path, basename(path)].some((name) => fragments.has(name)))
    return `a Makefile that was read includes ${path}`;
  return null;
}
