import { existsSync } from 'node:fs';
import { execaSync } from 'execa';
import { readIfThere } from '../../../runners/files.ts';

/** Objects that a build asked for. */
export interface Compiles {
  readonly compiled: number;
  /** Came out of the cache. */
  readonly hits: number;
}

/**
 * By the log of our launcher (runners/compile/compiler/log.h), since it was removed the last time; null if there is no launcher.
 * What the launcher passes on counts as compiled: linker scripts, which are only preprocessed, are among these. Questions
 * to the compiler (cc-option) do not count.
 */
export function compilesIn(launcher: string, log: string): Compiles | null {
  if (!existsSync(launcher)) return null;
  const lines = (readIfThere(log) ?? '').split('\n');
  const calls = lines.map((line) => line.split(' ')).filter(([, , , name = '-']) => !isQuestion(name));
  const count = (...kinds: readonly string[]): number => calls.filter(([how = '']) => kinds.includes(how)).length;
  return { compiled: count('miss', 'said', 'alone', 'pass', 'DIFFERS'), hits: count('direct') };
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
