import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation } from '../../matrix/finding.ts';

const LOGS = join(import.meta.dirname, '../fixtures/logs');
const MARK = '#= ';

/**
 * A recorded log with what must be read out of it. The head of the file has one line `#= kind|file|line|message` per
 * thing that is expected; the log itself stands below, byte for byte as it was.
 */
export interface LogSample {
  readonly name: string;
  readonly expected: readonly string[];
  readonly text: string;
  /** `UPDATE=1`: puts what was read now at the head of the file. */
  readonly update: (read: readonly string[]) => void;
}

export function logSamples(kind: 'build' | 'console'): LogSample[] {
  const dir = join(LOGS, kind);
  return readdirSync(dir)
    .filter((name) => name.endsWith('.log'))
    .toSorted()
    .map((name) => readSample(join(dir, name), name));
}

/** The log of one sample, without its head. */
export function logText(kind: 'build' | 'console', name: string): string {
  return readSample(join(LOGS, kind, name), name).text;
}

export function describeObservation({ kind, file, line, message }: Observation): string {
  return [kind, file ?? '', line ?? '', message].join('|');
}

export const isUpdating = process.env['UPDATE'] === '1';

function readSample(path: string, name: string): LogSample {
  const bytes = readFileSync(path);
  let start = 0;
  const expected: string[] = [];
  while (bytes.subarray(start, start + MARK.length).toString('latin1') === MARK) {
    const end = bytes.indexOf('\n', start);
    expected.push(bytes.subarray(start + MARK.length, end).toString('utf8'));
    start = end + 1;
  }
  const body = bytes.subarray(start);
  const update = (read: readonly string[]): void => {
    writeFileSync(path, Buffer.concat([Buffer.from(read.map((line) => `${MARK}${line}\n`).join('')), body]));
  };
  return { name, expected, text: body.toString('utf8'), update };
}
