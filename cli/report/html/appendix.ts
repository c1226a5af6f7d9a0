import { cellId, position } from '../../../matrix/cell.ts';
import type { Grid } from '../../../matrix/grid/grid.ts';
import { newFindings, type NewFinding } from '../new-findings.ts';
import { firstLine } from '../plain-text.ts';
import { placeOf } from '../series-words.ts';
import { markup, type Markup } from './markup.ts';

/** What is worth looking up, folded away: new findings, and columns that Kconfig cannot express. */
export function appendix(grid: Grid): Markup {
  return markup`${findingSection(grid)}${columnSection(grid)}`;
}

function findingSection(grid: Grid): Markup | null {
  const found = newFindings(grid);
  if (found.length === 0) return null;
  return markup`<details class="appendix"><summary>New findings (${found.length})</summary>
<table class="list"><thead><tr><th>patch</th><th>stage</th><th>kind</th><th>where</th><th>message</th><th>columns</th></tr></thead>
<tbody>${found.map(findingRow)}</tbody></table></details>`;
}

function findingRow({ patch, stage, finding, columns }: NewFinding): Markup {
  const [first] = columns;
  const link = first ? markup`<a href="#${cellId(patch, first)}">${first}</a>` : null;
  const more =
    columns.length > 1 ? markup` <span title="${columns.join('\n')}">and ${columns.length - 1} more</span>` : null;
  return markup`<tr><td>${position(patch)}</td><td>${stage}</td><td>${finding.kind}</td><td><code>${placeOf(finding)}</code></td><td><code>${firstLine(finding.message)}</code></td><td>${link}${more}</td></tr>\n`;
}

function columnSection({ columns }: Grid): Markup | null {
  const lost = columns.filter(({ expressible }) => expressible === false);
  if (lost.length === 0) return null;
  const rows = lost.map(({ id, reason }) => markup`<tr><td>${id}</td><td>${firstLine(reason ?? '')}</td></tr>\n`);
  return markup`<details class="appendix"><summary>Columns that Kconfig cannot express (${lost.length})</summary><table class="list"><tbody>${rows}</tbody></table></details>`;
}
