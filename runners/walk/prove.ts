import { cellId } from '../../matrix/cell.ts';
import type { Settled } from '../../matrix/journal/book.ts';
import { carryBuild } from '../../matrix/judge/build.ts';
import { carryConfigure } from '../../matrix/judge/configure.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { reachesBuild } from '../../matrix/proof/reach.ts';
import { reachesConfig } from '../../matrix/proof/reach-config.ts';
import { NOTHING_READ, readsOfLater, type ReadSet } from '../../matrix/proof/read-set.ts';
import { srcArch } from '../../matrix/recipe/make.ts';
import { allowsNext } from '../../matrix/result.ts';
import { isOpen, settle, settledStage, type CellWork } from './context.ts';

/** What the latest build of a column read, and of which tree. */
interface Anchor {
  readonly tree: string;
  readonly reads: ReadSet;
}

/** Settles the configuration if nothing that Kconfig reads has changed; else gives back why it must be asked. */
export async function proveConfigure(work: CellWork): Promise<string | null> {
  if (!isOpen(work, 'configure')) return null;
  const { context, column } = work;
  const before = rowBefore(work);
  const settled = before === null ? undefined : context.book.get(before, column.id, 'configure');
  if (before === null || !settled || !allowsNext(settled.result)) return 'there is no config to compare with';
  const tree = context.trees.get(before) ?? '';
  const anchor = anchorOf(work) ?? { tree, reads: { ...NOTHING_READ, srcArch: srcArch(column) } };
  const since = await context.differences.between(anchor.tree, tree);
  const changes = await changesSince(work, { tree });
  if (since === null || changes === null) return 'the tree before is not in the repository';
  const reads = readsOfLater(anchor.reads, since);
  const reached = firstReached(changes, (change) => reachesConfig(change, reads, column.configBase));
  if (reached !== null) return reached;
  const from = settled.result.from ?? cellId(before, column.id);
  const why = `none of ${count(changes, 'changed path')} is an input of Kconfig`;
  settle(work, carryConfigure(settled.result, from), { artefacts: settled.detail.artefacts, why });
  return null;
}

/** Settles the build if it has read nothing that has changed; else gives back why make must be called. */
export async function proveBuild(work: CellWork): Promise<string | null> {
  if (!isOpen(work, 'build')) return null;
  const { context, column } = work;
  const before = rowBefore(work);
  const settled = before === null ? undefined : context.book.get(before, column.id, 'build');
  const anchor = anchorOf(work);
  if (before === null || !settled || !anchor) return 'there is no build to compare with';
  if (!isSettledBuild(settled)) return `the build of ${cellId(before, column.id)} says nothing of the kernel`;
  if (settledStage(work, 'configure')?.detail.artefacts['config'] !== settled.detail.artefacts['config'])
    return 'the resolved config differs';
  const changes = await changesSince(work, anchor);
  if (changes === null) return 'the tree before is not in the repository';
  const whole = settled.result.verdict !== 'fail';
  const reached = firstReached(changes, (change) => reachesBuild(change, anchor.reads, whole));
  if (reached !== null) return reached;
  const from = settled.result.from ?? cellId(before, column.id);
  const why = `none of ${count(changes, 'changed path')} is among the ${anchor.reads.files.size} files that were read, nor could one be picked up`;
  settle(work, carryBuild(settled.result, from), { artefacts: settled.detail.artefacts, why });
  return null;
}

/** What a kernel said of itself holds for an equal tree; what the machine or we did wrong does not. */
function isSettledBuild({ result }: Settled): boolean {
  return allowsNext(result) || result.verdict === 'fail';
}

function rowBefore({ context, row }: CellWork): number | null {
  return context.book.rowBefore(row);
}

function anchorOf(work: CellWork): Anchor | null {
  const { context, column } = work;
  const before = rowBefore(work);
  const build = before === null ? undefined : context.book.get(before, column.id, 'build');
  const { reads: digest = '', readTree: tree = '' } = build?.detail.artefacts ?? {};
  const reads = digest === '' ? null : context.reads.load(digest);
  return reads === null ? null : { tree, reads };
}

function changesSince({ context, row }: CellWork, { tree }: Pick<Anchor, 'tree'>): Promise<readonly Change[] | null> {
  return context.differences.between(tree, context.trees.get(row) ?? '');
}

function firstReached(changes: readonly Change[], reach: (change: Change) => string | null): string | null {
  for (const change of changes) {
    const why = reach(change);
    if (why !== null) return why;
  }
  return null;
}

function count(changes: readonly Change[], word: string): string {
  return `${changes.length} ${word}${changes.length === 1 ? '' : 's'}`;
}
