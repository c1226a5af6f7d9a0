import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { Book } from '../matrix/book.ts';
import { infraFailure } from '../matrix/failure.ts';
import { openJobserver } from './build/jobserver.ts';
import { openLauncher, type Launcher } from './build/launcher.ts';
import { cpuSeconds, now } from './clock.ts';
import { openRun, startRun, type Subject } from './open-run.ts';
import type { RunResult } from './run-options.ts';
import { loadResults } from './store/results.ts';
import type { WalkContext } from './walk/context.ts';
import { fingerprintCells } from './walk/fingerprints.ts';
import { findTools } from './walk/tools.ts';
import { walk } from './walk/walk.ts';

/** One process working on a run: from its first event to its goodbye. */
export async function runSession(parts: Subject): Promise<RunResult> {
  const { options, hooks, out, plan } = parts;
  const { runId, journal, past } = openRun(parts);
  const book = new Book(plan.rows, past);
  for (const event of past) hooks.onEvent(event);
  journal.onEvent((event) => book.enter(event));
  journal.onEvent(hooks.onEvent);
  if (past.length === 0) startRun(parts, runId, journal);
  journal.append({ type: 'session-started', at: now(), argv: options.argv });
  const jobs = options.jobs ?? availableParallelism();
  const makes = concurrentMakes(jobs, plan.columns.length);
  const jobserver = await openJobserver(out.work, jobs - makes);
  const launcher = await openLauncher(out.work, hooks.onNote);
  const tools = await findTools(plan.columns, join(out.work, 'probes'));
  const context: WalkContext = {
    out,
    runId,
    journal,
    book,
    plan,
    tools,
    jobserver,
    gitDir: parts.repo.gitDir,
    base: parts.base.commit,
    patches: parts.patches,
    signal: hooks.signal,
    onNote: hooks.onNote,
    stored: options.fresh ? new Map() : loadResults(out, runId),
    fingerprints: await fingerprintCells(parts, tools),
    makes: new PQueue({ concurrency: makes }),
    boots: new PQueue({ concurrency: Math.max(1, Math.floor(jobs / 2)) }),
    launcher: launcher.program,
  };
  try {
    const interrupted = await walkToEnd(context, launcher);
    return { out, runId, interrupted };
  } finally {
    await launcher.trim();
    jobserver.close();
  }
}

/** Few makes with many jobs each: makes side by side compile the same files at the same moment, and no cache helps them. */
function concurrentMakes(jobs: number, columns: number): number {
  return Math.min(columns, Math.max(1, Math.floor(jobs / 4)));
}

/** True when the user stopped it. Every session says goodbye in the journal unless it is killed. */
async function walkToEnd(context: WalkContext, launcher: Launcher): Promise<boolean> {
  const end = (how: 'finished' | 'interrupted' | 'failed'): void =>
    context.journal.append({
      type: 'session-ended',
      at: now(),
      how,
      cpuSeconds: cpuSeconds(),
      compilerCpuSeconds: launcher.compilerCpuSeconds(),
    });
  try {
    await walk(context);
    end('finished');
    return false;
  } catch (error) {
    if (context.signal.aborted) {
      end('interrupted');
      return true;
    }
    tryEnd(() => end('failed'), error);
    throw error;
  }
}

/** On a full disk even the goodbye fails; the first error is the one to tell. */
function tryEnd(end: () => void, first: unknown): void {
  try {
    end();
  } catch (second) {
    throw infraFailure(
      first instanceof Error ? first.message : String(first),
      'the journal could not be closed either; go on with --resume',
      new AggregateError([first, second]),
    );
  }
}
