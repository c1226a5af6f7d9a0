import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { infraFailure } from '../matrix/failure.ts';

/** The directory with our package.json: the same from sources and from dist/. */
export const PACKAGE_ROOT = findPackageRoot(import.meta.dirname);

function findPackageRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const up = dirname(from);
  if (up === from) throw new Error('package.json of kvm-matrix not found');
  return findPackageRoot(up);
}

export function makeDir(path: string): void {
  guarded(path, () => mkdirSync(path, { recursive: true }));
}

/** All or nothing: written beside, then renamed. A large text may come in pieces, so that it is never whole in memory. */
export function writeWhole(path: string, text: string | Uint8Array | Iterable<string>): void {
  makeDir(dirname(path));
  guarded(path, () => {
    if (typeof text === 'string' || text instanceof Uint8Array) writeFileSync(`${path}.new`, text);
    else writePieces(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  });
}

/** Characters that are gathered to one write. */
const PIECE = 2 ** 18;

function writePieces(path: string, pieces: Iterable<string>): void {
  const fd = openSync(path, 'w');
  try {
    let gathered = '';
    for (const piece of pieces) {
      gathered += piece;
      if (gathered.length < PIECE) continue;
      writeFileSync(fd, gathered);
      gathered = '';
    }
    writeFileSync(fd, gathered);
  } finally {
    closeSync(fd);
  }
}

/** A file that only grows. What `line` was given is handed to the kernel when it returns: no kill of ours can lose it. */
export interface LineLog {
  line(text: string): void;
  close(): void;
}

export function openLineLog(path: string): LineLog {
  const fd = guarded(path, () => openSync(path, 'a'));
  const room = Buffer.alloc(LINE_ROOM);
  return {
    line: (text) => guarded(path, () => writeAll(fd, bytesOf(`${text}\n`, room))),
    close: () => closeSync(fd),
  };
}

/** A file for bytes as they come, from its beginning or behind what it has. */
export function openByteLog(path: string, append: boolean): { write(bytes: Uint8Array): void; close(): void } {
  makeDir(dirname(path));
  const fd = guarded(path, () => openSync(path, append ? 'a' : 'w'));
  return { write: (bytes) => guarded(path, () => writeFileSync(fd, bytes)), close: () => closeSync(fd) };
}

/** Bytes for lines of usual length: they need no memory of their own. */
const LINE_ROOM = 2 ** 16;

const encoder = new TextEncoder();

/** In `room`, where it is large enough. */
function bytesOf(text: string, room: Uint8Array): Uint8Array {
  const { read, written } = encoder.encodeInto(text, room);
  return read === text.length ? room.subarray(0, written) : Buffer.from(text);
}

/** A disk that is nearly full takes a part first, and says so of the rest. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

/** The text of a file; null when there is none. */
export function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

const FOLLOW_MS = 50;

/** Hands on what is appended to a file, until it is closed, and then the rest. */
export function followFile(path: string, onChunk: (chunk: Buffer) => void): { close: () => void } {
  const fd = openSync(path, 'r');
  const buffer = Buffer.alloc(2 ** 16);
  const readOn = (): void => {
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer))
      onChunk(Buffer.from(buffer.subarray(0, size)));
  };
  const timer = setInterval(readOn, FOLLOW_MS);
  const close = (): void => {
    clearInterval(timer);
    readOn();
    closeSync(fd);
  };
  return { close };
}

export function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

export function sha256OfFile(path: string): string {
  return sha256(readFileSync(path));
}

/** A disk that is full or forbidden is the machine's trouble and has its own sentence. */
function guarded<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw infraFailure(
        `no space left on the disk for ${path}`,
        'free some room or give another --out, then go on with --resume',
        error,
      );
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR')
      throw infraFailure(`${path} cannot be written (${code})`, 'give an --out directory that is yours', error);
    throw error;
  }
}
