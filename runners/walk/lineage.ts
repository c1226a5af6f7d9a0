import { reachesBuild } from '../../matrix/proof/reach.ts';
import { reachesConfig } from '../../matrix/proof/reach-config.ts';
import { readsOfLater } from '../../matrix/proof/read-set.ts';
import { holdsLater } from '../../matrix/result.ts';
import type { StoredCell, StoredColumn } from '../store/results.ts';
import type { WalkContext } from './context.ts';
import type { Column } from '../../matrix/column.ts';

/**
 * One column of an earlier run that we walk beside, for as long as its trees are, to this column, ours. What a cell says
 * depends on the rows before it (what is new, what is pre-existing), so a verdict is taken over only where all rows
 * before had their counterpart.
 */
export class Lineage {
  readonly #context: WalkContext;
  readonly #column: Column;
  #stored: { readonly cells: StoredColumn; readonly at: number }[];

  constructor(context: WalkContext, column: Column) {
    this.#context = context;
    this.#column = column;
    const fingerprint = context.fingerprints.get(column.id);
    this.#stored = (context.stored.get(column.id) ?? [])
      .filter((cells) => cells.every((cell) => cell.fingerprint === fingerprint) && cells[0]?.row === 0)
      .map((cells) => ({ cells, at: -1 }));
  }

  /** The counterpart of the next row, whose tree is `tree`; null when no run has one that is judged. */
  async next(tree: string): Promise<StoredCell | null> {
    const found = await Promise.all(
      this.#stored.map(async (stored) => ({ stored, at: await this.#step(stored, tree) })),
    );
    const alive = found.flatMap(({ stored, at }) => (at === null ? [] : [{ was: stored.at, cells: stored.cells, at }]));
    this.#stored = alive.map(({ cells, at }) => ({ cells, at }));
    const counterparts = alive.filter(({ was, at }) => at > was).flatMap(({ cells, at }) => cells[at] ?? []);
    return counterparts.find((cell) => this.#isJudged(cell)) ?? null;
  }

  /** A run that was stopped, or that the machine let down, has cells that say nothing. */
  #isJudged({ stages }: StoredCell): boolean {
    return this.#context.plan.stages.every((stage) => {
      const settled = stages.get(stage);
      return settled !== undefined && holdsLater(settled.result);
    });
  }

  /** Where in the stored column the new row belongs; null when it has left the way. */
  async #step({ cells, at }: { cells: StoredColumn; at: number }, tree: string): Promise<number | null> {
    for (let next = at + 1; next < cells.length; next += 1) {
      const cell = cells[next];
      if (cell && (await this.#isSame(cell, tree))) return next;
      // A row that changed nothing for this column may be missing in the new series.
      if (at < 0 || cell?.stages.get('build')?.result.basis !== 'proved') break;
    }
    // And a new row that changes nothing may be one more.
    const here = cells[at];
    return here && (await this.#isSame(here, tree)) ? at : null;
  }

  /** Whether nothing that differs between the trees reaches this column. */
  async #isSame(cell: StoredCell, tree: string): Promise<boolean> {
    if (cell.tree === tree) return true;
    const build = cell.stages.get('build');
    const { reads: digest = '', readTree = '' } = build?.detail.artefacts ?? {};
    const reads = digest === '' ? null : this.#context.reads.load(digest);
    if (reads === null) return false;
    const since = await this.#context.differences.between(readTree, cell.tree);
    const changes = await this.#context.differences.between(cell.tree, tree);
    if (since === null || changes === null) return false;
    const now = readsOfLater(reads, since);
    const whole = build?.result.verdict !== 'fail';
    return changes.every(
      (change) =>
        reachesConfig(change, now, this.#column.configBase) === null && reachesBuild(change, now, whole) === null,
    );
  }
}
