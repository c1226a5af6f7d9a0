import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK = 2 ** 20;
const NEWLINE = 10;

/** The whole lines of a file, one after the other; what is behind the last newline is left out. */
export function* readLines(path: string): Generator<string> {
  const fd = openSync(path, 'r');
  try {
    let buffer = Buffer.alloc(CHUNK);
    let filled = 0;
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer, filled, buffer.length - filled, null)) {
      filled += size;
      const end = buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
      if (end > 0) yield* linesOf(buffer.subarray(0, end));
      // What is behind the last newline goes to the front; a line may be longer than all that there is room for.
      buffer.copyWithin(0, end, filled);
      filled -= end;
      if (filled === buffer.length) buffer = Buffer.concat([buffer], 2 * filled);
    }
  } finally {
    closeSync(fd);
  }
}

function linesOf(whole: Buffer): string[] {
  return whole.toString('utf8', 0, whole.length - 1).split('\n');
}

/** Bytes up to the last newline: all that is whole. */
export function wholeBytes(path: string): number {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK);
    for (let end = fstatSync(fd).size; end > 0;) {
      const start = Math.max(0, end - CHUNK);
      const size = readSync(fd, buffer, 0, end - start, start);
      const at = buffer.subarray(0, size).lastIndexOf(NEWLINE);
      if (at >= 0) return start + at + 1;
      end = start;
    }
    return 0;
  } finally {
    closeSync(fd);
  }
}
