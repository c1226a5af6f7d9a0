import { groupBlame, type BlameGroup } from '../../matrix/grid/blame-groups.ts';
import { position } from '../../matrix/cell.ts';
import type { Grid, GridCell } from '../../matrix/grid/grid.ts';
import type { Verdict } from '../../matrix/verdict.ts';
import { cellLookup } from './cell-lookup.ts';
import { complaint, patchAt } from './series-words.ts';
import { baseLines } from './base-text.ts';
import { plainText } from './plain-text.ts';
import { LETTERS } from './verdict-letters.ts';

/** The grid for a terminal or a log: what the series broke first, then patches x columns. `underWay`: somebody is at it. */
export function gridText(grid: Grid, underWay = false): string {
  const { run } = grid;
  const state = run.complete ? '' : underWay ? ', under way' : ', not complete: go on with --resume';
  const lines = [
    `series  ${run.series.subject}`,
    `base    ${run.base.commit.slice(0, 12)}, ${run.base.how}`,
    `run     ${run.id}, ${duration(run.cost.wallSeconds)}${state}`,
    '',
    ...blameLines(grid),
    '',
    ...(run.rows.length === 1 ? baseLines(grid) : rowLines(grid)),
    Object.entries(LETTERS)
      .map(([verdict, letter]) => `${letter} ${verdict}`)
      .join('  '),
    '',
    ...totals(grid),
  ];
  // Subjects and messages come from patches: no escape sequence of theirs reaches the terminal.
  return plainText(lines.join('\n'));
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function blameLines(grid: Grid): string[] {
  if (grid.blame.length === 0)
    return [
      grid.cells.some(({ verdict }) => verdict === 'pass')
        ? 'No patch broke anything that was judged.'
        : 'Nothing was judged.',
    ];
  return groupBlame(grid.blame).flatMap((group) => [
    blameHead(group, grid),
    `    ${complaint(group)}`,
    `    on ${group.columns.join(' ')}`,
  ]);
}

function blameHead({ stage, brokenBy, fixedBy, suspects }: BlameGroup, grid: Grid): string {
  const total = grid.run.series.patches.length;
  const subject = patchAt(grid, brokenBy)?.subject ?? '';
  const who = brokenBy === 0 ? 'pre-existing on the base' : `broken by ${brokenBy}/${total} ${subject}`;
  const open = suspects.length > 0 ? ` (or by ${suspects.join(', ')}: no verdict there)` : '';
  return `${stage.padEnd(9)} ${who}${open}${fixedBy === null ? ', not fixed' : `, fixed by ${fixedBy}/${total}`}`;
}

/** One letter a column, under its arch and its axis values. */
function rowLines(grid: Grid): string[] {
  const cellAt = cellLookup(grid);
  const axes = Object.keys(grid.columns[0]?.config ?? {});
  const margin = Math.max(2, ...axes.map((axis) => axis.length)) + 1;
  const width =
    Math.max(1, ...grid.columns.flatMap(({ config }) => Object.values(config).map((value) => value.length))) + 1;
  const line = (head: string, words: readonly string[], tail = ''): string =>
    `${head.padEnd(margin)}${words.map((word) => word.padStart(width)).join('')}  ${tail}`.trimEnd();
  const rows = grid.run.rows.map((row) => {
    const letters = grid.columns.map(({ id }) => letterOf(cellAt(row, id)));
    return line(position(row), letters, patchAt(grid, row)?.subject ?? 'base');
  });
  return [
    `${''.padEnd(margin)}${archNames(grid, width)}`.trimEnd(),
    ...axes.map((axis) =>
      line(
        axis,
        grid.columns.map(({ config }) => config[axis] ?? ''),
      ),
    ),
    ...rows,
    ...grid.columns.flatMap(({ id, reason }) => (reason ? [`${id} cannot be expressed: ${reason}`] : [])),
  ];
}

/** Each arch over the first of its columns, cut to the room that they have. */
function archNames({ columns }: Grid, width: number): string {
  const arches = [...new Set(columns.map(({ arch }) => arch))];
  return arches
    .map((arch) => {
      const room = columns.filter((column) => column.arch === arch).length * width;
      return ` ${arch}`.slice(0, room).padEnd(room);
    })
    .join('');
}

function letterOf(cell: GridCell | undefined): string {
  return cell ? LETTERS[cell.verdict] : ' ';
}

function auditLines({ run: { audit } }: Grid): string[] {
  if (audit === null) return [];
  const wrong = audit.differing.flatMap(({ cell, differences }) =>
    differences.map((line) => `        ${cell}: ${line}`),
  );
  const end =
    wrong.length === 0 ? 'none differs' : `${audit.differing.length} DIFFER: a proof was wrong, please report it`;
  return [`audit   ${audit.cells} proved or reused cells built from clean, ${end}`, ...wrong];
}

function totals(grid: Grid): string[] {
  const { cost } = grid.run;
  const count = (verdict: Verdict): number => grid.cells.filter((cell) => cell.verdict === verdict).length;
  const parts = (Object.keys(LETTERS) as Verdict[]).flatMap((verdict) =>
    count(verdict) > 0 ? [`${count(verdict)} ${verdict}`] : [],
  );
  return [
    ...auditLines(grid),
    `cells   ${parts.join(', ')}`,
    `cost    ${duration(cost.wallSeconds)} wall, ${duration(cost.cpuSeconds)} CPU, ${cost.makeCalls} calls of make`,
  ];
}
