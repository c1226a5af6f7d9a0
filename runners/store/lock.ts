import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { usageFailure } from '../../matrix/failure.ts';
import { makeDir, readIfThere, remove } from '../files.ts';
import { MARKER } from '../process.ts';
import type { OutDir } from './out-dir.ts';

/** One run at a time in an output directory. */
export interface Lock {
  release(): void;
}

/** Takes the directory, and ends what a run that was killed has left running in it. */
export async function lockOut(out: OutDir): Promise<Lock> {
  makeDir(out.path);
  const file = join(out.path, 'lock');
  const owner = Number(readIfThere(file) ?? 0);
  if (owner > 0 && isKvmMatrix(owner)) {
    throw usageFailure(`another run (process ${owner}) is using ${out.path}`, 'wait for it, or give another --out');
  }
  remove(file);
  writeFileSync(file, String(process.pid), { flag: 'wx' });
  await endLeftovers(out);
  return { release: () => remove(file) };
}

/** Whether a run is working in the output directory `path`. */
export function isLocked(path: string): boolean {
  const owner = Number(readIfThere(join(path, 'lock')) ?? 0);
  return owner > 0 && isKvmMatrix(owner);
}

function isKvmMatrix(pid: number): boolean {
  return pid !== process.pid && (readIfThere(`/proc/${pid}/cmdline`) ?? '').includes('\0run\0');
}

/** make and qemu outlive a kill -9 of ours; two makes in one O= would ruin it. They carry our mark in their environment. */
async function endLeftovers(out: OutDir): Promise<void> {
  for (let left = leftovers(out); left.length > 0; left = leftovers(out)) {
    for (const pid of left) endOne(pid);
    await wait(20);
  }
}

function leftovers(out: OutDir): number[] {
  const mark = `${MARKER}=${out.path}\0`;
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => pid !== process.pid && environmentOf(pid).includes(mark));
}

/** Empty for processes of others, for kernel threads and for what ended meanwhile. */
function environmentOf(pid: number): string {
  const path = `/proc/${pid}/environ`;
  try {
    return existsSync(path) ? `${readFileSync(path, 'latin1')}\0` : '';
  } catch (error) {
    if (['EACCES', 'ENOENT', 'ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function endOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
