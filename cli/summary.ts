import { join, relative } from 'node:path';
import type { Event } from '../matrix/journal/event.ts';
import { foldGrid } from '../matrix/grid/fold.ts';
import type { Grid } from '../matrix/grid/grid.ts';
import { readIfThere, writeWhole } from '../runners/files.ts';
import { isLocked } from '../runners/store/lock.ts';
import type { OutDir } from '../runners/store/out-dir.ts';
import { Reproducers } from './reproducers.ts';
import { gridJson } from './report/grid-json.ts';
import { gridText } from './report/grid-text.ts';
import { htmlReport, type HtmlSources } from './report/html.ts';
import { junitReport } from './report/junit.ts';
import { markdownReport } from './report/markdown.ts';

/** What is written beside the journal at the end of a run, by file name. Large ones come in pieces. */
export const VIEWS: Readonly<Record<string, (grid: Grid, sources: HtmlSources) => Iterable<string> | string>> = {
  'grid.json': gridJson,
  'grid.md': markdownReport,
  'junit.xml': junitReport,
  'report.html': htmlReport,
};

/** Folds the journal, writes every view beside it, and prints the grid: as JSON on stdout, or as text. */
export function summarize(out: OutDir, runId: string, json: boolean): Grid {
  const { grid, sources } = foldRun(out, runId);
  const dir = out.runDir(runId);
  for (const [name, view] of Object.entries(VIEWS)) writeWhole(join(dir, name), view(grid, sources));
  const underWay = runId === out.lastRun() && isLocked(out.path);
  const text = `${gridText(grid, underWay)}\nreport  ${relative('.', join(dir, 'report.html'))}\n`;
  if (json) for (const piece of gridJson(grid)) process.stdout.write(piece);
  (json ? process.stderr : process.stdout).write(text);
  return grid;
}

/** The grid of a run, and what its report reads besides: all from one reading of the journal. */
export function foldRun(out: OutDir, runId: string): { grid: Grid; sources: HtmlSources } {
  const repros = new Reproducers(out, runId);
  const grid = foldGrid(overheard(out.events(runId), (event) => repros.enter(event)));
  const readLog = (path: string): string | null => readIfThere(join(out.runDir(runId), path));
  return { grid, sources: { readLog, repro: (cell) => repros.linesFor(cell) } };
}

function* overheard(events: Iterable<Event>, hear: (event: Event) => void): Generator<Event> {
  for (const event of events) {
    hear(event);
    yield event;
  }
}
