import { basename } from 'node:path/posix';
import { commandPath, shellCommand } from './command-file.ts';
import type { Doubts } from './doubts.ts';
import type { Compile } from './scripts.ts';

/** So many names are looked at for each file of each depfile; where there are more, fixdep costs no more than they do. */
const MOST_DOUBTS = 100;

/**
 * What the launcher is to know of each object that it compiles again, and where that begins, in bytes. `source`: the tree as
 * records name it. The form is told in runners/compile/object/object-list.h.
 */
export function objectList(
  source: string,
  doubts: Doubts,
  compiles: readonly Compile[],
): { bytes: Buffer; offsets: number[] } {
  const parts = [Buffer.from(strings([source, namesOf(doubts)]))];
  const offsets: number[] = [];
  let size = parts[0]?.length ?? 0;
  for (const { command, depfile } of compiles) {
    const { target, recorded, tail } = command;
    // Records are read a letter a byte.
    const part = Buffer.from(
      strings([target, depfile, commandPath(target), shellCommand(command), recorded, tail]),
      'latin1',
    );
    parts.push(part);
    offsets.push(size);
    size += part.length;
  }
  return { bytes: Buffer.concat(parts), offsets };
}

function namesOf(doubts: Doubts): string {
  const names = [...new Set(doubts?.map((path) => basename(path)))];
  const isPlain = names.every((name) => /^[\w.+,@=-]+$/.test(name));
  return doubts === null || names.length > MOST_DOUBTS || !isPlain ? '*' : names.map((name) => `${name}\n`).join('');
}

function strings(texts: readonly string[]): string {
  return texts.map((text) => `${text}\0`).join('');
}
