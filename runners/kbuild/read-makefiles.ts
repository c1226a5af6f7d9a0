import { basename, dirname, join } from 'node:path';
import { normalize } from 'node:path/posix';
import type { ReadSet } from '../../matrix/proof/read-set.ts';
import { FileMemo } from './file-memo.ts';
import { GENERATED, includedPath, includedWords } from './makefiles.ts';

/** What Makefiles include and name, and whether they look for files by pattern. Few of them change from patch to patch. */
const makefiles = new FileMemo((text) => ({
  words: includedWords(text),
  looks: /\$[({](wildcard|shell)\b/.test(text),
  named: namedIn(text),
}));

/**
 * Files for the compiler by name, but for those that comments tell of. Lists of asm headers are left out: of these make asks
 * no more than whether they are there. Source: scripts/Makefile.asm-headers.
 */
function namedIn(text: string): string[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  const telling = lines.filter((line) => !/^\s*(#|(mandatory|generic|generated)-y\b)/.test(line));
  return telling.flatMap((line) => line.match(/[\w.,+-]+\.(c|h|S|dts|dtsi)(?![\w.])/g) ?? []);
}

/** What the Makefiles of `dirs` of the source tree bring in, with all that they include. */
export function readMakefiles(
  source: string,
  dirs: readonly string[],
): Pick<ReadSet, 'fragments' | 'patterns' | 'mentioned'> {
  const found = { fragments: new Set<string>(), patterns: new Set<string>(), mentioned: new Set<string>() };
  for (const dir of dirs) {
    const seen = new Set<string>();
    for (const name of ['Makefile', 'Kbuild']) visit(source, dir, join(dir, name), seen, found);
  }
  return found;
}

/** `dir`: whose Makefile it is, or is included in. */
function visit(
  source: string,
  dir: string,
  path: string,
  seen: Set<string>,
  found: Readonly<Record<'fragments' | 'patterns' | 'mentioned', Set<string>>>,
): void {
  seen.add(path);
  const makefile = makefiles.of(join(source, path));
  if (makefile?.looks) for (const where of [dir, dirname(path)]) found.patterns.add(where);
  // The top ones make nothing from sources by themselves that no record tells of.
  if (dir !== '.') for (const name of makefile?.named ?? []) found.mentioned.add(name);
  for (const word of makefile?.words ?? []) {
    addTo(found.fragments, dir, word);
    const next = includedPath(source, dir, word);
    if (next !== null && next !== GENERATED && !next.startsWith('scripts/') && !seen.has(next))
      visit(source, dir, next, seen, found);
  }
}

/** `$(srctree)/virt/kvm/Makefile.kvm` is a path; what ends in a variable could be anything. */
function addTo(fragments: Set<string>, dir: string, word: string): void {
  const [, path] = /^\$\(srctree\)\/([\w./-]+)$/.exec(word) ?? [];
  const name = basename(word);
  if (path !== undefined) fragments.add(normalize(path));
  else if (/^[\w.-]+$/.test(name) && !/^(Makefile|Kbuild|Build)$/.test(name)) fragments.add(name);
  // The top Makefile and scripts/ include each other, the arch's and what the directories bring: all known by place.
  else if (dir !== '.' && !dir.startsWith('scripts')) fragments.add('*');
}
