import { execaSync } from 'execa';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alikeUnder } from '../../matrix/alike/alike.ts';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import { KCONFIG_HEADER } from '../support/kconfig-header.ts';

/* What is told to be alike is so to a real preprocessor: the same text on the same lines, and the same warnings. */

const CONFIG = parseDotConfig('CONFIG_HAVE=y\nCONFIG_M=m\nCONFIG_HZ=250\n');
const HEADER = `#define CONFIG_HAVE 1
#define CONFIG_M_MODULE 1
#define CONFIG_HZ 250
${KCONFIG_HEADER}`;
const OPTIONS = ['-E', '-x', 'c', '-std=gnu11', '-Wall', '-Wextra', '-Wundef', '-'];

const ATOMS = ['CONFIG_HAVE', 'CONFIG_M', 'CONFIG_M_MODULE', 'CONFIG_OFF', 'CONFIG_HZ', 'OTHER'];
const atom = fc.constantFrom(...ATOMS);
const asked = fc.oneof(
  fc
    .tuple(fc.constantFrom('defined', 'IS_ENABLED', 'IS_BUILTIN', 'IS_MODULE'), atom)
    .map(([ask, of]) => `${ask}(${of})`),
  fc.constantFrom('0', '1', 'CONFIG_HAVE', 'CONFIG_OFF', 'OTHER', 'CONFIG_HZ > 100'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    asked,
    tie('condition').map((one) => `!(${one})`),
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map((parts) => parts.join(' ')),
  ),
}));
const opening = fc.oneof(
  condition.map((one) => `#if ${one}`),
  fc.tuple(fc.constantFrom('#ifdef', '# ifndef'), atom).map((parts) => parts.join(' ')),
);
const WORDS = ['int a;', 'int b; // c', '/* c */', '/* d */', '', 'L __LINE__', '#define X 1', '#error no'];
const ODD = [
  "'",
  '"x',
  'int c; \\',
  '#define X 1 \\',
  '#define Y /* c',
  '/* c',
  '*/',
  '*/ #if 1',
  '\\',
  '#else junk',
  '#endif x',
  '/* /* */',
  "'\"'",
  '// c\\',
];
const line = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD) },
);
const branch = fc.oneof(
  condition.map((one) => `#elif ${one}`),
  fc.constant('#else'),
  fc.constant('#else /* c */'),
);
const { block } = fc.letrec<{ block: string[] }>((tie) => ({
  block: fc
    .array(
      fc.oneof(
        { maxDepth: 3 },
        line.map((one) => [one]),
        fc
          .tuple(
            opening,
            tie('block'),
            fc.option(fc.tuple(branch, tie('block'))),
            fc.constantFrom('#endif', '#endif /* c */'),
          )
          .map(([begin, then, other, end]) => [begin, ...then, ...(other ? [other[0], ...other[1]] : []), end]),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.flat()),
}));
const change = fc.tuple(fc.nat(), fc.oneof(opening, line, branch));

function preprocess(lines: readonly string[]): string {
  const input = `${HEADER}${lines.join('\n')}\n`;
  const { stdout, stderr, exitCode } = execaSync('gcc', OPTIONS, { input, reject: false, env: { LC_ALL: 'C' } });
  return [exitCode, stdout, stderr].join('\n');
}

it('a preprocessor sees no difference either', () => {
  let alike = 0;
  fc.assert(
    fc.property(block, fc.array(change, { minLength: 1, maxLength: 3 }), (before, changes) => {
      const after = [...before];
      for (const [at, other] of changes) if (before.length > 0) after[at % before.length] = other;
      const [was, is] = [before, after].map((lines) => `${lines.join('\n')}\n`) as [string, string];
      if (was === is || alikeUnder(was, is, CONFIG) === null) return;
      alike += 1;
      expect(preprocess(after)).toBe(preprocess(before));
    }),
    { numRuns: 10_000 },
  );
  // It would be easy to be right about nothing.
  expect(alike).toBeGreaterThan(50);
});
