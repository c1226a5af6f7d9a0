import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK = 2 ** 20;
const NEWLINE = 10;

/** The whole lines of a file, one after the other; what is behind the last newline is left out. */
export function* readLines(path: string): Generator<string> {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK);
    let rest: Buffer[] = [];
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer)) {
      const end = buffer.subarray(0, size).lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        yield* linesOf(Buffer.concat([...rest, buffer.subarray(0, end)]));
        rest = [];
      }
      if (end < size) rest.push(Buffer.from(buffer.subarray(end, size)));
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
