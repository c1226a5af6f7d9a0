import { statSync } from 'node:fs';
import { join } from 'node:path';
import { basename } from 'node:path/posix';
import { isCompiled } from '../../matrix/proof/paths.ts';
import { FileMemo } from './file-memo.ts';

const HAS_INCLUDE = /__has_include(?:_next)?(?:\s|\\\n)*\(?(?:\s|\\\n)*(?:["<]([^">\n]*)[">])?/g;

/** In C it stands in a string: asm(".include \"asm/cpu_mf-insn.h\"\n") of arch/s390. */
const INCLUDE = /\.include\s+\\?"([^"\\]+)/g;

/** What a text asks for: names without directories, `*` where a macro says what. */
const asked = new FileMemo((text) => {
  const found = Array.from(text.matchAll(HAS_INCLUDE), ([, name = '*']) => `? ${basename(name)}`);
  const read = Array.from(text.matchAll(INCLUDE), ([, name = '*']) => `< ${basename(name)}`);
  return [...new Set([...found, ...read])];
});

/**
 * What files of the source tree ask for that no record tells of: __has_include whether it is there, and the assembler to read
 * it. As in ReadSet.
 */
export function askedIn(source: string, paths: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const path of paths)
    if (isCompiled(path) && statSync(join(source, path), { throwIfNoEntry: false })?.isFile())
      for (const name of asked.of(join(source, path)) ?? []) found.add(`${name} ${path}`);
  return found;
}
