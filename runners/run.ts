import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { Book } from '../matrix/book.ts';
import type { CellId } from '../matrix/cell.ts';
import type { BaseFacts, Event, PatchFacts, RunFacts } from '../matrix/event.ts';
import { infraFailure, usageFailure } from '../matrix/failure.ts';
import { cellInputs } from '../matrix/fingerprint.ts';
import type { Plan } from '../matrix/plan.ts';
import { dropUnfair, sameRun } from '../matrix/resume.ts';
import { openJobserver } from './build/jobserver.ts';
import { cpuSeconds, now } from './clock.ts';
import { runVersion } from './doctor/version.ts';
import { PACKAGE_ROOT, readIfThere, sha256, writeWhole } from './files.ts';
import { preparePlan, readMatrixText, type RunRequest } from './prepare.ts';
import { MARKER } from './process.ts';
import { lockOut } from './store/lock.ts';
import type { Journal } from './store/journal.ts';
import { OutDir } from './store/out-dir.ts';
import { loadResults } from './store/results.ts';
import { applySeries } from './tree/apply.ts';
import { findBase } from './tree/base.ts';
import { git } from './tree/git.ts';
import { openRepository, type Repository } from './tree/repository.ts';
import type { WalkContext } from './walk/context.ts';
import { findTools } from './walk/tools.ts';
import { walk } from './walk/walk.ts';

export interface RunOptions extends RunRequest {
  readonly tree: string;
  readonly out: string;
  /** Jobs in all; default: the number of CPUs. */
  readonly jobs?: number;
  /** Go on with the last run; start without any earlier result. */
  readonly resume?: boolean;
  readonly fresh?: boolean;
  readonly argv: readonly string[];
}

export interface RunHooks {
  readonly signal: AbortSignal;
  /** Hears every event, those of a resumed run's past first. */
  readonly onEvent: (event: Event) => void;
  /** One line about what is being prepared. */
  readonly onNote: (note: string) => void;
}

export interface RunResult {
  readonly out: OutDir;
  readonly runId: string;
  readonly interrupted: boolean;
}

/** Does everything that `kvm-matrix run` promises, up to the reports. */
export async function runSeries(options: RunOptions, hooks: RunHooks): Promise<RunResult> {
  const out = new OutDir(options.out);
  const { plan, rangeBase } = await preparePlan(options);
  const lock = await lockOut(out);
  process.env[MARKER] = out.path;
  // A cache of our own unless the user has one: with a fixed place for lanes and objects it hits across columns and runs.
  process.env['CCACHE_DIR'] ??= join(out.work, 'ccache');
  try {
    hooks.onNote(`reading ${options.tree}`);
    const repo = await openRepository(options.tree, join(out.work, 'repos'));
    const base = rangeBase === null ? await findBase(repo, plan.series, options.base) : { commit: rangeBase, how: 'where the range begins' };
    hooks.onNote(`base ${base.commit.slice(0, 12)}: ${base.how}`);
    const patches = await applySeries(repo, plan.series, base.commit);
    for (const { position, note } of patches) if (note !== null && !note.startsWith('needs')) hooks.onNote(`patch ${position} ${note}`);
    return await session({ options, hooks, out, plan, repo, base, patches });
  } finally {
    lock.release();
  }
}

interface Session {
  readonly options: RunOptions;
  readonly hooks: RunHooks;
  readonly out: OutDir;
  readonly plan: Plan;
  readonly repo: Repository;
  readonly base: BaseFacts;
  readonly patches: readonly PatchFacts[];
}

async function session(parts: Session): Promise<RunResult> {
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
  const tools = await findTools(plan.columns);
  const context: WalkContext = {
    ...{ out, runId, journal, book, plan, tools, jobserver, gitDir: parts.repo.gitDir, base: parts.base.commit, patches: parts.patches, signal: hooks.signal, onNote: hooks.onNote },
    stored: options.fresh ? new Map() : loadResults(out, runId),
    fingerprints: await fingerprintCells(parts, tools),
    makes: new PQueue({ concurrency: makes }),
    boots: new PQueue({ concurrency: Math.max(1, Math.floor(jobs / 2)) }),
    launcher: (await runVersion('ccache')) === null ? null : 'ccache',
  };
  try {
    const interrupted = await walkToEnd(context);
    return { out, runId, interrupted };
  } finally {
    jobserver.close();
  }
}

/** Few makes with many jobs each: makes side by side compile the same files at the same moment, and no cache helps them. */
function concurrentMakes(jobs: number, columns: number): number {
  return Math.min(columns, Math.max(1, Math.floor(jobs / 4)));
}

function startRun(parts: Session, runId: string, journal: Journal): void {
  writeWhole(join(parts.out.runDir(runId), 'matrix.yaml'), readMatrixText(parts.options.matrix).text);
  journal.append({ type: 'run-started', at: now(), run: factsOf(parts, runId), gitDir: parts.repo.gitDir });
}

/** True when the user stopped it. Every session says goodbye in the journal unless it is killed. */
async function walkToEnd(context: WalkContext): Promise<boolean> {
  const end = (how: 'finished' | 'interrupted' | 'failed'): void => context.journal.append({ type: 'session-ended', at: now(), how, cpuSeconds: cpuSeconds() });
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
    throw infraFailure(first instanceof Error ? first.message : String(first), 'the journal could not be closed either; go on with --resume', new AggregateError([first, second]));
  }
}

function openRun(parts: Session): { runId: string; journal: Journal; past: Event[] } {
  const { options, out } = parts;
  if (!options.resume) {
    const runId = out.newRun();
    return { runId, journal: out.journal(runId), past: [] };
  }
  const runId = out.lastRun();
  const journal = out.journal(runId);
  const past = journal.recover();
  const started = past.find((event) => event.type === 'run-started');
  if (!started) return { runId, journal, past: [] };
  const difference = sameRun(started.run, factsOf(parts, runId));
  if (difference !== null) throw usageFailure(`--resume: ${runId} was about ${difference}`, 'give the same flags as then, or leave --resume out: what is the same is reused anyway');
  return { runId, journal, past: dropUnfair(past) };
}

function factsOf({ plan, base, patches, options }: Session, id: string): RunFacts {
  return {
    id,
    tool: `kvm-matrix ${toolVersion()}`,
    argv: options.argv,
    base,
    series: { subject: plan.series.subject, version: plan.series.version, patches },
    engine: { name: 'none', version: null, image: null },
    columns: plan.columns.map(({ id: column, arch, config }) => ({ id: column, arch, config })),
    rows: plan.rows,
    stages: plan.stages,
  };
}

function toolVersion(): string {
  const { version } = JSON.parse(readIfThere(join(PACKAGE_ROOT, 'package.json')) ?? '{}') as { version?: string };
  return version ?? 'unknown';
}

async function fingerprintCells({ plan, repo, base, patches }: Session, tools: WalkContext['tools']): Promise<Map<CellId, string>> {
  const trees = new Map<number, string>();
  for (const row of plan.rows) {
    const commit = row === 0 ? base.commit : patches[row - 1]?.commit;
    if (commit) trees.set(row, (await git(repo, ['rev-parse', `${commit}^{tree}`])).trim());
  }
  const upTo = (row: number): string[] => plan.rows.filter((other) => other <= row).map((other) => trees.get(other) ?? 'none');
  return new Map(plan.cells.map(({ id, patch, column }) => {
    const toolbox = tools.get(column.arch)?.toolbox ?? { compiler: '', qemu: null, probe: '' };
    return [id, sha256(cellInputs(upTo(patch), column, toolbox))];
  }));
}
