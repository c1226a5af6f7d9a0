import { cellId, type CellId } from '../../../matrix/cell.ts';
import type { Grid, GridCell } from '../../../matrix/grid/grid.ts';
import { plainText } from '../plain-text.ts';
import { patchAt, patchName, shownRows } from '../series-words.ts';
import { cellExcerpt } from './excerpt.ts';
import { trusted, type Markup } from './markup.ts';
import { Pool } from './pool.ts';
import { relativeTo } from './relative.ts';
import { StagePool } from './stage-pool.ts';

/** What the report reads besides the grid. */
export interface HtmlSources {
  /** The text of a log below the run directory; null when it is not kept. */
  readonly readLog: (path: string) => string | null;
  /** Shell lines that redo a cell; null when there are none. */
  readonly repro: (cell: CellId) => string | null;
}

/** Different ones; each has up to 40 lines. Beyond these a cell only names its logs. */
const MOST_EXCERPTS = 4000;

/**
 * The details of all cells as JSON, for script.ts to show on demand. Whatever is equal is kept once: stages, findings,
 * excerpts, the parts of reproducers, and whole cells, which are a number a column in their row.
 */
export function detailData(grid: Grid, sources: HtmlSources): Markup {
  const [kinds, stages] = [new Pool(), new StagePool()];
  const indexes = new Map(grid.columns.map(({ id }, index) => [id, index]));
  const rows = new Map<number, number[]>();
  for (const cell of grid.cells) {
    const relative = relativeTo(cell);
    const own = cell.stages.map((result) => stages.add(result, relative));
    const row = rows.get(cell.patch) ?? grid.columns.map(() => -1);
    row[indexes.get(cell.column) ?? 0] = kinds.add([cell.verdict, ...own]);
    rows.set(cell.patch, row);
  }
  const data = {
    columns: grid.columns.map(({ id }) => id),
    patches: patchData(grid),
    rows: [...rows],
    kinds: kinds.all,
    stages: stages.all,
    findings: stages.findings.all,
    ...toldData(grid, sources),
  };
  return trusted(scriptJson(data));
}

/** JSON that no tag can end and that holds no text that is not fit to be shown. */
export function scriptJson(data: unknown): string {
  const clean = JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? plainText(value) : value));
  return clean.replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** By row: name and commit. */
function patchData(grid: Grid): unknown[] {
  return shownRows(grid).map((row) => [
    row,
    patchName(grid, row),
    patchAt(grid, row)?.commit ?? (row === 0 ? grid.run.base.commit : null),
  ]);
}

/** What is told of the cells that want attention: a piece of log, and a reproducer in its paragraphs. */
function toldData(grid: Grid, sources: HtmlSources): object {
  const [excerpts, paragraphs] = [new Pool(), new Pool()];
  const told = grid.cells
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip')
    .map((cell) => {
      const id = cellId(cell.patch, cell.column);
      const repro = cell.verdict === 'miss' ? null : sources.repro(id);
      return [id, excerptOf(cell, sources, excerpts), repro?.split('\n\n').map((one) => paragraphs.add(one)) ?? null];
    });
  return { excerpts: excerpts.all, paragraphs: paragraphs.all, told };
}

function excerptOf(cell: GridCell, { readLog }: HtmlSources, excerpts: Pool): [log: string, index: number] | null {
  const excerpt = excerpts.all.length < MOST_EXCERPTS ? cellExcerpt(cell, readLog) : null;
  if (excerpt === null) return null;
  const { log, ...piece } = excerpt;
  return [log, excerpts.add(piece)];
}
