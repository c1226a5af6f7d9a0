import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, infraFailure } from '../../matrix/failure.ts';
import { makeDir, readIfThere, sha256, writeWhole } from '../files.ts';
import { capture, output } from '../process.ts';

/** A C program of ours that is built on demand with the host's gcc. */
export interface OwnProgram {
  /** A directory of C files and headers, all of one program. Below it headers are included by their path from it. */
  readonly sources: string;
  /** Where it is to lie. Its path stays the same when its source changes. */
  readonly program: string;
  readonly flags?: readonly string[];
  /** Flags that are done without where the host's gcc cannot take them. */
  readonly wanted?: readonly string[];
  /** What to call it with to see that it works, and the exit code that it must give. */
  readonly check: { readonly args: readonly string[]; readonly code: number };
}

/** GNU extensions of libc: memmem, strchrnul, asprintf, execvpe. */
const CFLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-D_GNU_SOURCE'];

/** Builds it once for one state of its sources. Gives back why there is none; null when there is. */
export async function buildOwn(own: OwnProgram): Promise<string | null> {
  const { sources, program, flags = [], wanted = [] } = own;
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[ch]$/.test(name))
    .toSorted();
  const digest = sha256(...flags, ...wanted, ...files.flatMap((name) => [name, readFileSync(join(sources, name))]));
  if (existsSync(program) && readIfThere(`${program}.digest`) === digest) return null;
  try {
    makeDir(dirname(program));
    if (wanted.length === 0 || !(await compiles({ ...own, flags: [...flags, ...wanted] }, files)))
      await compile(own, files);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  writeWhole(`${program}.digest`, digest);
  return null;
}

async function compiles(own: OwnProgram, files: readonly string[]): Promise<boolean> {
  try {
    await compile(own, files);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

async function compile({ sources, program, flags = [], check }: OwnProgram, files: readonly string[]): Promise<void> {
  const units = files.filter((name) => name.endsWith('.c')).map((name) => join(sources, name));
  await output(['gcc', ...CFLAGS, ...flags, '-I', sources, '-o', `${program}.new`, ...units]);
  // Better none than one that does not work.
  const { code } = await capture([`${program}.new`, ...check.args]);
  if (code !== check.code)
    throw infraFailure(`what gcc made of ${sources} does not work`, 'is gcc the compiler of this machine?');
  await output(['mv', `${program}.new`, program]);
}
