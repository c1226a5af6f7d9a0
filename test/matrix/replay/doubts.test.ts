import { expect, it } from 'vitest';
import { configWords, isKnownFixdep, sameWords } from '../../../matrix/replay/doubts.ts';

it.each([
  ['#ifdef CONFIG_A\n/* CONFIG_B CONFIG_A */', ['A', 'B']],
  ['CONFIG_A_MODULE CONFIG_MODULE CONFIG__MODULE CONFIG_', ['A', 'MODULE']],
  ['XCONFIG_A _CONFIG_B 1CONFIG_C CONFIG_CONFIG_D -CONFIG_E\u00E9CONFIG_F', ['CONFIG_D', 'E', 'F']],
  ['CONFIG_A\0CONFIG_B', ['A']],
  ['config_a', []],
])('of %j fixdep writes down %j', (text, words) => {
  expect(configWords(text)).toEqual(words);
});

it.each([
  ['other code', 'CONFIG_A x\n', 'y\nCONFIG_A_MODULE CONFIG_A\n', true],
  ['another order', 'CONFIG_A CONFIG_B\n', 'CONFIG_B CONFIG_A\n', false],
  ['one more', 'CONFIG_A\n', 'CONFIG_A CONFIG_B\n', false],
  ['one less', 'CONFIG_A\n', '\n', false],
  ['nothing at all', '', '\n', true],
  ['what may be a link', '../a.h', '../b.h', false],
])('of two texts: %s', (_, before, after, same) => {
  expect(sameWords(before, after)).toBe(same);
});

it('a fixdep that nobody read is not believed', () => {
  expect(isKnownFixdep('')).toBe(false);
});
