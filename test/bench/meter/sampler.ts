import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from '../../../runners/files.ts';
import { buildOwn } from '../../../runners/kbuild/own-program.ts';
import { readUsage, type Usage } from './usage.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PROGRAM = join(ROOT, 'kvm-matrix.bench/sampler');
const SOURCES = join(import.meta.dirname, '../sampler');

/** What was done, and on what its CPU time went; null where nobody may look (not root), which is then said on stderr. */
export interface Metered<T> {
  readonly result: T;
  readonly usage: Usage | null;
}

/**
 * Does `work` and looks 500 times a second what has each CPU. Only processes that this one starts meanwhile count, and
 * theirs, so that others may use the machine; our own time is `others`.
 *
 * Why samples: 60 turns of gcc, ld, nm, objcopy, mkdir, rm, grep and sed on tiny files take 3.18 CPU seconds (wait4). Of
 * these acct(2) tells 0.00, for it cuts user and system time of every process down to whole 1/100 s; taskstats tells
 * 2.32, for it is sent before the memory of the process is given back and without what ran since the last tick
 * (kernel/exit.c, kernel/delayacct.c). The sum of the samples was 1 % off, and so is it here: see sampler.test.ts.
 */
export async function metered<T>(work: () => Promise<T>): Promise<Metered<T>> {
  const stop = await startSampler();
  try {
    const result = await work();
    return { result, usage: (await stop?.()) ?? null };
  } finally {
    await stop?.();
  }
}

/** Gives back what ends it; null if it cannot look here. */
async function startSampler(): Promise<(() => Promise<Usage>) | null> {
  const why = await buildOwn({ sources: SOURCES, program: PROGRAM, check: { args: [], code: 2 } });
  if (why !== null) return withoutSamples(why);
  const file = `${PROGRAM}.${process.pid}`;
  const child = spawn(PROGRAM, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const ready = await Promise.race([once(child.stdout, 'data'), ended.then(() => null)]);
  if (ready === null) return withoutSamples('to look at all CPUs takes root, or CAP_PERFMON');
  let usage: Usage | undefined;
  return async () => {
    child.stdin.end();
    await ended;
    usage ??= takeUsage(file);
    return usage;
  };
}

function takeUsage(file: string): Usage {
  const usage = readUsage(readFileSync(file, 'utf8'), process.pid);
  remove(file);
  return usage;
}

function withoutSamples(why: string): null {
  process.stderr.write(`what CPU time goes on is not known: ${why}\n`);
  return null;
}
