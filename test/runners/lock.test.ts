import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLocked, lockOut } from '../../runners/store/lock.ts';
import { OutDir } from '../../runners/store/out-dir.ts';
import { write } from '../support/files.ts';

let out: OutDir;
let notes: string[] = [];
const BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const NO_PROCESS = 2 ** 22 + 1;

beforeEach(() => {
  out = new OutDir(mkdtempSync(join(tmpdir(), 'kvm-matrix-lock-')));
  notes = [];
  write(out.work, { 'build/x86/a.o': '' });
});
afterEach(() => rmSync(out.path, { recursive: true }));

/** Takes the directory behind a run that left `lock`; whether what was built is still there. */
async function take(lock: string | null): Promise<boolean> {
  if (lock !== null) write(out.path, { lock });
  const held = await lockOut(out, (note) => notes.push(note));
  expect(existsSync(join(out.path, 'lock'))).toBe(true);
  held.release();
  expect(existsSync(join(out.path, 'lock'))).toBe(false);
  return existsSync(join(out.work, 'build/x86/a.o'));
}

it('what was built stays behind a run that ended, and behind one that was killed', async () => {
  const locks = [null, `${NO_PROCESS} ${BOOT}`, `${NO_PROCESS}`, ''];
  for (const lock of locks) expect(await take(lock)).toBe(true);
  expect(notes).toEqual([]);
});

it('what was built goes where the machine went down under a run, whatever process has its number now', async () => {
  expect(await take(`1 00000000-0000-0000-0000-000000000000`)).toBe(false);
  expect(notes.join()).toContain('went down');
});

it('a process that is no run of ours does not hold a directory', () => {
  write(out.path, { lock: `1 ${BOOT}` });
  expect(isLocked(out.path)).toBe(false);
});
