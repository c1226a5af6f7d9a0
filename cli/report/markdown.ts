import { groupBlame } from '../../matrix/grid/blame-groups.ts';
import { position } from '../../matrix/cell.ts';
import type { Grid, GridCell, GridColumn } from '../../matrix/grid/grid.ts';
import type { Verdict } from '../../matrix/verdict.ts';
import { cellLookup } from './cell-lookup.ts';
import { duration } from './grid-text.ts';
import { fitBytes } from './markdown-budget.ts';
import { code, prose } from './markdown-escape.ts';
import { newFindings } from './new-findings.ts';
import { blamed, complaint, mended, noBlame, patchAt, placeOf, shownRows } from './series-words.ts';
import { countVerdicts } from './verdict-marks.ts';

const SYMBOLS: Readonly<Record<Verdict, string>> = {
  fail: '❌',
  error: '🟣',
  miss: '🟡',
  warn: '⚠️',
  pass: '✅',
  skip: '–',
};
/** GitHub refuses a whole job summary that is larger. */
const LIMIT = 1024 * 1024;

/** The grid for the summary page of a CI job: the delta first, then patches x columns, then what is new. */
export function markdownReport(grid: Grid): string {
  const blocks = [head(grid), blameBlock(grid), gridBlock(grid), findingBlock(grid)];
  return fitBytes(
    blocks.flatMap((lines) => (lines.length > 0 ? [...lines, ''] : [])),
    LIMIT,
  );
}

function head({ run, cells }: Grid): string[] {
  const { cost, base } = run;
  const totals = countVerdicts(cells).map(([verdict, count]) => `${SYMBOLS[verdict]} ${count} ${verdict}`);
  return [
    `# ${prose(run.series.subject)}`,
    '',
    `${totals.join(' · ')}${run.complete ? '' : ' · **not complete**: not every planned stage is settled'}`,
    '',
    `Base ${code(base.commit.slice(0, 12))} (${prose(base.how)}), ${code(run.id)}, ${duration(cost.wallSeconds)} wall, ${duration(cost.cpuSeconds)} CPU, ${cost.makeCalls} calls of make.`,
  ];
}

function blameBlock(grid: Grid): string[] {
  const groups = groupBlame(grid.blame);
  if (groups.length === 0) return ['## What broke', '', noBlame(grid)];
  const bullets = groups.map((group) => {
    const columns = group.columns.map((column) => code(column)).join(' ');
    return `- **${group.stage}** ${prose(blamed(grid, group))}, ${mended(grid, group)}: ${code(complaint(group))} on ${columns}`;
  });
  return ['## What broke', '', ...bullets];
}

function gridBlock(grid: Grid): string[] {
  const cellAt = cellLookup(grid);
  const rows = shownRows(grid).map((row) => {
    const marks = grid.columns.map(({ id }) => markOf(cellAt(row, id)));
    return `| ${rowName(grid, row)} | ${marks.join(' | ')} |`;
  });
  const titles = grid.columns.map(columnTitle);
  const legend = Object.entries(SYMBOLS).map(([verdict, symbol]) => `${symbol} ${verdict}`);
  return [
    '## Grid',
    '',
    `| patch | ${titles.join(' | ')} |`,
    `| :-- |${' :-: |'.repeat(titles.length)}`,
    ...rows,
    '',
    legend.join(' · '),
    ...inexpressible(grid.columns),
  ];
}

function markOf(cell: GridCell | undefined): string {
  return cell ? SYMBOLS[cell.verdict] : ' ';
}

function rowName(grid: Grid, row: number): string {
  if (row === 0) return '00 base';
  const patch = patchAt(grid, row);
  const note = patch?.note ? ` (${prose(patch.note)})` : '';
  return `${position(row)} ${prose(patch?.subject ?? '')}${note}`;
}

/** One word a line keeps 54 columns narrow. */
function columnTitle({ arch, config }: GridColumn): string {
  return [arch, ...Object.entries(config).map(([axis, value]) => `${axis.toLowerCase()}=${value}`)]
    .map((word) => prose(word))
    .join('<br>');
}

function inexpressible(columns: readonly GridColumn[]): string[] {
  const lines = columns.flatMap(({ id, expressible, reason }) =>
    expressible === false ? [`- ${code(id)}${reason ? `: ${prose(reason)}` : ''}`] : [],
  );
  return lines.length === 0 ? [] : ['', 'Kconfig cannot express these columns:', '', ...lines];
}

function findingBlock(grid: Grid): string[] {
  const lines = newFindings(grid).map(({ patch, stage, finding, columns }) => {
    const place = placeOf(finding);
    return `| ${position(patch)} | ${stage} | ${finding.kind} | ${place === '' ? ' ' : code(place)} | ${code(finding.message)} | ${columns.map((column) => code(column)).join('<br>')} |`;
  });
  if (lines.length === 0) return [];
  return [
    '## New findings',
    '',
    '| patch | stage | kind | place | message | columns |',
    '| :-- | :-- | :-- | :-- | :-- | :-- |',
    ...lines,
  ];
}
