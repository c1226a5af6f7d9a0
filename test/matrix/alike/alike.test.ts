import { expect, it } from 'vitest';
import { alikeUnder, meansEnabled, redefinition } from '../../../matrix/alike/alike.ts';
import { residueOf } from '../../../matrix/alike/residue.ts';
import { parseDotConfig } from '../../../matrix/kconfig/kconfig.ts';
import { KCONFIG_HEADER } from '../../support/kconfig-header.ts';

const KVM_M = parseDotConfig('CONFIG_HAVE_KVM=y\nCONFIG_KVM=m\n');
const KVM_N = parseDotConfig('CONFIG_HAVE_KVM=y\n');

const BEFORE = `typedef struct {
	int a;
#ifdef CONFIG_HAVE_KVM
	int ipis;	/* words */
#endif
} irq_cpustat_t;
`;
const AFTER = BEFORE.replace('#ifdef CONFIG_HAVE_KVM', '#if IS_ENABLED(CONFIG_KVM)');

function left(text: string): (string | undefined)[] | undefined {
  return residueOf(text, KVM_M)?.map((line) => line.left);
}

it('another condition that comes to the same says the same, and tells what that rests on', () => {
  expect(alikeUnder(BEFORE, AFTER, KVM_M)).toEqual({ symbols: ['HAVE_KVM', 'KVM'], named: ['KVM'] });
  expect(alikeUnder(BEFORE, AFTER, KVM_N)).toBe(null);
});

it('comments on lines of their own, and all that the config shuts out, may be anything', () => {
  const text = '/* one */\nint a;\n#ifdef CONFIG_OFF\nint b;\n#if HUH\n#else\n#endif\n#endif\n';
  const other = '// two\nint a;\n#ifdef CONFIG_OFF\n\n#ifdef X\n#elif Y\n#endif /* X */\n#endif\n';
  expect(alikeUnder(text, other, KVM_M)).toEqual({ symbols: ['OFF'], named: [] });
  expect(alikeUnder(text, text.replace('one', 'CONFIG_TWO'), KVM_M)).toEqual({ symbols: [], named: ['TWO'] });
});

it.each([
  ['a line more', 'int a;\n', '/* */\nint a;\n'],
  ['a comment beside code, which a warning would quote', 'int a; /* a */\n', 'int a; /* b */\n'],
  ['white space', 'int a;\n', 'int  a;\n'],
  ['a condition that the config does not decide', '#ifdef X\n#endif\n', '#ifdef Y\n#endif\n'],
  ['words behind an #endif', '#ifdef CONFIG_KVM\n#endif\n', '#ifdef CONFIG_KVM\n#endif KVM\n'],
  ['a directive that a backslash splits', '\\\n/* */\n', '\\\n#endif\n'],
  ['a second #else', '#ifdef CONFIG_KVM\n#else\n\n#endif\n', '#ifdef CONFIG_KVM\n#else\n#else\n#endif\n'],
  ['an #if that does not end', '/* */\n', '#ifdef CONFIG_KVM\n'],
  ['an #endif of nothing', '/* */\n', '#endif\n'],
  ['a comment that begins another', '/* a */\n', '/* /* */\n'],
  ['a comment of one line that goes on', '// a\nint a;\n', '// a\\\nint a;\n'],
  ['a comment that does not end', '/* a */\n', '/* a\n'],
  ['a literal that does not end', "/* a */\nint a = 'a';\n", "/* b */\nint a = 'a;\n"],
  ['what -Wbidi-chars speaks of', '/* a */\n', '/* \u202e */\n'],
  ['what -Wbidi-chars speaks of, as bytes', '/* a */\n', `/* ${Buffer.from('\u202e').toString('latin1')} */\n`],
  ['what -Wtrigraphs speaks of', '// a\n', '// a ??/\n'],
  [
    'a directive behind a digraph',
    '#ifdef CONFIG_N\n%:else\nint a;\n#endif\n',
    '#ifdef CONFIG_N\n%:else\nint b;\n#endif\n',
  ],
  ['what only some compilers take for a directive', '#if 0\n#elifndef A\n#endif\n', '#if 0\n#elifndef B\n#endif\n'],
  ['what -Wmisleading-indentation looks at', ' if (a)\n  b;\n/* */\n  c;\n', ' if (a)\n  b;\n  /* */\n  c;\n'],
  ['an #if between an if and its body', ' if (a)\n  b;\n#if 1\n#endif\n  c;\n', ' if (a)\n  b;\n//\n//\n  c;\n'],
  ['what stands behind an #if that is not at the margin', ' #if 0\nb\n #endif\n', ' #if 0\n\n #endif\n'],
  ['a comment that compilers may listen to', '/* a */\n', '/* falls through */\n'],
  [
    'a directive behind the comment of a line with code',
    'int a; /*\n*/ \n#if 1\n#endif\n',
    'int a; /*\n*/ #if 1\n\n#endif\n',
  ],
])('%s is another text', (_, before, after) => {
  expect(alikeUnder(before, after, KVM_M)).toBe(null);
});

it('of an #elif the branch that is left is the one that the compiler takes', () => {
  const text = '#if IS_BUILTIN(CONFIG_KVM)\na\n#elif IS_MODULE(CONFIG_KVM)\nb\n#else\nc\n#endif\nd';
  expect(left(text)).toEqual(['', '', '', 'b', '', '', '', 'd']);
  expect(left('#ifdef CONFIG_OFF\n#elif defined(X)\n#endif')).toBeUndefined();
});

it('what goes on behind a backslash belongs to its line', () => {
  expect(left('#define A \\\n#if 1 \\\n/* */ b\nc')).toEqual(['#define A \\', '#if 1 \\', '/* */ b', 'c']);
  expect(left('#ifdef CONFIG_OFF\n#define A \\\n#endif \\\nb\n#endif\nc')).toEqual(['', '', '', '', '', 'c']);
  expect(left('#if defined(CONFIG_OFF) \\\n|| X\n#endif')).toEqual(['#if defined(CONFIG_OFF) \\', '|| X', '#endif']);
});

it('a comment that a directive begins may end on a later line', () => {
  expect(left('#ifdef CONFIG_KVM_MODULE /* a\nb */\nc\n#endif')).toEqual(['', '', 'c', '']);
  expect(left('#define A /* a\nb */ + 1\n')).toBeUndefined();
});

it('IS_ENABLED means what include/linux/kconfig.h says, or nothing', () => {
  expect(meansEnabled(KCONFIG_HEADER)).toBe(true);
  expect(meansEnabled(KCONFIG_HEADER.replace('option##_MODULE', 'option##_MOD'))).toBe(false);
  expect(meansEnabled(`${KCONFIG_HEADER}#define IS_MODULE(option) __is_defined(option##_MODULE)\n`)).toBe(false);
  expect(meansEnabled('')).toBe(false);
});

it('finds who gives a macro another meaning', () => {
  const found = new RegExp(redefinition(['KVM']).replaceAll('[[:space:]]', '\\s'));
  for (const line of [
    '#undef CONFIG_KVM',
    ' # define  CONFIG_KVM_MODULE 1',
    '#define IS_ENABLED(x) 1',
    '#undef \\',
    '#define/* */CONFIG_KVM',
    '/* */ #undef CONFIG_KVM',
    '%:undef CONFIG_KVM',
    '#/* */undef CONFIG_KVM',
    '#\\',
    '#un\\',
    '#define\fCONFIG_KVM',
  ])
    expect(line).toMatch(found);
  for (const line of [
    '#define CONFIG_KVM_X 1',
    '#ifdef CONFIG_KVM',
    '#define KVM CONFIG_KVM',
    '#define IS_ENABLED_X 1',
  ])
    expect(line).not.toMatch(found);
});
