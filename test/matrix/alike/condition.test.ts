import { expect, it } from 'vitest';
import { evaluate, isDefined } from '../../../matrix/alike/condition.ts';
import { parseDotConfig } from '../../../matrix/kconfig/kconfig.ts';

const CONFIG = parseDotConfig('CONFIG_KVM=m\nCONFIG_SMP=y\nCONFIG_HZ=250\nCONFIG_ONE=1\nCONFIG_NAME="a"\n');

it.each([
  ['IS_ENABLED(CONFIG_KVM)', true],
  ['IS_BUILTIN(CONFIG_KVM)', false],
  ['IS_MODULE(CONFIG_KVM)', true],
  ['IS_ENABLED(CONFIG_SMP)', true],
  ['IS_MODULE(CONFIG_SMP)', false],
  ['IS_ENABLED(CONFIG_OFF)', false],
  ['defined(CONFIG_KVM)', false],
  ['defined CONFIG_KVM_MODULE', true],
  ['defined(CONFIG_HZ) && defined(CONFIG_NAME)', true],
  ['!defined(CONFIG_OFF) || 0', true],
  ['!(defined(CONFIG_SMP) && IS_ENABLED(CONFIG_OFF))', true],
  ['CONFIG_SMP', true],
  ['0', false],
  // Of what is not 1 nothing is said.
  ['IS_ENABLED(CONFIG_HZ)', null],
  ['IS_ENABLED(CONFIG_ONE)', null],
  ['CONFIG_HZ', null],
  // -Wundef would speak.
  ['CONFIG_OFF', null],
  ['defined(CONFIG_SMP) || CONFIG_OFF', null],
  // Not the config's to say, in whole or in part.
  ['CONFIG_HZ >= 100', null],
  ['IS_REACHABLE(CONFIG_KVM)', null],
  ['defined(__ASSEMBLY__)', null],
  ['defined(CONFIG_SMP) || defined(__ASSEMBLY__)', null],
  ['IS_ENABLED(KVM)', null],
  ['IS_ENABLED CONFIG_SMP', null],
  ['(defined(CONFIG_SMP)', null],
  ['defined(CONFIG_SMP) CONFIG_SMP', null],
  ['', null],
  ['2', null],
])('%s is %s', (expression, value) => {
  expect(evaluate(expression, CONFIG).value).toBe(value);
});

it('tells what was asked for', () => {
  expect(evaluate('IS_ENABLED(CONFIG_KVM) || defined(CONFIG_X_MODULE)', CONFIG).symbols).toEqual(['KVM', 'X_MODULE']);
});

it('a symbol of its own may end in _MODULE', () => {
  const config = parseDotConfig('CONFIG_TEST_MODULE=y\n');
  expect([isDefined('CONFIG_TEST_MODULE', config), isDefined('CONFIG_TEST', config)]).toEqual([true, false]);
  expect(isDefined('TEST', config)).toBe(null);
});
