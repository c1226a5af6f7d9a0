import { expect, it } from 'vitest';
import { chainsOf, secondsOf, type Due } from '../../../matrix/plan/chains.ts';
import { column } from '../../support/columns.ts';

/** `nm 3` has a build that took 3 seconds, `nm` has none. */
function due(text: string): Due {
  const [values = '', seconds] = text.split(' ');
  const [kvm, vfio] = values;
  const hasBuild = seconds !== undefined;
  return { column: column(`x86-64/kvm=${kvm},vfio=${vfio}`), hasBuild, seconds: Number(seconds ?? 0) };
}

function chains(...texts: string[]): string[] {
  return chainsOf(texts.map(due)).map((chain) =>
    chain.map((one) => `${one.column.config['KVM']}${one.column.config['VFIO']}`).join(' '),
  );
}

it.each([
  ['what has no build keeps its order', ['nn', 'nm', 'mn', 'mm', 'yn'], ['nn nm', 'mn mm', 'yn']],
  [
    'the longest first, in a chain and among chains',
    ['nn 1', 'nm 2', 'mn 2', 'mm 4', 'yn 5'],
    ['mm mn', 'yn', 'nm nn'],
  ],
  [
    'what has no build comes after all that may lend to it',
    ['nn', 'nm 2', 'mn', 'mm', 'yn 0'],
    ['nm nn', 'yn', 'mn mm'],
  ],
  ['equal ones keep their order', ['nn 3', 'nm 3', 'mn 3', 'mm 3'], ['nn nm', 'mn mm']],
])('%s', (_, texts, expected) => {
  expect(chains(...texts)).toEqual(expected);
});

it('a chain takes what its columns take', () => {
  expect(secondsOf([due('nn 1'), due('nm 2.5')])).toBe(3.5);
});
