import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordsNaming } from '../../matrix/replay/record-names.ts';
import { readNames } from '../../runners/kbuild/names-file.ts';
import { saveNames } from '../../runners/kbuild/names-memory.ts';
import { namesIn } from '../../runners/kbuild/record-names.ts';
import { write } from '../support/files.ts';

const SOURCE = '/src/linux';

let dir = '';
let build = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-names-'));
  build = join(dir, 'build');
  mkdirSync(build);
});
afterEach(() => rmSync(dir, { recursive: true }));

function record(...files: readonly string[]): string {
  return `savedcmd_x.o := gcc ${files.map((file) => `${SOURCE}/${file}`).join(' ')}\n`;
}

function naming(file: string, source = SOURCE): string[] {
  return recordsNaming(namesIn(source, build), { files: new Set([file]), headers: [] });
}

let ticks = 0;

/** As if it had been written long ago, each time at another moment. */
function settle(path: string): void {
  ticks += 1;
  const then = new Date(Date.now() - 3_600_000 + ticks);
  utimesSync(join(build, path), then, then);
}

/** Goes on in a copy: nothing of that is in memory. */
function moveToCopy(): void {
  const copy = `${build}x`;
  cpSync(build, copy, { recursive: true, preserveTimestamps: true });
  if (existsSync(`${build}.names`)) cpSync(`${build}.names`, `${copy}.names`);
  build = copy;
}

/** All that can happen to the records of a build directory, and to what is remembered of them. */
const PATHS = ['.a.o.cmd', 'virt/kvm/.b.o.cmd', 'scripts/.c.d'];
const FILES = ['a.c', 'b.c', 'include/c.h'];
const path = fc.constantFrom(...PATHS);
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('write' as const, 'write long ago' as const),
    path,
    files: fc.uniqueArray(fc.constantFrom(...FILES)),
  }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({ kind: fc.constantFrom('ask' as const, 'save' as const, 'copy' as const, 'lose' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function happen(one: Step): void {
  if (one.kind === 'remove') rmSync(join(build, one.path), { force: true });
  if (one.kind === 'write' || one.kind === 'write long ago') write(build, { [one.path]: record(...one.files) });
  if (one.kind === 'write long ago') settle(one.path);
  if (one.kind === 'ask' || one.kind === 'save') namesIn(SOURCE, build);
  if (one.kind === 'save') saveNames(build, 0);
  if (one.kind === 'copy') moveToCopy();
  if (one.kind === 'lose') rmSync(`${build}.names`, { force: true });
}

/** Every record is read, and nothing is remembered. */
function plainly(file: string): string[] {
  const isThere = PATHS.filter((one) => existsSync(join(build, one)));
  return isThere.filter((one) => readFileSync(join(build, one), 'utf8').split(/\s/).includes(`${SOURCE}/${file}`));
}

it('says what the records say now, whatever happened to them and to the memory of them', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      build = mkdtempSync(join(dir, 'build'));
      for (const one of steps) happen(one);
      for (const file of FILES) expect(naming(file).toSorted()).toEqual(plainly(file).toSorted());
    }),
    { numRuns: 150 },
  );
});

it('reads a record again that was rewritten at once, with the same time and size', () => {
  const now = new Date();
  const writeNow = (file: string): void => {
    write(build, { '.a.o.cmd': record(file) });
    utimesSync(join(build, '.a.o.cmd'), now, now);
  };
  writeNow('a.c');
  expect(naming('a.c')).toEqual(['.a.o.cmd']);
  writeNow('b.c');
  expect([naming('a.c'), naming('b.c')]).toEqual([[], ['.a.o.cmd']]);
});

it('reads records that are older than a while once, and writes them down where that is worth it', () => {
  write(build, { '.a.o.cmd': record('a.c') });
  settle('.a.o.cmd');
  const first = namesIn(SOURCE, build);
  saveNames(build);
  expect(existsSync(`${build}.names`)).toBe(false);
  saveNames(build, 0);
  const { ino } = statSync(`${build}.names`);
  expect(namesIn(SOURCE, build)).toBe(first);
  saveNames(build, 0);
  expect(statSync(`${build}.names`).ino).toBe(ino);
  expect(readNames(`${build}.names`)).toEqual(first);
});

it('begins anew for another name of the source', () => {
  write(build, { '.a.o.cmd': 'gcc /src/linux/a.c /elsewhere/b.c\n' });
  settle('.a.o.cmd');
  expect([naming('a.c'), naming('b.c')]).toEqual([['.a.o.cmd'], []]);
  expect([naming('a.c', '/elsewhere'), naming('b.c', '/elsewhere')]).toEqual([[], ['.a.o.cmd']]);
});

it.each([
  ['is empty', (): Uint8Array => new Uint8Array()],
  ['was cut', (file: Uint8Array): Uint8Array => file.subarray(0, -2)],
  ['has other numbers', (file: Uint8Array): Uint8Array => file.map((byte, at) => (at < file.length - 2 ? byte : 0))],
  ['is of another kind', (): Uint8Array => Buffer.from('{}\n')],
])('a memory that %s is none', (_, spoil) => {
  write(build, { '.a.o.cmd': record('b.c', 'a.c') });
  settle('.a.o.cmd');
  namesIn(SOURCE, build);
  saveNames(build, 0);
  const file = readFileSync(`${build}.names`);
  expect(readNames(`${build}.names`)).not.toBeNull();
  writeFileSync(`${build}.names`, spoil(file));
  expect(readNames(`${build}.names`)).toBeNull();
  moveToCopy();
  expect(naming('a.c')).toEqual(['.a.o.cmd']);
});
