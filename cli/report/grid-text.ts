import { groupBlame, type BlameGroup } from '../../matrix/blame-groups.ts';
import { position } from '../../matrix/cell.ts';
import type { Grid, GridCell } from '../../matrix/grid.ts';
import type { Verdict } from '../../matrix/verdict.ts';

/** One letter a verdict, so that 54 columns fit a terminal; capitals want attention. */
const LETTERS: Readonly<Record<Verdict, string>> = {
  fail: 'F',
  error: 'E',
  miss: 'M',
  warn: 'w',
  pass: '.',
  skip: '-',
};

/** The grid for a terminal or a log: what the series broke first, then patches x columns. */
export function gridText(grid: Grid): string {
  const { run } = grid;
  const state = run.complete ? '' : ', not complete: go on with --resume';
  return [
    `series  ${run.series.subject}`,
    `base    ${run.base.commit.slice(0, 12)}, ${run.base.how}`,
    `run     ${run.id}, ${duration(run.cost.wallSeconds)}${state}`,
    '',
    ...blameLines(grid),
    '',
    ...columnLegend(grid),
    '',
    ...rowLines(grid),
    '',
    ...totals(grid),
  ].join('\n');
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
    `    ${group.message.split('\n', 1)[0]}`,
    `    on ${group.columns.join(' ')}`,
  ]);
}

function blameHead({ stage, brokenBy, fixedBy, suspects }: BlameGroup, grid: Grid): string {
  const total = grid.run.series.patches.length;
  const subject = grid.run.series.patches.find((patch) => patch.position === brokenBy)?.subject ?? '';
  const who = brokenBy === 0 ? 'pre-existing on the base' : `broken by ${brokenBy}/${total} ${subject}`;
  const open = suspects.length > 0 ? ` (or by ${suspects.join(', ')}: no verdict there)` : '';
  return `${stage.padEnd(9)} ${who}${open}${fixedBy === null ? ', not fixed' : `, fixed by ${fixedBy}/${total}`}`;
}

/** Every column gets a number over its letter; equal parts of the names are not repeated. */
function columnLegend(grid: Grid): string[] {
  return grid.columns.map(
    ({ id, reason }, index) =>
      `  ${String(index + 1).padStart(2)} ${id}${reason ? `  not expressible: ${reason}` : ''}`,
  );
}

function rowLines(grid: Grid): string[] {
  const width = String(grid.columns.length).length + 1;
  const cells = new Map(grid.cells.map((cell) => [`${cell.patch} ${cell.column}`, cell]));
  const head = `   ${grid.columns.map((_, index) => String(index + 1).padStart(width)).join('')}`;
  const rows = grid.run.rows.map((row) => {
    const letters = grid.columns.map(({ id }) => letterOf(cells.get(`${row} ${id}`)).padStart(width));
    const patch = grid.run.series.patches.find((candidate) => candidate.position === row);
    return `${position(row)} ${letters.join('')}  ${patch?.subject ?? 'base'}`;
  });
  return [
    head,
    ...rows,
    `   ${Object.entries(LETTERS)
      .map(([verdict, letter]) => `${letter} ${verdict}`)
      .join('  ')}`,
  ];
}

function letterOf(cell: GridCell | undefined): string {
  return cell ? LETTERS[cell.verdict] : ' ';
}

function totals(grid: Grid): string[] {
  const { cost } = grid.run;
  const count = (verdict: Verdict): number => grid.cells.filter((cell) => cell.verdict === verdict).length;
  const parts = (Object.keys(LETTERS) as Verdict[]).flatMap((verdict) =>
    count(verdict) > 0 ? [`${count(verdict)} ${verdict}`] : [],
  );
  return [
    `cells   ${parts.join(', ')}`,
    `cost    ${duration(cost.wallSeconds)} wall, ${duration(cost.cpuSeconds)} CPU, ${cost.makeCalls} calls of make`,
  ];
}
