import type { GridCell } from '../../../matrix/grid/grid.ts';
import type { Finding } from '../../../matrix/finding.ts';
import type { StageResult } from '../../../matrix/result.ts';
import { cutTo, plainText } from '../plain-text.ts';

/** A piece of a log that is worth showing. */
export interface Excerpt {
  readonly log: string;
  /** Index of the line that holds the finding; null for the end of a log in which none was found. */
  readonly hit: number | null;
  readonly lines: readonly string[];
}

const LINES_BEFORE = 12;
const LINES = 40;
const LONGEST_LINE = 400;

/** From the log of the stage that decided the cell, or the last that has one; null when there is none to read. */
export function cellExcerpt(cell: GridCell, readLog: (path: string) => string | null): Excerpt | null {
  const logged = cell.stages.filter(({ log }) => log !== null);
  const told = logged.find(({ verdict }) => verdict === cell.verdict) ?? logged.at(-1);
  const text = told?.log ? readLog(told.log) : null;
  return told?.log && text !== null ? { log: told.log, ...excerptOf(text, told) } : null;
}

/** The lines around the first finding, best findings first, else the last ones. */
export function excerptOf(text: string, { findings }: Pick<StageResult, 'findings'>): Omit<Excerpt, 'log'> {
  for (const finding of findings.toSorted((a, b) => rank(a) - rank(b))) {
    const words = inLog(finding);
    const at = words === '' ? -1 : text.indexOf(words);
    if (at >= 0) return around(text, at);
  }
  return { hit: null, lines: tidy(text.slice(startOfLine(text, text.trimEnd().length, LINES - 1)).trimEnd()) };
}

/** The probe says `not ok 7 kvm.guest # why` where the finding says `kvm.guest: why`. */
function inLog({ kind, message }: Finding): string {
  return kind === 'probe' ? message.replace(': ', ' # ') : message;
}

/** New before known, accusing before merely told. */
function rank(finding: Finding): number {
  const told = finding.kind === 'warning' || finding.kind === 'config';
  return (finding.new ? 0 : 1) + (told ? 2 : 0);
}

function around(text: string, at: number): Omit<Excerpt, 'log'> {
  const before = text.slice(startOfLine(text, at, LINES_BEFORE), startOfLine(text, at, 0));
  const hit = before.split('\n').length - 1;
  const rest = text.slice(startOfLine(text, at, 0), endOfLine(text, at, LINES - hit));
  return { hit, lines: tidy(before + rest) };
}

/** Walks back instead of splitting: a log may have a hundred megabytes. */
function startOfLine(text: string, at: number, linesBefore: number): number {
  let start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  for (let line = 0; line < linesBefore && start > 0; line++)
    start = start === 1 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
  return start;
}

function endOfLine(text: string, at: number, lines: number): number {
  let end = at;
  for (let line = 0; line < lines; line++) {
    const next = text.indexOf('\n', line === 0 ? end : end + 1);
    if (next < 0) return text.length;
    end = next;
  }
  return end;
}

/** Line by line, so that cutting and cleaning cannot move the hit. */
function tidy(text: string): string[] {
  return text
    .split('\n')
    .map((line) => cutTo(plainText(line.replace(/\r+$/, '').slice(0, 4 * LONGEST_LINE)), LONGEST_LINE));
}
