import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { columnSlug } from '../../matrix/cell.ts';
import type { Column } from '../../matrix/column.ts';
import { touchedPaths } from '../../matrix/fingerprint.ts';
import { judgeBuild } from '../../matrix/judge/build.ts';
import { judgeConfigure } from '../../matrix/judge/configure.ts';
import { mayChangeConfig } from '../../matrix/kconfig-inputs.ts';
import { parseDotConfig } from '../../matrix/kconfig.ts';
import { guestModules } from '../../matrix/recipe/guest.ts';
import type { BuildPlace } from '../../matrix/recipe/make.ts';
import { allowsNext, carryOver, notRun, type StageResult } from '../../matrix/result.ts';
import { buildColumn, discardHalfBuilt } from '../build/build.ts';
import { configureColumn } from '../build/configure.ts';
import { listModules } from '../build/modules.ts';
import { seedBuild } from '../build/seed.ts';
import { now, stopwatch } from '../clock.ts';
import { readIfThere, sha256, writeWhole } from '../files.ts';
import {
  absoluteLog,
  cellWork,
  isOpen,
  logPath,
  settle,
  settledStage,
  startStage,
  tell,
  type CellWork,
} from './context.ts';
import { hasGuest, stageGuest } from './guest.ts';

/** Configures and builds one cell in the lane's present tree, as far as it is not settled already. */
export async function buildCell(work: CellWork, source: string): Promise<void> {
  const { column, context } = work;
  const noBuild = context.tools.get(column.arch)?.noBuild ?? null;
  if (noBuild !== null) return settleRest(work, 'miss', noBuild);
  const place = { source, build: buildDir(work), launcher: context.launcher };
  discardHalfBuilt(place.build);
  const sibling = nearestBuilt(work);
  if (sibling) await seedBuild(buildDir(sibling), place.build);
  if (isOpen(work, 'configure') && !skipInexpressible(work)) await settleConfigure(work, place);
  if (skipInexpressible(work)) return;
  const configured = settledStage(work, 'configure');
  if (!configured || !allowsNext(configured.result)) return settleRest(work, 'skip', 'needs configure');
  if (isOpen(work, 'build') || isOpen(work, 'boot'))
    await settleBuild(work, place, configured.detail.artefacts['config'] ?? '');
}

function buildDir({ context, column }: CellWork): string {
  return join(context.out.work, 'build', columnSlug(column.id));
}

/** The column of the same row of the matrix whose config has most in common and whose build of this patch is done. */
function nearestBuilt(work: CellWork): CellWork | undefined {
  const { context, row, column } = work;
  const siblings = context.plan.columns.filter(({ arch, id }) => arch === column.arch && id !== column.id);
  const built = siblings
    .map((sibling) => cellWork(context, row, sibling))
    .filter((sibling) => {
      const build = settledStage(sibling, 'build');
      return build && allowsNext(build.result);
    });
  return built.toSorted((a, b) => likeness(b.column, column) - likeness(a.column, column))[0];
}

/** Axes with equal values; an earlier axis counts more than all behind it. */
function likeness(a: Column, b: Column): number {
  return Object.keys(a.config).reduce((sum, axis) => sum * 2 + (a.config[axis] === b.config[axis] ? 1 : 0), 0);
}

function skipInexpressible(work: CellWork): boolean {
  const why = work.context.book.inexpressible(work.column.id);
  if (why) settleRest(work, 'skip', `not expressible (${why})`);
  return Boolean(why);
}

/** Every planned stage that is still open gets the same word. */
export function settleRest(work: CellWork, verdict: 'skip' | 'miss', reason: string): void {
  let [word, why] = [verdict, reason];
  for (const stage of work.context.plan.stages.filter((candidate) => isOpen(work, candidate))) {
    settle(work, notRun(stage, word, why));
    // One miss is told once; what stands behind it was not even tried.
    if (word === 'miss') [word, why] = ['skip', `needs ${stage}`];
  }
}

async function settleConfigure(work: CellWork, place: BuildPlace): Promise<void> {
  const { context, row, column } = work;
  const proof = configureProof(work);
  startStage(work, 'configure');
  if (proof) {
    settle(work, proof.result, { artefacts: proof.artefacts });
    return;
  }
  const seconds = stopwatch();
  const outcome = await configureColumn({ column, place, log: absoluteLog(work, 'configure'), signal: context.signal });
  const before = context.book.latest(row, column.id, 'configure', ({ result }) => allowsNext(result));
  const { inexpressible, ...judged } = judgeConfigure(
    outcome,
    before ? parseDotConfig(loadConfig(work, before.settled.detail.artefacts['config'] ?? '')) : null,
  );
  if (row === 0)
    tell(work, {
      type: 'column-settled',
      at: now(),
      column: column.id,
      expressible: inexpressible === null,
      reason: inexpressible,
    });
  const config = outcome.resolved ? saveConfig(work, readIfThere(join(place.build, '.config')) ?? '') : '';
  settle(
    work,
    { stage: 'configure', basis: 'ran', from: null, seconds: seconds(), log: logPath(work, 'configure'), ...judged },
    { artefacts: { config }, makeCalls: outcome.makeCalls },
  );
}

/** No input of Kconfig is touched between the row before and this one: the config is the same. */
function configureProof({
  context,
  row,
  column,
}: CellWork): { result: StageResult; artefacts: Readonly<Record<string, string>> } | null {
  const { book, plan } = context;
  const before = book.rowBefore(row);
  const settled = before === null ? undefined : book.get(before, column.id, 'configure');
  if (before === null || !settled || !allowsNext(settled.result)) return null;
  if (mayChangeConfig(touchedPaths(plan.series, before, row))) return null;
  const unchanged = settled.result.findings.filter((finding) => !finding.new);
  const from = settled.result.from ?? `${String(before).padStart(2, '0')}/${column.id}`;
  return {
    result: { ...carryOver(settled.result, 'proved', from), findings: unchanged },
    artefacts: settled.detail.artefacts,
  };
}

async function settleBuild(work: CellWork, place: BuildPlace, configDigest: string): Promise<void> {
  const { context, row, column } = work;
  const done = settledStage(work, 'build');
  if (done && (!allowsNext(done.result) || hasGuest(work))) return;
  if (!done) startStage(work, 'build');
  const dotConfig = loadConfig(work, configDigest);
  if (readIfThere(join(place.build, '.config')) !== dotConfig) writeWhole(join(place.build, '.config'), dotConfig);
  const seconds = stopwatch();
  const job = {
    column,
    place,
    resolved: parseDotConfig(dotConfig),
    log: absoluteLog(work, 'build'),
    jobserver: context.jobserver,
    signal: context.signal,
  };
  const outcome = await buildColumn(job);
  const judged = judgeBuild(outcome, context.book.known(row, column.id, 'build'));
  const modules = guestModules(column, listModules(place.build));
  const isWhole = judged.verdict === 'pass' || judged.verdict === 'warn';
  const guest =
    isWhole && isOpen(work, 'boot') && column.row.qemu
      ? await stageGuest(work, place.build, modules, job.resolved)
      : '';
  if (done) return;
  const artefacts = { guest, modules: JSON.stringify(modules) };
  settle(
    work,
    { stage: 'build', basis: 'ran', from: null, seconds: seconds(), log: logPath(work, 'build'), ...judged },
    { artefacts, makeCalls: 1 },
  );
}

/** Configs are kept by content, for the report, for resume and for reproducers. */
function saveConfig({ context }: CellWork, text: string): string {
  const digest = sha256(text).slice(0, 16);
  const path = context.out.config(digest);
  if (!existsSync(path)) writeWhole(path, text);
  return digest;
}

function loadConfig({ context }: CellWork, digest: string): string {
  const text = readIfThere(context.out.config(digest));
  if (text === null) throw new Error(`the config ${digest} of a settled cell is gone`);
  return text;
}
