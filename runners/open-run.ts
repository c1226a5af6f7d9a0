import { join } from 'node:path';
import type { BaseFacts, EngineFacts, Event, PatchFacts, RunFacts } from '../matrix/journal/event.ts';
import { usageFailure } from '../matrix/failure.ts';
import type { MatrixFile } from '../matrix/file/schema.ts';
import type { Plan } from '../matrix/plan/plan.ts';
import { dropUnfair, sameRun } from '../matrix/journal/resume.ts';
import { now } from './clock.ts';
import { PACKAGE_ROOT, readIfThere, writeWhole } from './files.ts';
import { readMatrixText } from './prepare.ts';
import type { RunHooks, RunOptions } from './run-options.ts';
import type { Journal } from './store/journal.ts';
import type { OutDir } from './store/out-dir.ts';
import type { Repository } from './tree/repository.ts';

/** What a run is about, as found in the world. */
export interface Subject {
  readonly options: RunOptions;
  readonly hooks: RunHooks;
  readonly out: OutDir;
  readonly plan: Plan;
  readonly containers: MatrixFile['containers'];
  readonly repo: Repository;
  readonly base: BaseFacts;
  readonly patches: readonly PatchFacts[];
}

/** The run to work on: a new one, or with --resume the last one with what it settled. */
export function openRun(parts: Subject): { runId: string; journal: Journal; past: Event[] } {
  const { options, out } = parts;
  if (!options.resume) {
    const runId = out.newRun();
    return { runId, journal: out.journal(runId), past: [] };
  }
  const runId = out.runs().at(-1) ?? out.newRun();
  const journal = out.journal(runId);
  const past = journal.recover();
  if (!past.some((event) => event.type === 'run-started')) return { runId, journal, past: [] };
  refuseAnother(past, (before) => factsOf(parts, runId, before.engine));
  return { runId, journal, past: dropUnfair(past) };
}

/** Another run than the one that `past` is of cannot go on with it. */
function refuseAnother(past: readonly Event[], factsNow: (before: RunFacts) => RunFacts): void {
  const started = past.find((event) => event.type === 'run-started');
  const difference = started ? sameRun(started.run, factsNow(started.run)) : null;
  if (difference !== null)
    throw usageFailure(
      `--resume: ${started?.run.id} was about ${difference}`,
      'give the same flags as then, or leave --resume out: what is the same is reused anyway',
    );
}

/** The first words of a new run; a resumed one must build where it did before. */
export function startOrGoOn(
  parts: Subject,
  { runId, journal, past }: ReturnType<typeof openRun>,
  engine: EngineFacts,
): void {
  if (past.length > 0) return refuseAnother(past, () => factsOf(parts, runId, engine));
  writeWhole(join(parts.out.runDir(runId), 'matrix.yaml'), readMatrixText(parts.options.matrix).text);
  journal.append({ type: 'run-started', at: now(), run: factsOf(parts, runId, engine), gitDir: parts.repo.gitDir });
}

function factsOf({ plan, base, patches, options }: Subject, id: string, engine: EngineFacts): RunFacts {
  return {
    id,
    tool: `kvm-matrix ${toolVersion()}`,
    argv: options.argv,
    base,
    series: { subject: plan.series.subject, version: plan.series.version, patches },
    engine,
    columns: plan.columns.map(({ id: column, arch, config }) => ({ id: column, arch, config })),
    rows: plan.rows,
    stages: plan.stages,
  };
}

function toolVersion(): string {
  const { version } = JSON.parse(readIfThere(join(PACKAGE_ROOT, 'package.json')) ?? '{}') as { version?: string };
  return version ?? 'unknown';
}
