import { describe, expect, it } from 'vitest';
import { columnId } from '../../../matrix/cell.ts';
import type { Event } from '../../../matrix/journal/event.ts';
import { foldGrid } from '../../../matrix/grid/fold.ts';
import {
  at,
  COLUMN,
  columnSettled,
  result,
  runFacts,
  runStarted,
  sessionEnded,
  sessionStarted,
  settled,
} from '../../support/journal.ts';
import { asNew, compileError, observation } from '../../support/observations.ts';

const small = runFacts({ rows: [0, 1], stages: ['configure', 'build'] });

function whole(): Event[] {
  return [
    runStarted(small),
    sessionStarted(0),
    columnSettled(null),
    settled(0, result('configure', 'pass'), { seconds: 2, detail: { makeCalls: 2 } }),
    settled(0, result('build', 'pass'), { seconds: 30, detail: { makeCalls: 1 } }),
    settled(1, result('configure', 'pass'), { seconds: 31 }),
    settled(1, result('build', 'fail', { findings: [asNew(compileError('expected expression'))] }), {
      seconds: 40,
      detail: { makeCalls: 1 },
    }),
    sessionEnded(41, 77.5),
  ];
}

describe('the grid', () => {
  it('has one cell for each row and column, with the worst verdict of its stages', () => {
    const { cells } = foldGrid(whole());
    expect(cells.map(({ patch, column, verdict }) => [patch, column, verdict])).toEqual([
      [0, COLUMN, 'pass'],
      [1, COLUMN, 'fail'],
    ]);
    expect(cells[1]?.stages[1]?.findings).toEqual([asNew(compileError('expected expression'))]);
  });

  it('says who broke what', () => {
    expect(foldGrid(whole()).blame).toEqual([
      {
        column: COLUMN,
        stage: 'build',
        brokenBy: 1,
        fixedBy: null,
        suspects: [],
        checks: [],
        message: 'build says fail',
      },
    ]);
  });

  it('says it of every check by itself, from what the journal keeps of them', () => {
    const boots = runFacts({ rows: [0, 1], stages: ['vfio'] });
    const failing = ['vfio.lifetime.vm', 'vfio.dma'].map((check) => ({ ...asNew(observation('probe', check)), check }));
    const grid = foldGrid([
      runStarted(boots),
      settled(0, result('vfio', 'warn', { findings: failing.slice(0, 1) }), {
        detail: { checks: { 'vfio.lifetime.vm': 'not ok', 'vfio.dma': 'ok' } },
      }),
      settled(1, result('vfio', 'fail', { findings: failing }), {
        detail: { checks: { 'vfio.lifetime.vm': 'not ok', 'vfio.dma': 'not ok' } },
      }),
    ]);
    expect(grid.blame.map(({ brokenBy, checks, message }) => [brokenBy, checks, message])).toEqual([
      [0, ['vfio.lifetime.vm'], 'vfio.lifetime.vm'],
      [1, ['vfio.dma'], 'vfio.dma'],
    ]);
  });

  it('carries the facts of the run, its columns beside it', () => {
    const { schema, run, columns } = foldGrid(whole());
    const { columns: _, ...facts } = small;
    expect(schema).toBe('kvm-matrix.grid/1');
    expect(run).toMatchObject(facts);
    expect(run).not.toHaveProperty('columns');
    expect(run).not.toHaveProperty('gitDir');
    expect(columns).toEqual([
      { id: COLUMN, arch: 'x86-64', config: { KVM: 'm', VFIO: 'm' }, expressible: true, reason: null },
    ]);
  });

  it('is complete when every planned stage has its last word', () => {
    const { run } = foldGrid(whole());
    expect([run.complete, run.startedAt, run.finishedAt]).toEqual([true, at(0), at(41)]);
  });
});

describe('a run that was killed', () => {
  it('has "miss: not run yet" where nothing is settled, and no end', () => {
    const grid = foldGrid(whole().slice(0, 5));
    expect(grid.run.complete).toBe(false);
    expect(grid.run.finishedAt).toBeNull();
    expect(grid.cells[1]?.verdict).toBe('miss');
    expect(grid.cells[1]?.stages.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual([
      'miss: not run yet',
      'miss: not run yet',
    ]);
    expect(grid.blame).toEqual([]);
  });

  it('is not complete while one stage of its last cell is open', () => {
    expect(foldGrid(whole().slice(0, 6)).run.complete).toBe(false);
  });

  it('does not know yet whether Kconfig can express its columns', () => {
    expect(foldGrid([runStarted(small)]).columns[0]).toMatchObject({ expressible: null, reason: null });
  });

  it('a stage that was tried again in a later session has its last verdict', () => {
    const again = settled(1, result('build', 'pass'), { seconds: 90, detail: { makeCalls: 1 } });
    expect(foldGrid([...whole(), sessionStarted(80), again]).cells[1]?.verdict).toBe('pass');
  });

  it('a second try that was killed leaves the stages behind it open: the first try does not speak for them', () => {
    const first = [
      settled(1, result('configure', 'miss')),
      settled(1, result('build', 'skip', { reason: 'needs configure' })),
    ];
    const grid = foldGrid([
      ...whole().slice(0, 5),
      ...first,
      sessionStarted(80),
      settled(1, result('configure', 'pass')),
    ]);
    expect(grid.cells[1]?.stages.map(({ reason }) => reason)).toEqual([null, 'not run yet']);
    expect(grid.run.complete).toBe(false);
  });

  it('a journal that does not say what the run is about is no journal', () => {
    expect(() => foldGrid([sessionStarted(0)])).toThrow('a journal without run-started');
  });
});

describe('a column that Kconfig cannot express', () => {
  it('says so with its reason', () => {
    const grid = foldGrid([runStarted(small), columnSettled('KVM is bool, it cannot be m')]);
    expect(grid.columns[0]).toMatchObject({ expressible: false, reason: 'KVM is bool, it cannot be m' });
  });

  it('does not say so of its neighbour', () => {
    const other = columnId('x86-64', { KVM: 'y', VFIO: 'm' });
    const both = {
      ...small,
      columns: [...small.columns, { id: other, arch: 'x86-64', config: { KVM: 'y', VFIO: 'm' } }],
    };
    const grid = foldGrid([runStarted(both), columnSettled(null), columnSettled('KVM is bool', other)]);
    expect(grid.columns.map(({ expressible, reason }) => [expressible, reason])).toEqual([
      [true, null],
      [false, 'KVM is bool'],
    ]);
  });

  it('when asked twice, the last answer counts', () => {
    expect(foldGrid([runStarted(small), columnSettled('no'), columnSettled(null)]).columns[0]?.expressible).toBe(true);
  });
});

describe('the cost', () => {
  it('is the wall time of the session, its CPU time, and the calls of make', () => {
    expect(foldGrid(whole()).run.cost).toEqual({
      wallSeconds: 41,
      cpuSeconds: 77.5,
      compilerCpuSeconds: null,
      makeCalls: 4,
    });
  });

  it('of a resumed run leaves out the time between the sessions', () => {
    const killed = whole().slice(0, 5);
    const resumed = [
      ...killed,
      sessionStarted(3600),
      settled(1, result('build', 'pass'), { seconds: 3620 }),
      sessionEnded(3625, 10),
    ];
    expect(foldGrid(resumed).run.cost).toMatchObject({ wallSeconds: 30 + 25, cpuSeconds: 10 });
  });

  it('sums what compilers took over the sessions that measured it', () => {
    const measured = [
      ...whole(),
      sessionStarted(60),
      sessionEnded(61, 5, 3.5),
      sessionStarted(70),
      sessionEnded(71, 5, 2),
    ];
    expect(foldGrid(measured).run.cost.compilerCpuSeconds).toBe(5.5);
    expect(foldGrid([...measured, sessionStarted(80), sessionEnded(81, 5, null)]).run.cost.compilerCpuSeconds).toBe(
      5.5,
    );
  });

  it('counts the calls of make of a stage that was tried again once', () => {
    const again = settled(1, result('build', 'pass'), { seconds: 45, detail: { makeCalls: 1 } });
    expect(foldGrid([...whole(), again]).run.cost.makeCalls).toBe(4);
  });
});
