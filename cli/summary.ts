import { join, relative } from 'node:path';
import { foldGrid } from '../matrix/fold.ts';
import type { Grid } from '../matrix/grid.ts';
import { readIfThere, writeWhole } from '../runners/files.ts';
import type { OutDir } from '../runners/store/out-dir.ts';
import { reproFor } from './reproducers.ts';
import { gridText } from './report/grid-text.ts';
import { htmlReport } from './report/html.ts';
import { junitReport } from './report/junit.ts';
import { markdownReport } from './report/markdown.ts';

/** Folds the journal, writes every view beside it, and prints the grid: as JSON on stdout, or as text. */
export function summarize(out: OutDir, runId: string, json: boolean): Grid {
  const events = out.events(runId);
  const grid = foldGrid(events);
  const dir = out.runDir(runId);
  const readLog = (path: string): string | null => readIfThere(join(dir, path));
  writeWhole(join(dir, 'grid.json'), gridJson(grid));
  writeWhole(join(dir, 'grid.md'), markdownReport(grid));
  writeWhole(join(dir, 'junit.xml'), junitReport(grid));
  writeWhole(join(dir, 'report.html'), htmlReport(grid, { readLog, repro: reproFor(out, runId, events) }));
  const text = `${gridText(grid)}\nreport  ${relative('.', join(dir, 'report.html'))}\n`;
  if (json) process.stdout.write(gridJson(grid));
  (json ? process.stderr : process.stdout).write(text);
  return grid;
}

function gridJson(grid: Grid): string {
  return `${JSON.stringify(grid, null, 1)}\n`;
}
