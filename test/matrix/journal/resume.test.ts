import { describe, expect, it } from 'vitest';
import type { Event } from '../../../matrix/journal/event.ts';
import { dropUnfair, sameRun } from '../../../matrix/journal/resume.ts';
import { result, runFacts, runStarted, sessionStarted, settled } from '../../support/journal.ts';

function describeEvents(events: readonly Event[]): string[] {
  return events.map((event) =>
    event.type === 'stage-settled'
      ? `${event.cell.slice(0, 2)} ${event.result.stage} ${event.result.verdict}`
      : event.type,
  );
}

describe('whether a run can go on with another', () => {
  const run = runFacts();

  it('the same inputs are the same run, whatever the flags, the tool or the name of the run', () => {
    expect(sameRun(run, runFacts({ id: 'run-0002', tool: 'kvm-matrix 0.2.0', argv: ['run', '--resume'] }))).toBeNull();
  });

  it('the series may be called otherwise, as long as its commits are the same', () => {
    expect(sameRun(run, runFacts({ series: { ...run.series, subject: 'another title' } }))).toBeNull();
  });

  it.each([
    ['another base', { base: { ...run.base, commit: 'c'.repeat(40) } }],
    ['another series', { series: { ...run.series, patches: run.series.patches.slice(0, 2) } }],
    [
      'another series',
      { series: { ...run.series, patches: run.series.patches.map((patch) => ({ ...patch, commit: null })) } },
    ],
    ['other columns', { columns: [] }],
    ['other patches', { rows: [0, 1] }],
    ['other stages', { stages: ['configure', 'build'] as const }],
  ])('%s makes it another run', (difference, more) => {
    expect(sameRun(run, runFacts(more))).toBe(difference);
  });

  it('where the base was found does not matter, only which commit it is', () => {
    expect(sameRun(run, runFacts({ base: { ...run.base, how: '--base' } }))).toBeNull();
  });
});

describe('what a resumed run builds on', () => {
  it('verdicts about the kernel, good or bad, stay', () => {
    const past = [
      runStarted(),
      sessionStarted(0),
      settled(0, result('build', 'pass')),
      settled(1, result('build', 'fail')),
      settled(1, result('boot', 'skip')),
    ];
    expect(dropUnfair(past)).toEqual(past);
  });

  it('a cell that the machine let down is tried again from that stage on; what went before stays', () => {
    const past = [
      settled(1, result('configure', 'pass')),
      settled(1, result('build', 'miss')),
      settled(1, result('boot', 'skip')),
      settled(1, result('kvm', 'skip')),
    ];
    expect(describeEvents(dropUnfair(past))).toEqual(['01 configure pass']);
  });

  it('so is a cell on which a check of ours broke', () => {
    const past = [
      settled(1, result('boot', 'pass')),
      settled(1, result('kvm', 'error')),
      settled(1, result('vfio', 'error')),
    ];
    expect(describeEvents(dropUnfair(past))).toEqual(['01 boot pass']);
  });

  it('other cells are left alone', () => {
    const past = [
      settled(1, result('build', 'miss')),
      settled(2, result('build', 'pass')),
      settled(1, result('boot', 'skip')),
      settled(2, result('boot', 'pass')),
    ];
    expect(describeEvents(dropUnfair(past))).toEqual(['02 build pass', '02 boot pass']);
  });

  it('what is no verdict is kept: who started when, and what the run is about', () => {
    expect(describeEvents(dropUnfair([runStarted(), sessionStarted(0), settled(0, result('build', 'miss'))]))).toEqual([
      'run-started',
      'session-started',
    ]);
  });

  it('a second try that went well is not thrown away by a third session', () => {
    const past = [
      settled(1, result('build', 'miss')),
      settled(1, result('boot', 'skip')),
      sessionStarted(100),
      settled(1, result('build', 'pass')),
      settled(1, result('boot', 'pass')),
      sessionStarted(200),
    ];
    expect(describeEvents(dropUnfair(past)).filter((text) => text.startsWith('01'))).toEqual([
      '01 build pass',
      '01 boot pass',
    ]);
  });

  // Session 2 took the miss back, built, and was killed before it booted.
  it('what the first try said of the stages behind it does not outlive a second try that was killed', () => {
    const past = [
      settled(1, result('build', 'miss')),
      settled(1, result('boot', 'skip', { reason: 'needs build' })),
      sessionStarted(100),
      settled(1, result('build', 'pass')),
      sessionStarted(200),
    ];
    expect(describeEvents(dropUnfair(past)).filter((text) => text.startsWith('01'))).toEqual(['01 build pass']);
  });
});
