import { expect, test } from 'vitest';
import { fitBytes } from '../../../cli/report/markdown-budget.ts';
import { markdownReport } from '../../../cli/report/markdown.ts';
import { HOSTILE } from '../../support/grids.ts';
import { interruptedGrid, sampleGrid, seedSizedGrid } from '../../support/sample-grids.ts';

/** As GitHub splits a row: at every bar that no backslash stands before. */
const cellsOf = (row: string): string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
const tableAfter = (text: string, title: string): string[] =>
  text
    .slice(text.indexOf(title))
    .split('\n')
    .filter(
      (line, index, all) =>
        line.startsWith('|') && all.slice(0, index).every((one) => !one.startsWith('## ') || one === title),
    );

test('the delta comes first, merged over columns, the base last', () => {
  const text = markdownReport(seedSizedGrid());
  expect(text.indexOf('## What broke')).toBeLessThan(text.indexOf('## Grid'));
  expect(text.indexOf('## Grid')).toBeLessThan(text.indexOf('## New findings'));
  const bullets = text.split('\n').filter((line) => line.startsWith('- **'));
  expect(bullets).toHaveLength(2);
  expect(bullets[0]).toContain('fixed by 12/26');
  expect(bullets[0]?.match(/kvm=y/g)).toHaveLength(16);
  expect(bullets[1]).toContain('not fixed');
});

test('suspects and pre-existing trouble are told as such', () => {
  const bullets = markdownReport(sampleGrid())
    .split('\n')
    .filter((line) => line.startsWith('- **'));
  expect(bullets.some((line) => line.includes('broken by 3/6') && line.includes('or by 2: no verdict there'))).toBe(
    true,
  );
  expect(bullets.at(-1)).toContain('pre-existing on the base');
});

test('every row of the grid has a cell for every column', () => {
  const rows = tableAfter(markdownReport(sampleGrid()), '## Grid');
  expect(rows).toHaveLength(2 + 7);
  for (const row of rows) expect(cellsOf(row)).toHaveLength(1 + 8);
  expect(cellsOf(rows[0] ?? '')[1]).toBe('x86-64<br>kvm=m<br>vfio=m');
  expect(cellsOf(rows[4] ?? '').slice(1)).toEqual(['❌', '🟡', '✅', '❌', '–', '–', '✅', '✅']);
  expect(cellsOf(rows[5] ?? '').slice(7)).toEqual(['❌', '🟣']);
  expect(cellsOf(rows[6] ?? '').slice(7)).toEqual(['⚠️', '⚠️']);
});

test('a patch that does not apply shows its note', () => {
  expect(tableAfter(markdownReport(sampleGrid()), '## Grid')[7]).toContain('hunk 2 of virt/kvm/vfio.c is rejected');
});

test('hostile text cannot end a cell, a line, a code span or become HTML', () => {
  const text = markdownReport(sampleGrid());
  for (const row of tableAfter(text, '## New findings')) expect(cellsOf(row)).toHaveLength(6);
  expect(text.replaceAll(/<\/?code>|<br>/g, '')).not.toContain('<');
  expect(text).not.toMatch(/(?<!\\)`/);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|\p{Surrogate}/u);
  expect(text).toContain('&lt;/script&gt;');
});

test('newlines, brackets, mentions and links of a subject stay text', () => {
  const grid = sampleGrid();
  const run = { ...grid.run, series: { ...grid.run.series, subject: '[x](https://evil.example) @vcpu *b*\n# second' } };
  const [title, next] = markdownReport({ ...grid, run }).split('\n');
  expect(title).toBe('# \\[x\\](https&#58;//evil.example) @&#8288;vcpu \\*b\\*');
  expect(next).toBe('');
});

test('an interrupted run says so, a complete one does not', () => {
  expect(markdownReport(interruptedGrid())).toContain('not complete');
  expect(markdownReport(sampleGrid())).not.toContain('not complete');
});

test('no blame is not praise', () => {
  const grid = sampleGrid();
  expect(markdownReport({ ...grid, blame: [] })).toContain('No patch broke anything that was judged.');
  expect(markdownReport({ ...grid, blame: [], cells: [] })).toContain('Nothing was judged.');
});

test('what is too large for a job summary is cut, and says so', () => {
  const grid = seedSizedGrid();
  const stages = (index: number) =>
    grid.cells[0]?.stages.map((stage) => ({
      ...stage,
      findings: [{ kind: 'warning' as const, file: 'ä.c', line: index, message: HOSTILE.repeat(9), new: true }],
    })) ?? [];
  const text = markdownReport({
    ...grid,
    cells: grid.cells.map((cell, index) => ({ ...cell, stages: stages(index) })),
  });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  expect(Buffer.byteLength(text)).toBeGreaterThan(1000 * 1024);
  expect(text).toMatch(/\*\*Cut here:\*\* \d+ more lines/);
});

test('the number of lines that are missing is right', () => {
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index} ä`);
  const text = fitBytes(lines, 2000);
  const kept = text.split('\n').filter((line) => line.startsWith('line ')).length;
  expect(text).toContain(`${500 - kept} more lines`);
  expect(kept).toBeGreaterThan(100);
  expect(fitBytes(lines, 100_000)).toBe(lines.join('\n'));
});
