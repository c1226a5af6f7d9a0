import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Journal } from '../../../runners/store/journal.ts';
import { result, runStarted, sessionStarted, settled } from '../../support/journal.ts';

const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-journal-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('has every event in the file before anybody hears of it', () => {
  const journal = new Journal(dir);
  const onDisk: number[] = [];
  journal.onEvent(() => onDisk.push(readFileSync(journal.path, 'utf8').split('\n').length - 1));
  for (const event of [runStarted(), sessionStarted(1), settled(0, result('build', 'pass'))]) journal.append(event);
  journal.close();
  expect(onDisk).toEqual([1, 2, 3]);
});

it('goes on behind what was whole after a kill', () => {
  const journal = new Journal(dir);
  appendFileSync(journal.path, '{"type":"stage-set');
  const past = journal.recover();
  expect(past.map(({ type }) => type)).toEqual(['run-started', 'session-started', 'stage-settled']);
  journal.append(sessionStarted(5));
  journal.close();
  expect([...journal.read()]).toEqual([...past, sessionStarted(5)]);
});

it('keeps every character of a line, however long it is', () => {
  const journal = new Journal(join(dir, 'long'));
  mkdirSync(join(dir, 'long'));
  const events = [1, 21_840, 100_000].map((length) =>
    settled(0, result('build', 'fail', { reason: `${'→'.repeat(length)}\u{1f427}` })),
  );
  for (const event of events) journal.append(event);
  journal.close();
  expect([...journal.read()]).toEqual(events);
});

it('says which line was damaged', () => {
  const journal = new Journal(dir);
  appendFileSync(journal.path, 'damaged\n');
  expect(() => journal.recover()).toThrow(`${journal.path}:5 is no JSON`);
});
