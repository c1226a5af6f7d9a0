import type { Grid } from '../../../matrix/grid/grid.ts';
import { duration } from '../grid-text.ts';
import { firstLine } from '../plain-text.ts';
import { countVerdicts } from '../verdict-marks.ts';
import { SYMBOLS } from './grid-table.ts';
import { markup, type Markup } from './markup.ts';

/** What was tried, on what, how far it came, and what it cost. */
export function headline(grid: Grid): Markup {
  const { run } = grid;
  const facts: readonly (readonly [string, Markup])[] = [
    ['base', markup`<code>${run.base.commit.slice(0, 12)}</code> ${firstLine(run.base.how)}`],
    [
      'run',
      markup`${run.id}, ${minute(run.startedAt)}${run.finishedAt === null ? '' : ` to ${minute(run.finishedAt)}`}`,
    ],
    ['with', markup`${run.tool}, ${engineText(grid)}`],
    ['cost', markup`${costText(grid)}`],
  ];
  const state = run.complete
    ? markup`<span class="state">complete</span>`
    : markup`<span class="state cut">interrupted: not every planned stage is settled</span>`;
  return markup`<header><h1>${firstLine(run.series.subject)}${run.series.version > 1 ? markup` <small>v${run.series.version}</small>` : null}</h1>
<p class="totals">${state} ${totals(grid)}</p>
<dl>${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>`;
}

/** `2026-11-23 10:00 UTC`: seconds are nobody's business here. */
function minute(at: string): string {
  return at.replace(/^(\S{10})T(\d\d:\d\d).*Z$/, '$1 $2 UTC');
}

function totals({ cells }: Grid): Markup[] {
  return countVerdicts(cells).map(
    ([verdict, count]) =>
      markup`<span class="total"><i class="v ${verdict}">${SYMBOLS[verdict]}</i> ${count} ${verdict}</span> `,
  );
}

function engineText({ run: { engine } }: Grid): string {
  if (engine.name === 'none') return 'no container';
  return [engine.name, engine.version, engine.image?.name]
    .filter((part) => part !== null && part !== undefined)
    .join(' ');
}

function costText({ run: { cost } }: Grid): string {
  const compiler = cost.compilerCpuSeconds === null ? '' : ` (${duration(cost.compilerCpuSeconds)} in compilers)`;
  return `${duration(cost.wallSeconds)} wall, ${duration(cost.cpuSeconds)} CPU${compiler}, ${cost.makeCalls} calls of make`;
}
