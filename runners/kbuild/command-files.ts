import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { normalize } from 'node:path/posix';
import { couldPickUp } from '../../matrix/replay/shadow.ts';
import { capture } from '../process.ts';

/** A file in which Kbuild, fixdep or a compiler wrote down what went into a target. */
export interface BuildRecord {
  readonly path: string;
  readonly mtimeMs: number;
}

const IS_RECORD = /^\..*\.(cmd|d)$/;

/** Every directory of O=, relative, and every record in them. Those that fixdep leaves of .config are not listed. */
export function listBuild(build: string): { dirs: string[]; records: BuildRecord[] } {
  const dirs: string[] = [];
  const records: BuildRecord[] = [];
  const visit = (dir: string): void => {
    dirs.push(dir || '.');
    for (const entry of readdirSync(join(build, dir), { withFileTypes: true })) {
      const path = dir === '' ? entry.name : `${dir}/${entry.name}`;
      if (entry.isDirectory() && path !== 'include/config') visit(path);
      else if (IS_RECORD.test(entry.name)) records.push(recordAt(`${build}/${path}`));
    }
  };
  visit('');
  return { dirs, records };
}

function recordAt(path: string): BuildRecord {
  return { path, mtimeMs: lstatSync(path).mtimeMs };
}

const WORD = /[^\s"'():;,=&|<>\\]+/g;

/** The words of a record: paths, options, names. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(WORD)].map(([word]) => word);
}

/** The path in the source tree that a word of a record names, '' for the tree itself; null when it names none. */
export function sourcePath(word: string, source: string): string | null {
  const at = word.indexOf(source);
  const rest = word.slice(at + source.length);
  if (at < 0 || !/^(\/|$)/.test(rest)) return null;
  return rest.length <= 1 ? '' : normalize(rest.slice(1));
}

/** The records that name a file of `files` in the source tree, or whose object could pick up one of the new `headers`. */
export async function recordsNaming(
  { files, headers }: { readonly files: ReadonlySet<string>; readonly headers: readonly string[] },
  source: string,
  build: string,
): Promise<string[]> {
  // A record may say arch/x86/kvm/../../../virt/kvm/vfio.c. grep looks at 70 MB faster than we would.
  const named = await recordsWith(
    [...files, ...headers].map((path) => `/${basename(path)}`),
    build,
  );
  const plainly =
    named.length > MANY
      ? new Set(
          await recordsWith(
            [...files].map((path) => `${source}/${path}`),
            build,
          ),
        )
      : NONE;
  return named.filter((path) => {
    if (plainly.has(path)) return true;
    const words = wordsOf(readFileSync(path, 'latin1'));
    // -fmacro-prefix-map names the tree and looks for nothing there. A generated header is named without the tree.
    const looked = words.filter((_, index) => !words[index - 1]?.endsWith('-prefix-map'));
    const paths = looked.map((word) => sourcePath(word, source) ?? word);
    return paths.some((word) => files.has(word)) || headers.some((header) => couldPickUp(header, paths));
  });
}

/** So many records are worth a second look by grep for what names a file in so many words. */
const MANY = 20;

const NONE: ReadonlySet<string> = new Set();

/** The records in which one of `texts` stands. */
export async function recordsWith(texts: readonly string[], build: string): Promise<string[]> {
  const argv = ['grep', '-rlF', '--include=.*.cmd', '--include=.*.d', '-f', '-', build];
  if (texts.length === 0) return [];
  const { stdout } = await capture(argv, { input: [...new Set(texts)].map((text) => `${text}\n`).join('') });
  return stdout.split('\n').filter(Boolean);
}

/** The records of commands that neither compile nor generate: they link and archive. */
export async function linkRecords(build: string): Promise<string[]> {
  const { stdout } = await capture(['grep', '-rL', '--include=.*.cmd', '^deps_', build]);
  return stdout.split('\n').filter(Boolean);
}
