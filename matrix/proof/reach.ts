import { basename, dirname } from 'node:path/posix';
import type { Change } from './change.ts';
import type { ReadSet } from './read-set.ts';

/** What the compiler reads: a file of this kind that no command names was not read. */
const C_FILE = /\.(c|h|S|dts|dtsi)$/;

/** Whether a path is one for the compiler, which writes down what it reads. */
export function isCompiled(path: string): boolean {
  return C_FILE.test(path);
}

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

/** Who may see a path come or go without having read it: what else was read by them, and names of new headers. */
export function pickersOf(
  { path, how }: Change,
  reads: ReadSet,
): Pick<Extent & { kind: 'objects' }, 'files' | 'headers'> {
  const asking = askersOf({ path, how }, reads);
  if (how !== 'appeared' || !path.endsWith('.h')) return { files: asking, headers: [] };
  return { files: [...asking, ...besideRead(path, reads)], headers: [path] };
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

/** Whether make takes the tree for one that was built in, and stops. Source: outputmakefile in the top Makefile. */
export function isUnclean({ path, how }: Change): boolean {
  return how !== 'modified' && /^(\.config$|include\/config\/|arch\/[^/]+\/include\/generated\/)/.test(path);
}

/** What asks for files of C in other ways than by compiling them. */
function reachesPastObjects(change: Change, reads: ReadSet): string | null {
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
function looksFor(path: string, { patterns, srcArch }: ReadSet): string | undefined {
  const own = dirname(path);
  if (patterns.has(own)) return own;
  const isRoot = (dir: string): boolean => dir === 'scripts' || dir === `arch/${srcArch}`;
  return [...patterns].find((dir) => own.startsWith(`${dir}/`) && !isRoot(dir));
}

/** The files that were read and ask for one of its name: where it is only another one, those alone that have it read. */
function askersOf({ path, how }: Change, { asked }: ReadSet): string[] {
  const name = basename(path);
  return [...asked].flatMap((one) => {
    const [kind = '', wanted = '', asking = ''] = one.split(' ');
    return (wanted === name || wanted === '*') && (kind === '<' || how !== 'modified') ? [asking] : [];
  });
}

/** The only __has_include of the kernel asks for files beside the one that asks (security/landlock/errata.h). */
function besideRead(path: string, { files }: ReadSet): string[] {
  if (!path.endsWith('.h') || /(^|\/)include\//.test(path)) return [];
  const near = new Set([dirname(path), dirname(dirname(path))]);
  return [...files.keys()].filter((file) => isCompiled(file) && near.has(dirname(file)));
}

function isMakefile(path: string): boolean {
  return /^(Makefile|Kbuild|Build|Platform)(\.|$)|\.mk$/.test(basename(path)) || basename(path).startsWith('Makefile');
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
