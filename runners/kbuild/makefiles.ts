import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalize } from 'node:path/posix';

/** A Makefile that make reads on its way through a directory, with all that it includes. */
export interface Makefile {
  /** In the source tree. */
  readonly path: string;
  readonly text: string;
  /** Paths in the source tree. */
  readonly includes: ReadonlySet<string>;
  /** False: it includes something that nobody could follow. */
  readonly whole: boolean;
}

const INCLUDE = /^[ \t]*[-s]?include[ \t]+(.*)$/gm;

/** The words behind every `include` of a Makefile, and behind every -include that a line begins with: rather too many. */
export function includedWords(text: string): string[] {
  const joined = text.replaceAll('\\\n', ' ');
  const found = [text, joined].flatMap((lines) => [...lines.matchAll(INCLUDE)]);
  return [...new Set(found.flatMap(([, words = '']) => words.split(/[\s\\]+/).filter(Boolean)))];
}

/** The Makefiles of directories of the source tree. */
export function makefilesIn(source: string, dirs: Iterable<string>): Makefile[] {
  const paths = [...dirs].flatMap((dir) => ['Makefile', 'Kbuild'].map((name) => normalize(`${dir}/${name}`)));
  return paths.filter((path) => existsSync(join(source, path))).map((path) => readMakefile(source, path));
}

function readMakefile(source: string, path: string): Makefile {
  const dir = normalize(`${path}/..`);
  const includes = new Set<string>();
  let whole = true;
  const visit = (one: string): string => {
    const text = readFileSync(join(source, one), 'utf8');
    const found = includedWords(text).map((word) => includedPath(source, dir, word));
    whole &&= !found.includes(null);
    const fresh = found.filter((next): next is string => next !== null && next !== GENERATED && !includes.has(next));
    for (const next of fresh) includes.add(next);
    return [text, ...fresh.map(visit)].join('\n');
  };
  const text = visit(path);
  return { path, text, includes, whole };
}

/** Of what is not in the source tree. */
export const GENERATED = '';

/** Makefiles are included by their path in the source tree; null where it takes make to say which file is meant. */
export function includedPath(source: string, dir: string, word: string): string | null {
  if (word.startsWith('$(obj)/')) return GENERATED;
  const named = word.replace(/^\$\(srctree\)\//, '').replace(/^\$\(src\)/, dir);
  if (named.includes('$')) return null;
  return existsSync(join(source, named)) ? normalize(named) : GENERATED;
}
