import type { Verdict } from '../../matrix/verdict.ts';

/** One letter a verdict, so that 54 columns fit a terminal; capitals want attention. */
export const LETTERS: Readonly<Record<Verdict, string>> = {
  fail: 'F',
  error: 'E',
  miss: 'M',
  warn: 'w',
  pass: '.',
  skip: '-',
};
