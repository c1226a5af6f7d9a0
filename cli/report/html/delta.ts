import { groupBlame, type BlameGroup } from '../../../matrix/grid/blame-groups.ts';
import { cellId } from '../../../matrix/cell.ts';
import type { Grid } from '../../../matrix/grid/grid.ts';
import { firstLine } from '../plain-text.ts';
import { blamed, complaint, mended, noBlame } from '../series-words.ts';
import { markup, type Markup } from './markup.ts';

/** More columns than these are folded away behind their number. */
const FEW_COLUMNS = 6;

/** What the series broke and mended, merged over columns; what the base already had comes last. */
export function deltaSection(grid: Grid): Markup {
  const groups = groupBlame(grid.blame);
  const list =
    groups.length === 0
      ? markup`<p>${noBlame(grid)}</p>`
      : markup`<ol class="delta">${groups.map((group) => blameItem(grid, group))}</ol>`;
  return markup`<section><h2>What broke</h2>${list}</section>`;
}

function blameItem(grid: Grid, group: BlameGroup): Markup {
  const kind = group.brokenBy === 0 ? 'old' : group.fixedBy === null ? 'open' : 'mended';
  return markup`<li class="${kind}"><p><span class="stage">${group.stage}</span> <b>${blamed(grid, group)}</b>, ${mended(grid, group)}</p>
<pre>${firstLine(complaint(group), 500)}</pre>${columnList(group)}</li>\n`;
}

function columnList({ brokenBy, columns }: BlameGroup): Markup {
  const links = columns.map((column) => markup`<a href="#${cellId(brokenBy, column)}">${column}</a> `);
  if (columns.length <= FEW_COLUMNS) return markup`<p class="columns">on ${links}</p>`;
  return markup`<details class="columns"><summary>on ${columns.length} columns</summary>${links}</details>`;
}
