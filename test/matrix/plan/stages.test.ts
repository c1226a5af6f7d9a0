import { expect, it } from 'vitest';
import { chooseStages } from '../../../matrix/plan/stages.ts';
import { failureOf } from '../../support/failures.ts';

it.each([
  [undefined, 'configure build boot kvm vfio'],
  ['configure', 'configure'],
  ['build', 'configure build'],
  ['boot', 'configure build boot'],
  ['kvm', 'configure build boot kvm'],
  ['vfio', 'configure build boot vfio'],
  ['kvm,vfio', 'configure build boot kvm vfio'],
  [' vfio , build ', 'configure build boot vfio'],
])('--stages %s runs %s: a stage brings what it needs, and vfio does not need kvm', (text, stages) => {
  expect(chooseStages(text).join(' ')).toBe(stages);
});

it('a misspelt stage is answered with the nearest one', () => {
  const failure = failureOf(() => chooseStages('build,bot'));
  expect(failure.message).toBe('--stages: unknown stage "bot"');
  expect(failure.hint).toBe('did you mean "boot"?');
  expect(failure.exitCode).toBe(2);
});

it('a stage that resembles none is answered with all of them', () => {
  expect(failureOf(() => chooseStages('deployment')).hint).toBe('stages are configure, build, boot, kvm, vfio');
});
