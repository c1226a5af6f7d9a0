import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ROOMS = ['matrix', 'runners', 'cli'] as const;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: Source[] = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(room, name);
      const text = readFileSync(join(ROOT, path), 'utf8');
      const imports = Array.from(
        text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|import\('([^']+)'\)/gm),
        (match) => match[1] ?? match[2] ?? '',
      );
      return {
        path,
        text,
        imports: imports.map((target) =>
          target.startsWith('.') ? relative(ROOT, join(ROOT, path, '..', target)) : target,
        ),
      };
    }),
);

function importers(of: RegExp): string[] {
  return sources.filter(({ imports }) => imports.some((name) => of.test(name))).map(({ path }) => path);
}

it('imports run cli -> runners -> matrix, never back', () => {
  const backwards = sources.filter(({ path, imports }) =>
    imports.some(
      (name) =>
        (path.startsWith('matrix/') && /^(runners|cli)\//.test(name)) ||
        (path.startsWith('runners/') && name.startsWith('cli/')),
    ),
  );
  expect(backwards.map(({ path }) => path)).toEqual([]);
});

it('what O= holds knows nothing of who builds in it', () => {
  expect(importers(/^runners\/rebuild\//).filter((path) => path.startsWith('runners/kbuild/'))).toEqual([]);
});

it('the rooms of the launcher build on each other in one order', () => {
  const order = ['text', 'store', 'files', 'facts', 'compiler', 'manifest', 'probe', 'shell', 'object'];
  const root = join(ROOT, 'runners/compile');
  const upwards = order.flatMap((room, height) =>
    readdirSync(join(root, room)).flatMap((name) => {
      const text = readFileSync(join(root, room, name), 'utf8');
      const asked = Array.from(text.matchAll(/^#include "([^"/]+)\//gm), (match) => match[1] ?? '');
      return asked.filter((other) => order.indexOf(other) > height).map((other) => `${room}/${name} -> ${other}`);
    }),
  );
  expect(upwards).toEqual([]);
  expect(readdirSync(root).toSorted()).toEqual([...order, 'main.c'].toSorted());
});

it('matrix/ decides and touches nothing', () => {
  const pure = /^(\.|matrix\/|zod$|yaml$|node:path\/posix$|p-queue$)/;
  expect(
    sources
      .filter(({ path, imports }) => path.startsWith('matrix/') && imports.some((name) => !pure.test(name)))
      .map(({ path }) => path),
  ).toEqual([]);
  const worldly = /\b(process\.|Date\.now|new Date\(\)|setTimeout|Math\.random)/;
  expect(
    sources.filter(({ path, text }) => path.startsWith('matrix/') && worldly.test(text)).map(({ path }) => path),
  ).toEqual([]);
});

it('every danger has one door', () => {
  expect(importers(/^execa$/)).toEqual(['runners/process.ts']);
  expect(importers(/^node:child_process$/)).toEqual([]);
  expect(importers(/^listr2$/)).toEqual(['cli/report/live.ts']);
  expect(importers(/^tar$/)).toEqual(['runners/tree/entries.ts']);
});

it('no file has grown into two', () => {
  expect(sources.filter(({ text }) => text.split('\n').length > 300).map(({ path }) => path)).toEqual([]);
});
