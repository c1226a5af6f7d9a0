import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId, columnId, type CellId } from '../../../matrix/cell.ts';
import { auditDifferences, auditSample, type AuditSide } from '../../../matrix/proof/audit.ts';
import { finding } from '../../support/grids.ts';

const WARNING = finding('warning', 'unused variable', { file: 'virt/kvm/kvm_main.c', line: 7, new: false });
const SIDE: AuditSide = {
  verdict: 'pass',
  reason: null,
  findings: [WARNING],
  artefacts: { config: 'c0', image: 'i0', guest: 'g0', modules: '[]' },
};

describe('what a clean build says otherwise', () => {
  it('is nothing when it says the same', () => {
    expect(auditDifferences(SIDE, { ...SIDE, findings: [{ ...WARNING }], artefacts: { ...SIDE.artefacts } })).toEqual(
      [],
    );
  });

  it('is nothing of what the run did not record', () => {
    expect(auditDifferences({ ...SIDE, artefacts: { config: 'c0' } }, SIDE)).toEqual([]);
  });

  it('is nothing of a guest that one of the two runs did not stage: builds alone, reused in a run with boots, or audited in one', () => {
    const alone = { ...SIDE, artefacts: { ...SIDE.artefacts, guest: '' } };
    expect([auditDifferences(SIDE, alone), auditDifferences(alone, SIDE)]).toEqual([[], []]);
  });

  it.each([
    ['another verdict', { verdict: 'fail', reason: 'a.c:1: no' }, 'the grid says pass; clean, fail: a.c:1: no'],
    [
      'a finding that is not there',
      { findings: [] },
      'only in the grid: warning virt/kvm/kvm_main.c:7: unused variable',
    ],
    [
      'one that the grid has not',
      { findings: [WARNING, finding('warning', 'b')] },
      'only from clean: new warning -:-: b',
    ],
    ['another image', { artefacts: { ...SIDE.artefacts, image: 'i1' } }, 'image i0 in the grid; i1 from clean'],
    ['another guest', { artefacts: { ...SIDE.artefacts, guest: 'g1' } }, 'guest g0 in the grid; g1 from clean'],
    ['no image', { artefacts: { ...SIDE.artefacts, image: '' } }, 'image i0 in the grid; none from clean'],
    ['another config', { artefacts: { ...SIDE.artefacts, config: 'c1' } }, 'config c0 in the grid; c1 from clean'],
  ] as const)('%s', (_, other, line) => {
    expect(auditDifferences(SIDE, { ...SIDE, ...other })).toContain(line);
  });
});

describe('the sample', () => {
  const column = columnId('x86-64', { KVM: 'm' });
  const cells = (count: number): CellId[] => Array.from({ length: count }, (_, row) => cellId(row, column));

  it('has the share asked for, rounded up, in the order of the plan, and is the same for the same ranks', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 100 }),
        fc.infiniteStream(fc.stringMatching(/^[0-9a-f]{8}$/)),
        (count, percent, hashes) => {
          const ranks = new Map(cells(count).map((cell) => [cell, hashes.next().value as string]));
          const sample = auditSample(cells(count), percent, (cell) => ranks.get(cell) ?? '');
          expect(sample).toHaveLength(Math.ceil((count * percent) / 100));
          expect(cells(count).filter((cell) => sample.includes(cell))).toEqual(sample);
        },
      ),
    );
  });
});
