import { position } from '../../matrix/cell.ts';
import type { Grid, GridCell } from '../../matrix/grid/grid.ts';
import { describeFinding } from '../../matrix/judge/build.ts';
import type { StageResult } from '../../matrix/result.ts';
import type { Verdict } from '../../matrix/verdict.ts';
import { withoutAnsi } from './plain-text.ts';
import { patchAt } from './series-words.ts';

/** The grid as JUnit XML, in pieces: a suite per column, a case per patch and stage. `miss` is an error here, `warn` passes. */
export function* junitReport(grid: Grid): Generator<string> {
  const byColumn = new Map(grid.columns.map(({ id }) => [id, [] as GridCell[]]));
  for (const cell of grid.cells) byColumn.get(cell.column)?.push(cell);
  const names = new Map(grid.run.rows.map((row) => [row, subjectOf(grid, row)]));
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="${attribute(`kvm-matrix ${grid.run.id}`)}"${counts(grid.cells)}>\n`;
  for (const [column, cells] of byColumn) {
    yield `<testsuite name="${attribute(column)}"${counts(cells)} timestamp="${attribute(grid.run.startedAt)}">\n`;
    const place = attribute(`kvm-matrix.${column}`);
    for (const { patch, stages } of cells) {
      const [row, name] = [position(patch), names.get(patch) ?? ''];
      yield stages.map((result) => testcase(result, place, row, name)).join('');
    }
    yield '</testsuite>\n';
  }
  yield '</testsuites>\n';
}

function subjectOf(grid: Grid, row: number): string {
  return attribute(row === 0 ? 'base' : (patchAt(grid, row)?.subject ?? ''));
}

function counts(cells: readonly GridCell[]): string {
  const of: Record<Verdict, number> = { fail: 0, error: 0, miss: 0, warn: 0, pass: 0, skip: 0 };
  let [tests, seconds] = [0, 0];
  for (const { stages } of cells)
    for (const result of stages) {
      of[result.verdict] += 1;
      tests += 1;
      seconds += result.seconds;
    }
  return ` tests="${tests}" failures="${of.fail}" errors="${of.error + of.miss}" skipped="${of.skip}" time="${seconds.toFixed(3)}"`;
}

/** Texts are escaped already: a subject stands in hundreds of cases. */
function testcase(result: StageResult, place: string, patch: string, subject: string): string {
  const head = `<testcase classname="${place}" name="${patch} ${result.stage} ${subject}" time="${result.seconds.toFixed(3)}"`;
  const content = outcome(result);
  return content === '' ? `${head}/>\n` : `${head}>${content}</testcase>\n`;
}

function outcome(result: StageResult): string {
  const message = `message="${attribute(result.reason ?? result.verdict)}"`;
  switch (result.verdict) {
    case 'fail':
      return `<failure type="fail" ${message}>${body(findingLines(result))}</failure>`;
    case 'error':
    case 'miss':
      return `<error type="${result.verdict}" ${message}>${body(findingLines(result))}</error>`;
    case 'skip':
      return `<skipped ${message}/>`;
    case 'warn':
      return `<system-out>${body([result.reason, findingLines(result)].filter(Boolean).join('\n'))}</system-out>`;
    case 'pass':
      return '';
  }
}

function findingLines({ findings }: StageResult): string {
  return findings.map((one) => `${one.new ? 'new ' : ''}${one.kind}: ${describeFinding(one)}`).join('\n');
}

/** What XML 1.0 has no way to say at all, not even escaped. */
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function body(text: string): string {
  const legal = withoutAnsi(text).replaceAll(ILLEGAL, '').replaceAll('\r', '');
  return legal.replaceAll(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}

/** A parser turns raw newlines of an attribute into spaces; as character references they survive. */
function attribute(text: string): string {
  return body(text).replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}
