import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { Book } from '../matrix/book.ts';
import { infraFailure } from '../matrix/failure.ts';
import { auditRun } from './audit/audit.ts';
import { openLauncher, type Launcher } from './build/launcher.ts';
import { cpuSeconds, now } from './clock.ts';
import { Jobserver } from './jobserver.ts';
import { openRun, startRun, type Subject } from './open-run.ts';
import type { RunResult } from './run-options.ts';
import { ReadSets } from './store/read-sets.ts';
import { loadResults } from './store/results.ts';
import { Differences } from './tree/differences.ts';
import type { WalkContext } from './walk/context.ts';
import { fingerprintColumns, treesOfRows } from './walk/fingerprints.ts';
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
  const jobserver = await Jobserver.open(out.work, jobs);
  const launcher = await openLauncher(out.work, hooks.onNote);
  const tools = await findTools(plan.columns, join(out.work, 'probes'));
  const context: WalkContext = {
    out,
    runId,
    journal,
    book,
    plan,
    tools,
    jobs,
    jobserver,
    gitDir: parts.repo.gitDir,
    base: parts.base.commit,
    patches: parts.patches,
    signal: hooks.signal,
    onNote: hooks.onNote,
    stored: options.fresh ? new Map() : loadResults(out, runId),
    fingerprints: fingerprintColumns(parts, tools),
    trees: await treesOfRows(parts),
    differences: new Differences(parts.repo.gitDir),
    reads: new ReadSets(out),
    makes: new PQueue({ concurrency: jobs }),
    boots: new PQueue({ concurrency: jobs }),
    launcher: launcher.program,
  };
  try {
    const interrupted = await walkToEnd(context, launcher, options.audit ?? 0);
    return { out, runId, interrupted };
  } finally {
    await launcher.trim();
    jobserver.close();
    journal.close();
  }
}

/** True when the user stopped it. Every session says goodbye in the journal unless it is killed. */
async function walkToEnd(context: WalkContext, launcher: Launcher, auditPercent: number): Promise<boolean> {
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
    if (auditPercent > 0) await auditRun(context, auditPercent);
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
