import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, infraFailure } from '../../matrix/failure.ts';
import { makeDir, PACKAGE_ROOT, readIfThere, remove, sha256, writeWhole } from '../files.ts';
import { capture, output } from '../process.ts';

const SOURCES = join(PACKAGE_ROOT, 'runners/compile');

/** What the store of objects may take on the disk when a session ends. */
const STORE_BYTES = 8 * 2 ** 30;

/** The program that stands before the compiler, runners/compile, and where it leaves things. */
export interface Launcher {
  /** Null: it could not be built, and compilers run by themselves. */
  readonly program: string | null;
  /** CPU seconds that compilers took in this session; null when nothing was measured. */
  readonly compilerCpuSeconds: () => number | null;
  /** Bounds the store. To be called when no compiler runs any more. */
  readonly trim: () => Promise<void>;
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
  const why = await buildLauncher(work);
  if (why !== null) onNote(`every object is compiled anew: ${why}`);
  const program = why === null ? programOf(work) : null;
  return {
    program,
    compilerCpuSeconds: () => sumSeconds(readIfThere(log)),
    trim: async () => {
      if (program !== null) await capture([program, '--trim', String(STORE_BYTES), store]);
    },
  };
}

function programOf(work: string): string {
  return join(work, 'compile-once');
}

/** Why there is none; null when there is. */
async function buildLauncher(work: string): Promise<string | null> {
  const program = programOf(work);
  if (/\s/.test(program)) return 'make takes no compiler with a blank in its path';
  const files = readdirSync(SOURCES).toSorted();
  const digest = sha256(...files.flatMap((name) => [name, readFileSync(join(SOURCES, name))]));
  if (existsSync(program) && readIfThere(`${program}.digest`) === digest) return null;
  try {
    await compileLauncher(files, program);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  writeWhole(`${program}.digest`, digest);
  return null;
}

async function compileLauncher(files: readonly string[], program: string): Promise<void> {
  const sources = files.filter((name) => name.endsWith('.c')).map((name) => join(SOURCES, name));
  await output(['gcc', ...LAUNCHER_CFLAGS, '-o', `${program}.new`, ...sources]);
  // Better none than one that does not hand on what a compiler says.
  const { code } = await capture([`${program}.new`, 'sh', '-c', 'exit 7']);
  if (code !== 7)
    throw infraFailure('the launcher of runners/compile does not work', 'is gcc the compiler of this machine?');
  await output(['mv', `${program}.new`, program]);
}

/** GNU extensions of libc: memmem, strchrnul, asprintf. */
const LAUNCHER_CFLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-D_GNU_SOURCE'];

/** One line a call: how, CPU seconds of the compiler, CPU seconds of the launcher, object. See runners/compile/log.h. */
function sumSeconds(log: string | null): number | null {
  if (log === null) return null;
  const seconds = log.split('\n').map((line) => Number(line.split(' ')[1] ?? 0));
  return Math.round(seconds.reduce((sum, next) => sum + (Number.isFinite(next) ? next : 0), 0) * 10) / 10;
}
