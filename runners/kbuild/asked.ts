import { statSync } from 'node:fs';
import { join } from 'node:path';
import { basename } from 'node:path/posix';
import { isCompiled } from '../../matrix/proof/reach.ts';
import { FileMemo } from './file-memo.ts';

/** For what __has_include asks in a text: names without directories, `*` where a macro says what. */
const asked = new FileMemo((text) => {
  const found = text.matchAll(/__has_include(?:_next)?(?:\s|\\\n)*\(?(?:\s|\\\n)*(?:["<]([^">\n]*)[">])?/g);
  return [...new Set(Array.from(found, ([, name = '*']) => basename(name)))];
});

/**
 * What __has_include asks for in files of the source tree: no record tells of it, whether it is there or not. As in
 * ReadSet.
 */
export function askedIn(source: string, paths: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const path of paths)
    if (isCompiled(path) && statSync(join(source, path), { throwIfNoEntry: false })?.isFile())
      for (const name of asked.of(join(source, path)) ?? []) found.add(`${name} ${path}`);
  return found;
}
