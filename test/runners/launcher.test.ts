import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLauncher } from '../../runners/kbuild/launcher.ts';
import { capture } from '../../runners/process.ts';

let work: string;
const notes: string[] = [];
const { PATH } = process.env;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'launcher-'));
  notes.length = 0;
  delete process.env['COMPILE_ONCE_DIR'];
});
afterEach(() => {
  process.env['PATH'] = PATH;
  rmSync(work, { recursive: true, force: true });
});

const open = (dir = work): ReturnType<typeof openLauncher> => openLauncher(dir, (note) => notes.push(note));

it('is built once, launches, and its log is summed up', async () => {
  const { program, compilerCpuSeconds, trim } = await open();
  expect(compilerCpuSeconds()).toBeNull();
  expect(await capture([program ?? '', 'sh', '-c', 'echo said; exit 3'])).toMatchObject({ code: 3, stdout: 'said\n' });
  appendFileSync(join(work, 'compile-once.log'), 'miss 1.25 0.1 a.o\ndirect 0 0.01 b.o\nsaid 2.5 0.1 c.o\n');
  expect(compilerCpuSeconds()).toBe(3.8);
  await trim();
  const { ino } = statSync(program ?? '');
  const again = await open();
  expect([again.program, statSync(program ?? '').ino, again.compilerCpuSeconds()]).toEqual([program, ino, null]);
  expect(notes).toEqual([]);
});

it('is linked with shared libraries where there is no static one', async () => {
  const script = `#!/bin/sh\nfor word; do [ "$word" != -static ] || exit 1; done\nPATH='${PATH}' exec gcc "$@"\n`;
  mkdirSync(join(work, 'bin'));
  writeFileSync(join(work, 'bin/gcc'), script, { mode: 0o755 });
  process.env['PATH'] = `${join(work, 'bin')}:${PATH}`;
  const { program } = await open();
  expect(await capture([program ?? '', 'sh', '-c', 'exit 3'])).toMatchObject({ code: 3 });
  expect(notes).toEqual([]);
});

it('without a compiler for it the run goes on without it, and says so', async () => {
  process.env['PATH'] = '/nowhere';
  expect((await open()).program).toBeNull();
  expect(notes).toEqual([expect.stringMatching(/^every object is compiled anew: .*gcc/)]);
});

it('is not put where make would take its path apart', async () => {
  expect((await open(join(work, 'a b'))).program).toBeNull();
  expect(notes).toEqual([expect.stringContaining('blank')]);
});
