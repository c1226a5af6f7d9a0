import { join } from 'node:path';
import { lstatSync, existsSync } from 'node:fs';
import { makeDir, PACKAGE_ROOT, readIfThere, remove } from '../files.ts';
import { capture } from '../process.ts';
import { buildOwn, type OwnProgram } from './own-program.ts';

/** What the store of objects may take on the disk when a session ends. */
export const STORE_BYTES = 8 * 2 ** 30;

/** No loader at each of some ten thousand starts: a third of a millisecond of 0.7. Not every host has a static C library. */
const STATIC = ['-static'];

/** The program that stands before the compiler, runners/compile, and where it leaves things. */
export interface Launcher {
  /** Null: it could not be built, and compilers run by themselves. */
  readonly program: string | null;
  readonly store: string;
  /** CPU seconds that compilers took in this session; null when nothing was measured. */
  readonly compilerCpuSeconds: () => number | null;
  /** Bounds the store. To be called when no compiler runs any more. */
  readonly trim: () => Promise<void>;
}

/** The launcher as a program to build. */
export function launcherAt(program: string): OwnProgram {
  const check = { args: ['sh', '-c', 'exit 7'], code: 7 };
  return { sources: join(PACKAGE_ROOT, 'runners/compile'), program, check };
}

/**
 * Builds the launcher with the host's gcc, once, and opens its store and log below `work`. Its path stays the same when
 * its source changes: kbuild compares whole commands, and another path would build all objects again.
 */
export async function openLauncher(work: string, onNote: (note: string) => void): Promise<Launcher> {
  const log = join(work, 'compile-once.log');
  const store = (process.env['COMPILE_ONCE_DIR'] ??= join(work, 'compile-once.store'));
  process.env['COMPILE_ONCE_LOG'] = log;
  makeDir(work);
  remove(log);
  const path = join(work, 'compile-once');
  const why = /\s/.test(path)
    ? 'make takes no compiler with a blank in its path'
    : await buildOwn({ ...launcherAt(path), wanted: STATIC });
  if (why !== null) onNote(`every object is compiled anew: ${why}`);
  const program = why === null ? path : null;
  return {
    program,
    store,
    compilerCpuSeconds: () => sumSeconds(log),
    trim: async () => {
      if (program !== null) await capture([program, '--trim', String(STORE_BYTES), store]);
    },
  };
}

/** One line a call: how, CPU seconds of the compiler, CPU seconds of the launcher, object. See runners/compile/compiler/log.h. */
export function sumSeconds(log: string): number | null {
  // In a box it can be anything.
  if (!existsSync(log) || lstatSync(log).size > LOG_MOST) return null;
  const seconds = (readIfThere(log) ?? '').split('\n').map((line) => Number(line.split(' ')[1] ?? 0));
  return Math.round(seconds.reduce((sum, next) => sum + (Number.isFinite(next) ? next : 0), 0) * 10) / 10;
}

/** Bytes; a run of a thousand builds leaves a tenth of it. */
const LOG_MOST = 2 ** 29;
