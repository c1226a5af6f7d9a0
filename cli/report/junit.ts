import { position } from '../../matrix/cell.ts';
import type { Grid, GridCell, GridColumn } from '../../matrix/grid.ts';
import { describeFinding } from '../../matrix/judge/build.ts';
import type { StageResult } from '../../matrix/result.ts';
import { withoutAnsi } from './plain-text.ts';
import { patchAt } from './series-words.ts';

/** The grid as JUnit XML: a suite per column, a case per patch and stage. `miss` is an error here, `warn` passes. */
export function junitReport(grid: Grid): string {
  const suites = grid.columns.map((column) => suite(grid, column));
  const head = `<testsuites name="${attribute(`kvm-matrix ${grid.run.id}`)}"${counts(grid.cells.flatMap(({ stages }) => stages))}>`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>', ''].join('\n');
}

function suite(grid: Grid, column: GridColumn): string {
  const cells = grid.cells.filter((cell) => cell.column === column.id);
  const head = `<testsuite name="${attribute(column.id)}"${counts(cells.flatMap(({ stages }) => stages))} timestamp="${attribute(grid.run.startedAt)}">`;
  const cases = cells.flatMap((cell) => cell.stages.map((result) => testcase(grid, cell, result)));
  return [head, ...cases, '</testsuite>'].join('\n');
}

function counts(results: readonly StageResult[]): string {
  const of = (...verdicts: string[]): number => results.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return ` tests="${results.length}" failures="${of('fail')}" errors="${of('error', 'miss')}" skipped="${of('skip')}" time="${seconds.toFixed(3)}"`;
}

function testcase(grid: Grid, cell: GridCell, result: StageResult): string {
  const subject = cell.patch === 0 ? 'base' : (patchAt(grid, cell.patch)?.subject ?? '');
  const name = attribute(`${position(cell.patch)} ${result.stage} ${subject}`);
  const head = `<testcase classname="${attribute(`kvm-matrix.${cell.column}`)}" name="${name}" time="${result.seconds.toFixed(3)}"`;
  const content = outcome(result);
  return content === '' ? `${head}/>` : `${head}>${content}</testcase>`;
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
