import type { StageResult } from '../../matrix/result.ts';
import { now } from '../clock.ts';
import type { StoredCell } from '../store/results.ts';
import { isOpen, settle, tell, type CellWork } from './context.ts';

/** An earlier run judged what is, to this column, the same tree behind the same trees: its word stands. */
export function reuseStored(work: CellWork, stored: StoredCell | null): void {
  const { context } = work;
  if (!stored) return;
  const configured = stored.stages.get('configure')?.result;
  if (work.row === 0 && configured && isOpen(work, 'configure')) tellExpressible(work, configured);
  for (const stage of context.plan.stages.filter((candidate) => isOpen(work, candidate))) {
    const settled = stored.stages.get(stage);
    if (!settled) continue;
    const { result, detail } = settled;
    const log =
      result.log === null ? null : result.log.startsWith('../') ? result.log : `../${stored.run}/${result.log}`;
    settle(
      work,
      { ...result, basis: 'reused', from: `${stored.run}/${stored.cell}`, seconds: 0, log },
      { ...detail, tree: context.trees.get(work.row) ?? null, why: `${stored.run} judged the same`, makeCalls: 0 },
    );
  }
}

function tellExpressible(work: CellWork, configured: StageResult): void {
  const reason =
    configured.verdict === 'skip' ? (configured.reason ?? '').replace(/^not expressible \((.*)\)$/s, '$1') : null;
  tell(work, { type: 'column-settled', at: now(), column: work.column.id, expressible: reason === null, reason });
}
