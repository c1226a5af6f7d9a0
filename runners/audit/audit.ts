import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { columnSlug } from '../../matrix/cell.ts';
import { auditDifferences, auditSample } from '../../matrix/proof/audit.ts';
import { configureColumn } from '../kbuild/configure.ts';
import { now } from '../clock.ts';
import { siteOf } from '../engine/engine.ts';
import { remove, sha256 } from '../files.ts';
import { MAKE_NEEDS } from '../room.ts';
import type { Lane } from '../tree/lane.ts';
import { absoluteLog, cellWork, settledStage, tell, type CellWork, type WalkContext } from '../walk/context.ts';
import { configDigest } from '../walk/configure-cell.ts';
import { dropGuest } from '../walk/guest.ts';
import { lanesOf, openLaneOf } from '../walk/lanes.ts';
import { makeCell } from '../walk/make-cell.ts';
import { allOrFirstError } from '../walk/turns.ts';

/**
 * Builds a sample of the cells that no whole make has built, each in an empty directory, and compares verdict, findings, config,
 * image and guest with the grid's. Nothing of ours stands before its compilers.
 */
export async function auditRun(context: WalkContext, percent: number): Promise<void> {
  const works = context.plan.cells.map(({ patch, column }) => cellWork(context, patch, column)).filter(restsOnReasons);
  const done = new Set(
    [...context.journal.read()].flatMap((event) => (event.type === 'cell-audited' ? [event.cell] : [])),
  );
  const ids = works.map(({ id }) => id);
  const sample = new Set(auditSample(ids, percent, (cell) => sha256(context.runId, cell)));
  const chosen = works.filter(({ id }) => sample.has(id) && !done.has(id));
  if (chosen.length === 0) return;
  for (const arches of lanesOf(context)) {
    const own = chosen.filter(({ column }) => arches.includes(column.arch));
    if (own.length > 0) await auditLane(context, await openLaneOf(context, arches), own);
  }
}

/** So many at a time in one work tree: a single make leaves CPUs idle where it links. */
const AT_ONCE = 2;

async function auditLane(context: WalkContext, lane: Lane, works: readonly CellWork[]): Promise<void> {
  remove(auditDir(context));
  for (const row of new Set(works.map((work) => work.row))) {
    await lane.checkout(row === 0 ? context.base : (context.patches[row - 1]?.commit ?? ''));
    const queue = new PQueue({ concurrency: AT_ONCE });
    const inTree = works.filter((work) => work.row === row);
    await allOrFirstError(inTree.map((work) => queue.add(() => auditInBudget(work, lane))));
  }
}

async function auditInBudget(work: CellWork, lane: Lane): Promise<void> {
  const { context, id } = work;
  context.signal.throwIfAborted();
  await context.jobserver.run(MAKE_NEEDS, context.signal, () => {
    context.onNote(`audit: building ${id} from clean`);
    return auditCell(work, lane);
  });
}

function auditDir({ out }: WalkContext): string {
  return join(out.work, 'audit');
}

/** A build that a whole make did not decide: proved, reused, or replayed. */
function restsOnReasons(work: CellWork): boolean {
  const { result, detail } = settledStage(work, 'build') ?? {};
  if (!result || !['pass', 'warn', 'fail'].includes(result.verdict)) return false;
  return result.basis !== 'ran' || detail?.artefacts['by'] === 'replay';
}

/** What the machine did not let us build says nothing of the proof: the cell is not audited, and the user is told. */
function passOver({ context, id }: CellWork, why: string): void {
  context.onNote(`audit: ${id} could not be built from clean: ${why}`);
}

async function auditCell(work: CellWork, lane: Lane): Promise<void> {
  const { context, column } = work;
  const recorded = settledStage(work, 'build');
  if (!recorded) throw new Error(`${work.id} has no build to audit`);
  const dir = join(auditDir(context), columnSlug(column.id));
  remove(dir);
  const place = siteOf(context.engine, {
    name: `audit-${columnSlug(column.id)}`,
    source: lane.source,
    build: join(dir, columnSlug(column.id)),
    store: null,
    below: null,
    image: column.row.toolchain.image ?? null,
  });
  const log = absoluteLog(work, 'audit-configure');
  const configured = await configureColumn({ column, place, log, signal: context.signal });
  if (configured.infra !== null || configured.ended.kind !== 'exited')
    return passOver(work, configured.infra ?? 'the configuration did not end by itself');
  const dotConfig = join(place.build, '.config');
  const config = existsSync(dotConfig) ? configDigest(readFileSync(dotConfig, 'utf8')) : '';
  const made = await makeCell(work, place, recorded.detail.artefacts['config'] ?? '', absoluteLog(work, 'audit-build'));
  dropGuest(work);
  if (made.judged.verdict === 'miss') return passOver(work, made.judged.reason ?? 'no fair run');
  const rebuilt = { ...made.judged, artefacts: { ...made.artefacts, config } };
  const differences = auditDifferences({ ...recorded.result, artefacts: recorded.detail.artefacts }, rebuilt);
  tell(work, { type: 'cell-audited', at: now(), cell: work.id, differences });
  remove(dir);
}
