import { cellId, type CellId } from '../../../matrix/cell.ts';
import type { Grid, GridCell } from '../../../matrix/grid.ts';
import type { StageResult } from '../../../matrix/result.ts';
import { plainText } from '../plain-text.ts';
import { placeOf, patchAt, patchName, shownRows } from '../series-words.ts';
import { cellExcerpt } from './excerpt.ts';
import { trusted, type Markup } from './markup.ts';

/** What the report reads besides the grid. */
export interface HtmlSources {
  /** The text of a log below the run directory; null when it is not kept. */
  readonly readLog: (path: string) => string | null;
  /** Shell lines that redo a cell; null when there are none. */
  readonly repro: (cell: CellId) => string | null;
}

/** More of one stage are counted, not shown. */
const MOST_FINDINGS = 60;

/**
 * The details of all cells as JSON, for script.ts to show on demand. Equal stages, findings, log excerpts and
 * reproducers are kept once: most cells of a big grid say what their neighbours say.
 */
export function detailData(grid: Grid, sources: HtmlSources): Markup {
  const pools = { stages: new Pool(), findings: new Pool(), excerpts: new Pool(), repros: new Pool() };
  const cells = grid.cells.map((cell) => cellData(cell, sources, pools));
  const patches = shownRows(grid).map((row) => [
    row,
    patchName(grid, row),
    patchAt(grid, row)?.commit ?? (row === 0 ? grid.run.base.commit : null),
  ]);
  const data = {
    stages: pools.stages.all,
    findings: pools.findings.all,
    excerpts: pools.excerpts.all,
    repros: pools.repros.all,
    patches,
    cells,
  };
  return trusted(scriptJson(data));
}

/** JSON that no tag can end and that holds no text that is not fit to be shown. */
export function scriptJson(data: unknown): string {
  const clean = JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? plainText(value) : value));
  return clean.replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

type Pools = Readonly<Record<'stages' | 'findings' | 'excerpts' | 'repros', Pool>>;

function cellData(cell: GridCell, sources: HtmlSources, pools: Pools): unknown {
  const id = cellId(cell.patch, cell.column);
  const dull = cell.verdict === 'pass' || cell.verdict === 'skip';
  const excerpt = dull ? null : cellExcerpt(cell, sources.readLog);
  const repro = dull || cell.verdict === 'miss' ? null : sources.repro(id);
  return {
    id,
    patch: cell.patch,
    verdict: cell.verdict,
    stages: cell.stages.map((result) => pools.stages.add(stageData(result, pools.findings))),
    ...(excerpt ? { excerpt: pools.excerpts.add(excerpt) } : {}),
    ...(repro ? { repro: pools.repros.add(repro) } : {}),
  };
}

function stageData(result: StageResult, findings: Pool): unknown {
  const newFirst = result.findings.toSorted((a, b) => Number(b.new) - Number(a.new));
  const shown = newFirst
    .slice(0, MOST_FINDINGS)
    .map((one) => findings.add([one.kind, placeOf(one), one.message, one.new ? 1 : 0]));
  const { stage, verdict, basis, from, reason, log } = result;
  return {
    stage,
    verdict,
    basis,
    from,
    reason,
    log,
    seconds: Math.round(result.seconds * 10) / 10,
    findings: shown,
    more: newFirst.length - shown.length,
  };
}

/** Keeps each value once and hands out its index. */
class Pool {
  readonly all: unknown[] = [];
  readonly #indexes = new Map<string, number>();

  add(value: unknown): number {
    const key = JSON.stringify(value);
    const index = this.#indexes.get(key) ?? this.all.push(value) - 1;
    this.#indexes.set(key, index);
    return index;
  }
}
