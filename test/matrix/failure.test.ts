import { expect, it } from 'vitest';
import { EXIT, Failure, infraFailure, usageFailure } from '../../matrix/failure.ts';

it('exit codes are a contract: git bisect run skips on 125', () => {
  expect(EXIT).toEqual({ clean: 0, fail: 1, usage: 2, bug: 70, infra: 125, interrupted: 130 });
});

it('what the user got wrong ends in 2, what the machine got wrong in 125; both say what to do next', () => {
  const usage = usageFailure('--patches: "x" is no range', 'write positions');
  expect([usage.message, usage.hint, usage.exitCode]).toEqual(['--patches: "x" is no range', 'write positions', 2]);
  const infra = infraFailure('no space left', 'make some', new Error('ENOSPC'));
  expect([infra.exitCode, infra.cause]).toEqual([125, new Error('ENOSPC')]);
  expect(infra).toBeInstanceOf(Failure);
  expect(infra.name).toBe('Failure');
});
