import { existsSync } from 'node:fs';
import { columnSlug } from '../../matrix/cell.ts';
import { srcArch } from '../../matrix/recipe/make.ts';
import { allowsNext, notRun } from '../../matrix/result.ts';
import { discardHalfBuilt } from '../rebuild/build.ts';
import { confirmMade } from '../kbuild/made.ts';
import { isFrom, keepOrigin } from '../kbuild/origin.ts';
import { collectReads } from '../kbuild/read-set.ts';
import { seedBuild } from '../kbuild/seed.ts';
import { stopwatch } from '../clock.ts';
import { siteOf, type Site } from '../engine/engine.ts';
import type { StoredCell } from '../store/results.ts';
import { settleConfigure } from './configure-cell.ts';
import { absoluteLog, isOpen, logPath, settle, settledStage, startStage, type CellWork } from './context.ts';
import { hasGuest } from './guest.ts';
import { makeCell } from './make-cell.ts';
import { proveBuild, proveConfigure } from './prove.ts';
import { reuseStored } from './reuse-cell.ts';
import { buildDir, nearestBuilt } from './sibling.ts';
import { isTrusted, keepTrusted, storesOf } from './trust.ts';

/** Configures and builds one cell in the lane's present tree, as far as it is not settled already. */
export async function buildCell(work: CellWork, source: string): Promise<void> {
  const { column, context } = work;
  const noBuild = context.tools.get(column.arch)?.noBuild ?? null;
  if (noBuild !== null) return settleRest(work, 'miss', noBuild);
  const build = buildDir(work);
  const stores = storesOf(work);
  for (const dir of [build, stores.store]) await keepTrusted(work, dir);
  if (await keepOrigin(build, source)) context.onNote(`${work.id}: begins anew, for it was built from another lane`);
  const image = column.row.toolchain.image ?? null;
  const place = siteOf(context.engine, { name: columnSlug(column.id), source, build, ...stores, image });
  discardHalfBuilt(place.build);
  const sibling = nearestBuilt(work);
  if (sibling && isSound(work, buildDir(sibling), source)) await seedBuild(buildDir(sibling), place.build);
  const mustAsk = await proveConfigure(work);
  if (mustAsk !== null) await settleConfigure(work, place, mustAsk);
  if (skipInexpressible(work)) return;
  const configured = settledStage(work, 'configure');
  if (!configured || !allowsNext(configured.result)) return settleRest(work, 'skip', 'needs configure');
  const mustMake = await proveBuild(work);
  if (needsMake(work)) await settleBuild(work, place, configured.detail.artefacts['config'] ?? '', mustMake);
}

/** Whether there is an O= that the cell will go on from. */
export function hasBuild(work: CellWork, source: string): boolean {
  return existsSync(buildDir(work)) && isSound(work, buildDir(work), source);
}

function isSound(work: CellWork, dir: string, source: string): boolean {
  return isTrusted(work, dir) && isFrom(dir, source);
}

/**
 * Settles what can be known without a tree and without make, from the rows before; false when the cell needs them.
 * `stored` is its counterpart in an earlier run.
 */
export async function settleByProof(work: CellWork, stored: StoredCell | null): Promise<boolean> {
  reuseStored(work, stored);
  if (skipInexpressible(work)) return true;
  if ((await proveConfigure(work)) === null && (await proveBuild(work)) === null) return !needsMake(work);
  return false;
}

/** A build to do, or a boot whose image nobody kept: a proved build boots by its source's boot. */
function needsMake(work: CellWork): boolean {
  if (isOpen(work, 'configure') || isOpen(work, 'build')) return true;
  const build = settledStage(work, 'build')?.result;
  return isOpen(work, 'boot') && build?.basis === 'ran' && allowsNext(build) && !hasGuest(work);
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

async function settleBuild(work: CellWork, place: Site, config: string, why: string | null): Promise<void> {
  const { context, row, column } = work;
  const done = settledStage(work, 'build');
  if (!done) startStage(work, 'build');
  const seconds = stopwatch();
  const made = await makeCell(work, place, config, absoluteLog(work, 'build'));
  const read = collectReads(place.source, place.build, srcArch(column), place.box.inside.source);
  confirmMade(place.build);
  if (done) return;
  const reads = context.reads.save(read);
  const artefacts = { ...made.artefacts, reads, readTree: context.trees.get(row) ?? '' };
  settle(
    work,
    { stage: 'build', basis: 'ran', from: null, seconds: seconds(), log: logPath(work, 'build'), ...made.judged },
    { artefacts, makeCalls: made.makeCalls, why: [why, made.how].filter(Boolean).join('; ') || null },
  );
}
