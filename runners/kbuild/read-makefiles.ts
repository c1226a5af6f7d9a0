import { basename, join } from 'node:path';
import { normalize } from 'node:path/posix';
import type { ReadSet } from '../../matrix/proof/read-set.ts';
import { FileMemo } from './file-memo.ts';
import { includedWords } from './makefiles.ts';

/** What Makefiles include, and whether they look for files by pattern. Few of them change from patch to patch. */
const makefiles = new FileMemo((text) => ({ words: includedWords(text), looks: text.includes('$(wildcard') }));

/** What the Makefiles of `dirs` of the source tree bring in. */
export function readMakefiles(source: string, dirs: readonly string[]): Pick<ReadSet, 'fragments' | 'patterns'> {
  const fragments = new Set<string>();
  const patterns = new Set<string>();
  for (const dir of dirs)
    for (const name of ['Makefile', 'Kbuild']) {
      const makefile = makefiles.of(join(source, dir, name));
      if (makefile?.looks) patterns.add(dir);
      for (const word of makefile?.words ?? []) addTo(fragments, dir, word);
    }
  return { fragments, patterns };
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
