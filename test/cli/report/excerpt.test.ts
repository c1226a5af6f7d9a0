import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { cellExcerpt, excerptOf } from '../../../cli/report/html/excerpt.ts';
import { finding } from '../../support/grids.ts';
import { sampleGrid } from '../../support/sample-grids.ts';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index};`);

test('twelve lines before the finding, forty in all', () => {
  const { hit, lines } = excerptOf(numbered(200).join('\n'), { findings: [finding('compile-error', 'line 100;')] });
  expect([hit, lines[0], lines.at(-1), lines.length]).toEqual([12, 'line 88;', 'line 127;', 40]);
});

test('a finding at either end of the log', () => {
  const text = numbered(50).join('\n');
  expect(excerptOf(text, { findings: [finding('panic', 'line 0;')] })).toMatchObject({ hit: 0, lines: numbered(40) });
  const last = excerptOf(`${text}\n`, { findings: [finding('panic', 'line 49;')] });
  expect(last.lines[last.hit ?? -1]).toBe('line 49;');
});

test('the last forty lines where no finding is in the log', () => {
  const { hit, lines } = excerptOf(`${numbered(100).join('\n')}\n\n`, {
    findings: [finding('panic', 'silence'), finding('panic', '')],
  });
  expect([hit, lines[0], lines.at(-1), lines.length]).toEqual([null, 'line 60;', 'line 99;', 40]);
  expect(excerptOf('', { findings: [] })).toEqual({ hit: null, lines: [''] });
});

test('a new error goes before a new warning and a known error before both of the known', () => {
  const findings = [
    finding('warning', 'line 10;'),
    finding('compile-error', 'line 20;', { new: false }),
    finding('compile-error', 'line 30;'),
  ];
  const shown = (some: typeof findings): string | undefined => {
    const { hit, lines } = excerptOf(numbered(99).join('\n'), { findings: some });
    return lines[hit ?? -1];
  };
  expect(shown(findings)).toBe('line 30;');
  expect(shown(findings.slice(0, 2))).toBe('line 20;');
});

test('a point of the probe is found in its own words', () => {
  const { hit, lines } = excerptOf('ok 1 vfio.open\r\nnot ok 2 vfio.bind # EINVAL\r\n', {
    findings: [finding('probe', 'vfio.bind: EINVAL')],
  });
  expect(lines[hit ?? -1]).toBe('not ok 2 vfio.bind # EINVAL');
});

test('endless lines are cut and control characters spelt out', () => {
  const [line] = excerptOf(`\u001b[1m${'x'.repeat(9000)}`, { findings: [] }).lines;
  expect(line).toHaveLength(400);
  expect(excerptOf('a\u0000b\u001b[31mc\rd', { findings: [] }).lines).toEqual(['a\\x00bc\\x0dd']);
});

test('whatever the log, the hit is the line that holds the message', () => {
  const word = constantFrom('\n', '\r\n', 'a', 'b', '', '\u0000', '\n\n');
  assert(
    property(array(word), array(word), (before, after) => {
      const { hit, lines } = excerptOf(`${before.join('')}HERE${after.join('')}`, {
        findings: [finding('panic', 'HERE')],
      });
      expect(lines[hit ?? -1]).toContain('HERE');
      expect(lines.length).toBeLessThanOrEqual(40);
    }),
  );
});

test('the log is that of the stage that decided, else the last one that there is', () => {
  const cells = sampleGrid().cells;
  const cell = cells.find(({ verdict, stages }) => verdict === 'fail' && stages[1]?.verdict === 'fail');
  if (!cell) throw new Error('no cell that fails to build');
  expect(cellExcerpt(cell, () => 'text')?.log).toMatch(/build\.log$/);
  expect(cellExcerpt({ ...cell, verdict: 'miss' }, () => 'text')?.log).toMatch(/build\.log$/);
  expect(cellExcerpt(cell, () => null)).toBeNull();
  expect(cellExcerpt({ ...cell, stages: [] }, () => 'text')).toBeNull();
});
