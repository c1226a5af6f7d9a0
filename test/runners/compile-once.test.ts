import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildForTests, Tree } from '../support/compile-once.ts';
import { KCONFIG_HEADER } from '../support/kconfig-header.ts';

let program: string;
let tree: Tree;

beforeAll(() => {
  program = buildForTests();
});
afterEach(() => tree.remove());

const AUTOCONF = 'generated/include/generated/autoconf.h';

/** A source with a header in include/; `used` is what the source says, `header` what stands in the header. */
function small(header: string, used = 'int f(int);\nint f(int x) { return x + 1; }\n'): Record<string, string> {
  return { 'include/a.h': header, 'main.c': `#include <a.h>\n${used}` };
}

function kernel(look: string, config: string): Record<string, string> {
  return {
    'include/kconfig.h': `#include <include/generated/autoconf.h>\n${KCONFIG_HEADER}`,
    'main.c': `#include <kconfig.h>\nint f(void);\n#if ${look}\nint f(void) { return 1; }\n#else\nint f(void) { return 2; }\n#endif\n`,
    [AUTOCONF]: config,
  };
}

describe('a hit', () => {
  it('gives the same object and depfile again', () => {
    tree = new Tree(program, small('int g(void);\n'));
    const plain = tree.plain();
    expect(tree.compile()).toMatchObject({ how: 'miss', object: plain.object, status: 0 });
    expect(tree.compile()).toMatchObject({ how: 'direct', object: plain.object, said: '' });
    expect(tree.read('out/main.c.d')).toBe(plain.depfile);
    expect(tree.compile('main.c', { verify: true }).how).toBe('direct');
  });

  it.each([
    ['IS_ENABLED(CONFIG_A)', '#define CONFIG_A_MODULE 1\n', '#define CONFIG_A 1\n', 'direct'],
    ['IS_ENABLED(CONFIG_A)', '#define CONFIG_A 1\n', '#define CONFIG_A 1\n#define CONFIG_B 1\n', 'direct'],
    [
      'IS_ENABLED(CONFIG_A) /* not defined(CONFIG_A) */',
      '#define CONFIG_A 1\n',
      '#define CONFIG_A_MODULE 1\n',
      'direct',
    ],
    ['IS_ENABLED(CONFIG_A)', '#define CONFIG_A 1\n', '', 'miss'],
    ['IS_BUILTIN(CONFIG_A)', '#define CONFIG_A_MODULE 1\n', '', 'direct'],
    ['IS_BUILTIN(CONFIG_A)', '#define CONFIG_A 1\n', '#define CONFIG_A_MODULE 1\n', 'miss'],
    ['IS_MODULE(CONFIG_A)', '#define CONFIG_A 1\n', '#define CONFIG_A_MODULE 1\n', 'miss'],
    ['defined(CONFIG_A)', '#define CONFIG_A 1\n', '#define CONFIG_A_MODULE 1\n', 'miss'],
    ['CONFIG_A > 3', '#define CONFIG_A 3\n', '#define CONFIG_A 4\n', 'miss'],
    ['IS_REACHABLE(CONFIG_A)', '#define CONFIG_A 1\n', '#define CONFIG_A_MODULE 1\n', 'miss'],
  ])('%s: from %j to %j is a %s', (look, from, to, how) => {
    tree = new Tree(program, kernel(look, from));
    tree.compile();
    tree.write({ [AUTOCONF]: to });
    expect(tree.compile()).toMatchObject({ how, object: tree.plain().object });
  });

  it('IS_REACHABLE of a module depends on who asks', () => {
    tree = new Tree(program, kernel('IS_REACHABLE(CONFIG_A)', '#define CONFIG_A_MODULE 1\n'));
    tree.compile();
    expect(tree.compile('main.c', { flags: ['-DMODULE'] })).toMatchObject({
      how: 'miss',
      object: tree.plain('main.c', ['-DMODULE']).object,
    });
  });

  it.each([
    ['in an earlier directory', 'arch/a.h', {}],
    [
      'beside a header that asks in quotes',
      'include/sub/b.h',
      { 'include/a.h': '#include "sub/c.h"\n', 'include/sub/c.h': '#include "b.h"\n', 'include/b.h': '' },
    ],
    [
      'by a name that macros make',
      'arch/made.h',
      { 'include/a.h': '#define M <made.h>\n#include M\n', 'include/made.h': '' },
    ],
  ])('sees a new header %s', (_where, path, files) => {
    tree = new Tree(program, {
      ...small('int g(void);\n', 'int f(void);\nint f(void) { return\n#ifdef N\n1\n#else\n2\n#endif\n; }\n'),
      ...files,
    });
    tree.compile();
    expect(tree.compile().how).toBe('direct');
    tree.write({ [path]: '#define N\n' });
    expect(tree.compile()).toMatchObject({ how: 'miss', object: tree.plain().object });
  });

  it('does not trust what asks for files without reading them', () => {
    tree = new Tree(program, small('#if __has_include(<b.h>)\nint b;\n#endif\n'));
    tree.compile();
    tree.write({ 'include/b.h': '' });
    expect(tree.compile()).toMatchObject({ how: 'alone', object: tree.plain().object });
  });

  const point = (members: string): string => `struct p { ${members} };\nextern struct p *p;\n`;
  it.each([
    ['a comment', 'int g(void);\n', '/* g */ int g(void);\n', 'return 1;'],
    ['the order of members', point('int a; int b;'), point('int b; int a;'), 'return p->b;'],
    ['a macro', '#define N 1\n', '#define N 2\n', 'return N;'],
    ['data', '', 'int data;\n', 'return 1;'],
    ['assembler', '', 'asm(".globl x\\nx = 7");\n', 'return 1;'],
  ])('compiles again behind a change of a header: %s', (_what, from, to, body) => {
    tree = new Tree(program, small(from, `int f(void);\nint f(void) { ${body} }\n`));
    tree.compile();
    tree.write({ 'include/a.h': to });
    const { object } = tree.plain();
    expect(tree.compile()).toMatchObject({ how: 'miss', object, said: '' });
    expect(tree.compile()).toMatchObject({ how: 'direct', object });
    tree.write({ 'include/a.h': from });
    expect(tree.compile()).toMatchObject({ how: 'direct', object: tree.plain().object });
  });

  it('sees what the assembler includes', () => {
    tree = new Tree(program, {
      'main.c': 'asm(".include \\"macros.h\\"\\n");\n',
      'include/macros.h': '.long 1\n',
    });
    expect(tree.compile('main.c').how).toBe('miss');
    expect(tree.compile('main.c').how).toBe('direct');
    tree.write({ 'include/macros.h': '.long 2\n' });
    expect(tree.compile('main.c').object).toBe(tree.plain().object);
    tree.write({ 'include/macros.h': '.long 1\n', 'arch/macros.h': '.long 3\n' });
    expect(tree.compile('main.c').object).toBe(tree.plain().object);
  });
});

describe('leaves alone', () => {
  it('what does not compile, word for word', () => {
    tree = new Tree(program, { 'main.c': 'int f(void) { return x; }\n' });
    const { said } = tree.plain();
    expect(tree.compile()).toMatchObject({ how: 'said', said, status: 1, object: '' });
    expect(tree.compile()).toMatchObject({ how: 'said', said, status: 1, object: '' });
  });

  it('warnings: they are said every time', () => {
    tree = new Tree(program, { 'main.c': 'static int f(void) { return 1; }\n' });
    for (let time = 0; time < 3; time++) expect(tree.compile()).toMatchObject({ how: 'said', said: tree.plain().said });
  });

  it.each(['asm(".incbin \\"data\\"");\n', '#define F ".include \\"data\\""\nasm(F);\n'])(
    'assembler that reads files: %s',
    (text) => {
      tree = new Tree(program, { 'main.c': text, data: '.long 1\n' });
      tree.compile();
      tree.write({ data: '.long 2\n' });
      expect(tree.compile()).toMatchObject({ object: tree.plain().object });
    },
  );

  it.each([
    ['-save-temps=obj'],
    ['-isystem', 'include'],
    ['-idirafter', 'include'],
    ['-include', 'include/a.h'],
    ['-Wa,arch/macros.s'],
    ['-Wa,-mrelax-relocations=no,arch/macros.s'],
    ['-frandom-seed=include/a.h'],
  ])('commands whose files or outputs it does not know: %s', (...flags) => {
    tree = new Tree(program, { ...small(''), 'arch/macros.s': '' });
    expect(tree.compile('main.c', { flags }).how).toBe('pass');
  });

  it('an object that was trimmed is made again', () => {
    tree = new Tree(program, { 'main.S': '#define N 4\n.globl a\na = N\n' });
    const { object } = tree.compile('main.S');
    expect(tree.compile('main.S')).toMatchObject({ how: 'direct', object });
    tree.trim();
    expect(tree.compile('main.S')).toMatchObject({ how: 'miss', object });
  });
});

describe('a store over another', () => {
  it('gives what either has, and writes into its own alone', () => {
    tree = new Tree(program, small('int g(void);\n'));
    tree.compile();
    const before = tree.listing();
    expect(tree.compile('main.c', { over: 'mine' }).how).toBe('direct');
    tree.write({ 'main.c': 'int h(void);\nint h(void) { return 3; }\n' });
    expect(tree.compile('main.c', { over: 'mine' }).how).toBe('miss');
    expect(tree.compile('main.c', { over: 'mine' }).how).toBe('direct');
    expect(tree.compile('main.c', { over: 'others' }).how).toBe('miss');
    expect(tree.listing()).toEqual(before);
  });
});
