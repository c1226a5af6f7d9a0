import { cellId, position } from '../../../matrix/cell.ts';
import type { Grid, GridCell, GridColumn } from '../../../matrix/grid/grid.ts';
import type { Verdict } from '../../../matrix/verdict.ts';
import { cellLookup } from '../cell-lookup.ts';
import { firstLine } from '../plain-text.ts';
import { patchAt, shownRows } from '../series-words.ts';
import { cellBasis, cellReason } from '../verdict-marks.ts';
import { headerRows, type HeaderRow } from './header-rows.ts';
import { markup, type Markup } from './markup.ts';

/** Tells verdicts apart without colour. */
export const SYMBOLS: Readonly<Record<Verdict, string>> = {
  fail: '✗',
  error: '!',
  miss: '?',
  warn: '▲',
  pass: '✓',
  skip: '–',
};

/** From here on boxes and labels are made small, so that 54 columns fit a laptop. */
const MANY_COLUMNS = 24;

/** Patches x columns, row by row. A click on a cell shows its detail; without a script the link at least marks it. */
export function* gridTable(grid: Grid): Generator<Markup> {
  const levels = headerRows(grid.columns);
  const edges = grid.columns.map((_, index) => edgeAt(index, levels));
  const heads = levels.map((level) => headerRow(level, edges, level === levels.at(-1) ? grid.columns : []));
  const cellAt = cellLookup(grid);
  yield markup`<div class="scroll ${grid.columns.length > MANY_COLUMNS ? 'many' : 'few'}"><table class="grid">
<thead>${heads}</thead>
<tbody>
`;
  for (const row of shownRows(grid)) {
    const boxes = grid.columns.map(({ id }, index) => box(cellAt(row, id), edges[index] ?? ''));
    yield markup`<tr>${rowHead(grid, row)}${boxes}</tr>\n`;
  }
  yield markup`</tbody></table></div>`;
}

/** A line stands left of the first column of every arch, a thinner one left of every value of the first axis. */
function edgeAt(index: number, levels: readonly HeaderRow[]): string {
  const starts = (level: HeaderRow | undefined): boolean => level?.spans.some(({ from }) => from === index) ?? false;
  if (starts(levels[0])) return 'arch';
  return levels.length > 2 && starts(levels[1]) ? 'axis' : '';
}

/** `leaves` are the columns themselves where the labels of a row stand for single ones. */
function headerRow(level: HeaderRow, edges: readonly string[], leaves: readonly GridColumn[]): Markup {
  const heads = level.spans.map(({ label, from, width }) => {
    const leaf = leaves[from];
    const names = [edges[from], leaf?.expressible === false ? 'lost' : '', level.upright ? 'upright' : ''];
    const title = leaf ? columnTitle(leaf) : `${level.name} ${label}`;
    return markup`<th scope="${leaf ? 'col' : 'colgroup'}" colspan="${width}" class="${names.filter(Boolean).join(' ')}" title="${title}"><span>${label}</span></th>`;
  });
  return markup`<tr><th scope="row">${level.name}</th>${heads}</tr>\n`;
}

function columnTitle({ id, expressible, reason }: GridColumn): string {
  return expressible === false ? `${id}: Kconfig cannot express it. ${reason ?? ''}` : id;
}

function rowHead(grid: Grid, row: number): Markup {
  const patch = patchAt(grid, row);
  const subject = row === 0 ? `base ${grid.run.base.commit.slice(0, 12)}` : firstLine(patch?.subject ?? '');
  const lost = row > 0 && !patch?.commit;
  const note =
    patch?.note || lost
      ? markup`<span class="note${lost ? ' lost' : ''}">${firstLine(patch?.note ?? 'does not apply')}</span>`
      : null;
  return markup`<th scope="row" title="${subject}"><span class="subject"><b>${position(row)}</b> ${subject}</span>${note}</th>`;
}

function box(cell: GridCell | undefined, side: string): Markup {
  if (!cell) return markup`<td class="${side}"></td>`;
  const id = cellId(cell.patch, cell.column);
  const basis = cellBasis(cell);
  const mark = basis === 'ran' ? '' : ` ${basis}`;
  const title = `${id}\n${firstLine(cellReason(cell))}${basis === 'ran' ? '' : ` (${basis})`}`;
  return markup`<td class="${side}"><a id="${id}" href="#${id}" class="v ${cell.verdict}${mark}" title="${title}">${SYMBOLS[cell.verdict]}</a></td>`;
}
