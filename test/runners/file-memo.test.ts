import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FileMemo, stampOf } from '../../runners/kbuild/file-memo.ts';

let dir = '';
let [path, asked] = ['', 0];
let memo = new FileMemo((text) => text);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-memo-'));
  path = join(dir, 'Makefile');
  asked = 0;
  memo = new FileMemo((text) => {
    asked += 1;
    return text;
  });
  writeFileSync(path, 'one');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

/** What happened so far was an hour ago. */
function anHourLater(): void {
  vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] });
}

it('reads a file once while it is the same', () => {
  anHourLater();
  expect([memo.of(path), memo.of(path)]).toEqual(['one', 'one']);
  expect(asked).toBe(1);
});

it('reads a file again that is another one, though its size and its time are the same', () => {
  anHourLater();
  memo.of(path);
  const { atime, mtime } = statSync(path);
  writeFileSync(`${path}.new`, 'two');
  utimesSync(`${path}.new`, atime, mtime);
  renameSync(`${path}.new`, path);
  expect(memo.of(path)).toBe('two');
});

it('reads a file again that was written in its place', () => {
  anHourLater();
  memo.of(path);
  writeFileSync(path, 'longer');
  expect(memo.of(path)).toBe('longer');
});

it('does not rely on a file that has changed only now: it may change within a tick of the clock', () => {
  memo.of(path);
  memo.of(path);
  expect(asked).toBe(2);
});

it('has nothing of a file that is not there, and forgets one that goes', () => {
  anHourLater();
  memo.of(path);
  rmSync(path);
  expect(memo.of(path)).toBeNull();
  expect(stampOf(path)).toBeNull();
  writeFileSync(path, 'new');
  expect(memo.of(path)).toBe('new');
  expect(memo.of(join(path, 'below a file'))).toBeNull();
});

it('fails where a directory has the name of a file', () => {
  mkdirSync(join(dir, 'Kbuild'));
  expect(() => memo.of(join(dir, 'Kbuild'))).toThrow('EISDIR');
});
