import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readLines, wholeBytes } from '../../runners/lines.ts';

const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-lines-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(text: string): string {
  const path = join(dir, 'lines');
  writeFileSync(path, text);
  return path;
}

const LONG = '→'.repeat(900_000);

it.each([
  ['nothing', '', []],
  ['an empty line', '\n', ['']],
  ['lines', 'a\n\nb\n', ['a', '', 'b']],
  ['a line that was cut short', 'a\nb', ['a']],
  ['nothing but such a line', 'b', []],
  [
    'lines longer than what is read at a time, cut within a character',
    `a${LONG}\n${LONG}b\nc`,
    [`a${LONG}`, `${LONG}b`],
  ],
])('reads whole lines: %s', (_, text, lines) => {
  expect([...readLines(file(text))]).toEqual(lines);
});

it.each([
  ['', 0],
  ['b', 0],
  ['a\n', 2],
  ['a\nb', 2],
  [`a\n${LONG}`, 2],
  [`${LONG}\nb`, 2_700_001],
])('knows where the last whole line ends', (text, bytes) => {
  expect(wholeBytes(file(text))).toBe(bytes);
});
