import type { CellId } from '../cell.ts';
import type { Finding } from '../finding.ts';
import type { Judgement } from '../result.ts';

/** A build as the grid has it, or as it came out from clean. */
export interface AuditSide extends Judgement {
  /** Digests by name: `config`, `image`, `guest`. */
  readonly artefacts: Readonly<Record<string, string>>;
}

/** In what a cell that no whole make has built differs from the same cell built from clean; empty when in nothing. */
export function auditDifferences(recorded: AuditSide, rebuilt: AuditSide): string[] {
  const said = (side: AuditSide): string => `${side.verdict}${side.reason === null ? '' : `: ${side.reason}`}`;
  const differences =
    said(recorded) === said(rebuilt) ? [] : [`the grid says ${said(recorded)}; clean, ${said(rebuilt)}`];
  const lines = (side: AuditSide): string[] => side.findings.map(findingLine);
  const [before, now] = [lines(recorded), lines(rebuilt)];
  for (const line of before) if (!now.includes(line)) differences.push(`only in the grid: ${line}`);
  for (const line of now) if (!before.includes(line)) differences.push(`only from clean: ${line}`);
  for (const name of ['config', 'image', 'guest']) {
    const [was, is] = [recorded.artefacts[name], rebuilt.artefacts[name] ?? ''];
    // Not every version of ours has recorded everything, and a run that boots nothing stages no guest.
    const isThere = was !== undefined && (name !== 'guest' || (was !== '' && is !== ''));
    if (isThere && was !== is) differences.push(`${name} ${was || 'none'} in the grid; ${is || 'none'} from clean`);
  }
  return differences;
}

function findingLine({ kind, file, line, message, new: fresh }: Finding): string {
  return `${fresh ? 'new ' : ''}${kind} ${file ?? '-'}:${line ?? '-'}: ${message}`;
}

/** The share of `cells` to look at again: the lowest by `rank`, `percent` of them, and at least one. */
export function auditSample(cells: readonly CellId[], percent: number, rank: (cell: CellId) => string): CellId[] {
  const ranked = cells.map((cell) => ({ cell, at: rank(cell) })).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const chosen = new Set(ranked.slice(0, Math.ceil((cells.length * percent) / 100)).map(({ cell }) => cell));
  return cells.filter((cell) => chosen.has(cell));
}
