import { existsSync } from 'node:fs';
import { execaSync } from 'execa';
import { readIfThere } from '../../../runners/files.ts';

/** Objects that a build asked for. */
export interface Compiles {
  readonly compiled: number;
  /** Came out of the cache. */
  readonly hits: number;
}

/** One line of the launcher's log. */
interface Call {
  readonly how: string;
  readonly seconds: number;
  readonly object: string;
}

const COMPILED = new Set(['miss', 'said', 'alone', 'pass', 'DIFFERS']);

/**
 * By the log of our launcher, since it was removed the last time; null if there is no launcher. What the launcher passes on
 * counts as compiled: linker scripts, which are only preprocessed, are among these.
 */
export function compilesIn(launcher: string, log: string): Compiles | null {
  if (!existsSync(launcher)) return null;
  const calls = callsIn(log);
  return { compiled: calls.filter(isCompile).length, hits: calls.filter(({ how }) => how === 'direct').length };
}

/** The objects that were compiled, and the CPU seconds that each took. */
export function compiledIn(log: string): Pick<Call, 'object' | 'seconds'>[] {
  return callsIn(log).filter(isCompile);
}

function isCompile({ how }: Call): boolean {
  return COMPILED.has(how);
}

/** Without questions to the compiler (cc-option). Source: runners/compile/compiler/log.h. */
function callsIn(log: string): Call[] {
  const lines = (readIfThere(log) ?? '').split('\n');
  return lines
    .map((line) => line.split(' '))
    .map(([how = '', seconds = '', , object = '-']) => ({ how, seconds: Number(seconds), object }))
    .filter(({ object }) => !isQuestion(object));
}

/** Source: TMPOUT in scripts/Makefile.compiler; `-` stands for no output (runners/compile/probe/probe.c). */
function isQuestion(name: string): boolean {
  return name === '-' || /^(?:.*\/)?\.tmp_\d+\//.test(name);
}

/** By ccache's own counts since `forgetCcache`; null if it has none. */
export function compilesOfCcache(dir: string): Compiles | null {
  const { stdout, exitCode } = execaSync('ccache', ['--print-stats'], { env: { CCACHE_DIR: dir }, reject: false });
  if (exitCode !== 0) return null;
  const counts = new Map(stdout.split('\n').map((line) => line.split('\t') as [string, string]));
  const of = (name: string): number => Number(counts.get(name) ?? 0);
  return { compiled: of('cache_miss'), hits: of('direct_cache_hit') + of('preprocessed_cache_hit') };
}

export function forgetCcache(dir: string): void {
  execaSync('ccache', ['--zero-stats'], { env: { CCACHE_DIR: dir }, reject: false });
}
