import { expect, test } from 'vitest';
import { junitReport } from '../../../cli/report/junit.ts';
import type { Grid } from '../../../matrix/grid/grid.ts';
import type { Verdict } from '../../../matrix/verdict.ts';
import { HOSTILE } from '../../support/grids.ts';
import { lacks, parseJunit, type XmlCase } from '../../support/parsers.ts';
import { ERROR, sampleGrid } from '../../support/sample-grids.ts';

const missing = lacks('python3');
if (missing) process.stderr.write(`skipping what needs an XML parser: ${missing}\n`);

const count = (grid: Grid, ...verdicts: Verdict[]): string => {
  const stages = grid.cells.flatMap((cell) => cell.stages);
  return String(stages.filter(({ verdict }) => verdicts.includes(verdict)).length);
};

const caseOf = (cases: readonly XmlCase[], column: string, name: string): XmlCase => {
  const found = cases.filter((one) => one.suite === column && one.name.startsWith(name));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} cases ${name} in ${column}`);
  return found[0];
};

test('the sample has every verdict, so that counts mean something', () => {
  const grid = sampleGrid();
  for (const verdict of ['fail', 'error', 'miss', 'warn', 'pass', 'skip'] as const)
    expect(Number(count(grid, verdict))).toBeGreaterThan(0);
});

test.skipIf(missing)('a suite per column, a case per patch and stage, with right counts', () => {
  const grid = sampleGrid();
  const { totals, suites, cases } = parseJunit([...junitReport(grid)].join(''));
  expect(suites.map(({ name }) => name)).toEqual(grid.columns.map(({ id }) => id));
  expect(cases).toHaveLength(grid.columns.length * 7 * 5);
  expect(totals).toMatchObject({
    tests: String(cases.length),
    failures: count(grid, 'fail'),
    errors: count(grid, 'error', 'miss'),
    skipped: count(grid, 'skip'),
  });
  const sum = (key: string): number => suites.reduce((all, suite) => all + Number(suite[key]), 0);
  for (const key of ['tests', 'failures', 'errors', 'skipped', 'time'])
    expect(sum(key)).toBeCloseTo(Number(totals[key]), 1);
  expect(cases.reduce((all, { time }) => all + Number(time), 0)).toBeCloseTo(Number(totals['time']), 1);
});

test.skipIf(missing)('counts agree with the elements', () => {
  const { suites, cases } = parseJunit([...junitReport(sampleGrid())].join(''));
  for (const suite of suites) {
    const tags = cases
      .filter((one) => one.suite === suite['name'])
      .flatMap(({ children }) => children.map(([tag]) => tag));
    const of = (tag: string): string => String(tags.filter((one) => one === tag).length);
    expect(suite).toMatchObject({ failures: of('failure'), errors: of('error'), skipped: of('skipped') });
  }
});

test.skipIf(missing)('every verdict has its element', () => {
  const { cases } = parseJunit([...junitReport(sampleGrid())].join(''));
  const fail = caseOf(cases, 'x86-64/kvm=m,vfio=m', '02 build vfio: KVM: Pass');
  expect(fail.classname).toBe('kvm-matrix.x86-64/kvm=m,vfio=m');
  expect(fail.children).toEqual([
    [
      'failure',
      'fail',
      `virt/kvm/vfio.c:57: ${ERROR}`,
      `new compile-error: virt/kvm/vfio.c:57: ${ERROR}\nwarning: unused variable`,
    ],
  ]);
  expect(caseOf(cases, 'x86-64/kvm=m,vfio=n', '02 build').children).toEqual([
    ['error', 'miss', 'ended by SIGKILL; out of memory?', ''],
  ]);
  expect(caseOf(cases, 'arm64/kvm=y,vfio=n', '03 kvm').children).toEqual([
    ['error', 'error', 'the probe planned 9 and reported 7 points', ''],
  ]);
  expect(caseOf(cases, 'arm64/kvm=m,vfio=n', '00 build base').children).toEqual([
    ['skipped', null, 'not expressible (KVM is bool on arm64)', ''],
  ]);
  expect(caseOf(cases, 'arm64/kvm=y,vfio=n', '04 build').children[0]?.[0]).toBe('system-out');
  expect(caseOf(cases, 'x86-64/kvm=m,vfio=m', '00 build base').children).toEqual([]);
});

test.skipIf(missing)('hostile text arrives as text, less what XML cannot say', () => {
  const { cases } = parseJunit([...junitReport(sampleGrid())].join(''));
  const told = HOSTILE.replaceAll(/\u001b\[\d+m/g, '')
    .replace('\u0000', '')
    .replace('\ud800', '');
  const boot = caseOf(cases, 'arm64/kvm=y,vfio=m', '03 boot');
  expect(boot.name).toBe(`03 boot KVM: ${told}`);
  expect(boot.children).toEqual([['failure', 'fail', told, `new panic: ${told}`]]);
});

test('no character that is illegal in XML 1.0, not even as a reference', () => {
  const grid = sampleGrid();
  const all = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join('');
  const reason = `${all}\uffff\ufffe\udc00\ud83d\ude00`;
  const cells = grid.cells.map((cell) => ({
    ...cell,
    stages: cell.stages.map((stage) => ({ ...stage, verdict: 'fail' as const, reason })),
  }));
  const xml = [...junitReport({ ...grid, cells })].join('');
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u);
  expect(xml.match(/&(?!(?:amp|lt|gt|quot|#9|#10);)/g)).toBeNull();
  expect(xml).toContain('😀');
});

test.skipIf(missing)('newlines of a message survive in its attribute', () => {
  const grid = sampleGrid();
  const cells = grid.cells.map((cell) => ({
    ...cell,
    stages: cell.stages.map((stage) => ({ ...stage, verdict: 'miss' as const, reason: 'a\nb\tc' })),
  }));
  expect(parseJunit([...junitReport({ ...grid, cells })].join('')).cases[0]?.children[0]?.[2]).toBe('a\nb\tc');
});
