import type { Change } from './change.ts';

/**
 * What a build directory has read of the source tree so far. It only grows while the directory lives: what is no longer
 * read costs a needless build, what is missing would cost the truth.
 */
export interface ReadSet {
  /** The directory of the arch below arch/, e.g. `x86`. */
  readonly srcArch: string;
  /** Every file that a recorded command of Kbuild names or depends on, and the first target that was made from it. */
  readonly files: ReadonlyMap<string, string>;
  /** Those of them that a command has by another name: it leads through a link. */
  readonly linked: ReadonlySet<string>;
  /** Names, without directories, of all headers that were included, generated ones too. */
  readonly headers: ReadonlySet<string>;
  /**
   * What files that were read ask for without a record of it: `?` for __has_include, `<` for what the assembler includes; the
   * name without directories, `*` for any; the file that asks. A space between them.
   */
  readonly asked: ReadonlySet<string>;
  /** Directories that exist in O=: make may have been in the directory of the same name in the source. */
  readonly dirs: ReadonlySet<string>;
  /** What the Makefiles of `dirs` include: paths, or names alone; `*` where a line cannot be understood. */
  readonly fragments: ReadonlySet<string>;
  /** Those of `dirs` whose Makefile looks for files by pattern. */
  readonly patterns: ReadonlySet<string>;
  /** Names, without directories, of files for the compiler that those Makefiles name: they may make other things from them. */
  readonly mentioned: ReadonlySet<string>;
  /** What Kconfig parsed, whatever its name (include/config/auto.conf.cmd); empty when that is not known. */
  readonly kconfig: ReadonlySet<string>;
}

export const NOTHING_READ: Omit<ReadSet, 'srcArch'> = {
  files: new Map(),
  linked: new Set(),
  headers: new Set(),
  asked: new Set(),
  dirs: new Set(),
  fragments: new Set(),
  patterns: new Set(),
  mentioned: new Set(),
  kconfig: new Set(),
};

/** To be raised when more is found in the same files: a set that an earlier version wrote down would prove too much. */
const FORMAT = 2;

/** One line of JSON; equal sets give equal text. */
export function serializeReadSet(reads: ReadSet): string {
  const { srcArch, files, linked, headers, asked, dirs, fragments, patterns, mentioned, kconfig } = reads;
  const sorted = (set: ReadonlySet<string>): string[] => [...set].toSorted();
  return JSON.stringify({
    format: FORMAT,
    srcArch,
    files: [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    linked: sorted(linked),
    headers: sorted(headers),
    asked: sorted(asked),
    dirs: sorted(dirs),
    fragments: sorted(fragments),
    patterns: sorted(patterns),
    mentioned: sorted(mentioned),
    kconfig: sorted(kconfig),
  });
}

/** Null for a set of another format. */
export function parseReadSet(text: string): ReadSet | null {
  const raw = JSON.parse(text) as Record<Exclude<keyof ReadSet, 'files' | 'srcArch'>, string[]> & {
    format?: number;
    srcArch: string;
    files: [string, string][];
  };
  if (raw.format !== FORMAT) return null;
  return {
    srcArch: raw.srcArch,
    files: new Map(raw.files),
    linked: new Set(raw.linked),
    headers: new Set(raw.headers),
    asked: new Set(raw.asked),
    dirs: new Set(raw.dirs),
    fragments: new Set(raw.fragments),
    patterns: new Set(raw.patterns),
    mentioned: new Set(raw.mentioned),
    kconfig: new Set(raw.kconfig),
  };
}

/**
 * A read set as it holds for a later tree that was proved the same to the build. Kconfig was asked again for it if its
 * files changed, and may have parsed others: then it is not known which.
 */
export function readsOfLater(reads: ReadSet, changes: readonly Change[]): ReadSet {
  const isKconfig = ({ path }: Change): boolean => /(^|\/)Kconfig[^/]*$/.test(path) || reads.kconfig.has(path);
  return changes.some(isKconfig) ? { ...reads, kconfig: new Set() } : reads;
}

/** Is `a` itself where `b` brings nothing new. What Kconfig parses is not known where `b` does not know it any more. */
export function uniteReadSets(a: ReadSet, b: ReadSet): ReadSet {
  if (hasAllOf(a, b)) return a;
  return {
    srcArch: b.srcArch,
    files: new Map([...b.files, ...a.files]),
    linked: new Set([...a.linked, ...b.linked]),
    headers: new Set([...a.headers, ...b.headers]),
    asked: new Set([...a.asked, ...b.asked]),
    dirs: new Set([...a.dirs, ...b.dirs]),
    fragments: new Set([...a.fragments, ...b.fragments]),
    patterns: new Set([...a.patterns, ...b.patterns]),
    mentioned: new Set([...a.mentioned, ...b.mentioned]),
    kconfig: b.kconfig.size === 0 ? b.kconfig : new Set([...a.kconfig, ...b.kconfig]),
  };
}

const PARTS = ['files', 'linked', 'headers', 'asked', 'dirs', 'fragments', 'patterns', 'mentioned', 'kconfig'] as const;

function hasAllOf(a: ReadSet, b: ReadSet): boolean {
  const isKnown = b.kconfig.size > 0 || a.kconfig.size === 0;
  return (
    isKnown && a.srcArch === b.srcArch && PARTS.every((part) => [...b[part].keys()].every((name) => a[part].has(name)))
  );
}
