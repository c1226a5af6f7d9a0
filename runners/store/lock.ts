import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { usageFailure } from '../../matrix/failure.ts';
import { makeDir, readIfThere, remove } from '../files.ts';
import { MARKER, output } from '../process.ts';
import type { OutDir } from './out-dir.ts';

/** One run at a time in an output directory. */
export interface Lock {
  release(): void;
}

/**
 * Takes the directory, and ends what a run that was killed has left running in it. Where the machine went down under that
 * run, what was built goes: of the last half minute a file may be there without its content.
 */
export async function lockOut(out: OutDir, onNote: (note: string) => void): Promise<Lock> {
  makeDir(out.path);
  const file = fileIn(out.path);
  const owner = ownerOf(out.path);
  if (owner !== null && isAlive(owner)) {
    throw usageFailure(`another run (process ${owner.pid}) is using ${out.path}`, 'wait for it, or give another --out');
  }
  if (owner !== null && owner.boot !== bootId()) {
    onNote('the machine went down while a run was working here: all is built anew');
    await output(['rm', '-rf', out.work]);
  }
  remove(file);
  writeFileSync(file, `${process.pid} ${bootId()}`, { flag: 'wx' });
  await endLeftovers(out);
  return { release: () => remove(file) };
}

/** Whether a run is working in the output directory `path`. */
export function isLocked(path: string): boolean {
  const owner = ownerOf(path);
  return owner !== null && isAlive(owner);
}

function fileIn(path: string): string {
  return join(path, 'lock');
}

/** Who took the directory, and when the machine had started: later the number is another process's. */
interface Owner {
  readonly pid: number;
  readonly boot: string;
}

function ownerOf(path: string): Owner | null {
  // Without a word of it, as earlier versions wrote: nothing says that the machine went down.
  const [pid = '', boot = bootId()] = (readIfThere(fileIn(path)) ?? '').split(' ');
  return Number(pid) > 0 ? { pid: Number(pid), boot } : null;
}

/** Source: Documentation/admin-guide/sysctl/kernel.rst, random. */
function bootId(): string {
  return (readIfThere('/proc/sys/kernel/random/boot_id') ?? '').trim();
}

function isAlive({ pid, boot }: Owner): boolean {
  if (pid === process.pid || boot !== bootId()) return false;
  return (readIfThere(`/proc/${pid}/cmdline`) ?? '').includes('\0run\0');
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
