import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import { Book } from '../matrix/journal/book.ts';
import { infraFailure } from '../matrix/failure.ts';
import { auditRun } from './audit/audit.ts';
import { cpuSeconds, now } from './clock.ts';
import { Jobserver } from './jobserver.ts';
import { openRun, startOrGoOn, type Subject } from './open-run.ts';
import type { RunResult } from './run-options.ts';
import { closeWorkshop, openWorkshop, type Workshop } from './workshop.ts';
import { ReadSets } from './store/read-sets.ts';
import { loadResults } from './store/results.ts';
import { LinkMemory } from './rebuild/link-memory.ts';
import { Differences } from './tree/differences.ts';
import type { WalkContext } from './walk/context.ts';
import { fingerprintColumns, treesOfRows } from './walk/fingerprints.ts';
import { findTools } from './walk/tools.ts';
import { walk } from './walk/walk.ts';

/** One process working on a run: from its first event to its goodbye. */
export async function runSession(parts: Subject): Promise<RunResult> {
  const { options, hooks, out } = parts;
  const opened = openRun(parts);
  const jobs = options.jobs ?? availableParallelism();
  const jobserver = await Jobserver.open(out.work, jobs);
  try {
    const { containers } = parts;
    const wishes = { engine: options.engine, image: options.image, containers };
    const workshop = await openWorkshop({ out, run: opened.runId, jobserver, ...wishes, ...hooks });
    try {
      const context = await openContext(parts, opened, { workshop, jobs, jobserver });
      const interrupted = await walkToEnd(context, workshop.launcher, options.audit ?? 0);
      return { out, runId: opened.runId, interrupted };
    } finally {
      await closeWorkshop(workshop, hooks.onNote);
    }
  } finally {
    jobserver.close();
    opened.journal.close();
  }
}

interface Means {
  readonly workshop: Workshop;
  readonly jobs: number;
  readonly jobserver: Jobserver;
}

/** Says that the session begins, and gathers all that a walk works with. */
async function openContext(
  parts: Subject,
  opened: ReturnType<typeof openRun>,
  { workshop: { engine, launcher }, jobs, jobserver }: Means,
): Promise<WalkContext> {
  const { options, hooks, out, plan } = parts;
  const { runId, journal, past } = opened;
  const book = new Book(plan.rows, past);
  for (const event of past) hooks.onEvent(event);
  journal.onEvent((event) => book.enter(event));
  journal.onEvent(hooks.onEvent);
  startOrGoOn(parts, opened, engine.facts);
  journal.append({ type: 'session-started', at: now(), argv: options.argv });
  const tools = await findTools(plan.columns, { engine, work: out.work, boots: plan.stages.includes('boot') });
  return {
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
    links: new LinkMemory(),
    reads: new ReadSets(out),
    makes: new PQueue({ concurrency: jobs }),
    boots: new PQueue({ concurrency: jobs }),
    engine,
    store: launcher.store,
  };
}

/** True when the user stopped it. Every session says goodbye in the journal unless it is killed. */
async function walkToEnd(context: WalkContext, launcher: Workshop['launcher'], auditPercent: number): Promise<boolean> {
  const end = (how: 'finished' | 'interrupted' | 'failed'): void =>
    context.journal.append({
      type: 'session-ended',
      at: now(),
      how,
      cpuSeconds: cpuSeconds() + context.engine.cpuSeconds(),
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
