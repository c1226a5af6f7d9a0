import { expect, it } from 'vitest';
import { dealArches } from '../../../runners/walk/lanes.ts';

const SIX = ['x86-64', 'arm64', 's390x', 'mips', 'ppc64', 'riscv64'];

it.each([
  [1, SIX, [SIX]],
  [2, ['x86-64', 'riscv64'], [['x86-64'], ['riscv64']]],
  [
    7,
    SIX,
    [
      ['x86-64', 's390x', 'ppc64'],
      ['arm64', 'mips', 'riscv64'],
    ],
  ],
  [2, ['arm64'], [['arm64']]],
  [8, SIX, SIX.map((arch) => [arch])],
  [2, [], []],
])('%i jobs deal %j to %j', (jobs, arches, lanes) => {
  expect(dealArches(arches, jobs)).toEqual(lanes);
});

it('how many jobs there are says little of which lane an arch is in', () => {
  for (const jobs of [2, 3, 7]) expect(dealArches(SIX, jobs)).toEqual(dealArches(SIX, 2));
});
