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

describe('without preprocessing', () => {
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
    expect(tree.compile()).toMatchObject({ how: 'miss', object: tree.plain().object });
  });
});

describe('by the text that is left', () => {
  it.each([
    ['a prototype more', 'int g(void);\n', 'int g(void);\nint h(void);\n'],
    ['another comment', 'int g(void);\n', '/* g */ int g(void);\n'],
    ['a macro that nobody uses', 'int g(void);\n', '#define G 1\nint g(void);\n'],
    ['members of a struct that nobody uses', 'struct s { int a; };\n', 'struct s { int a; int b; };\n'],
    [
      'an unused inline function with data of its own',
      '',
      'int k(int *);\nstatic inline int u(void) { static int n; return k(&n); }\n',
    ],
    ['other typedefs and enums', 'typedef int t;\n', 'enum e { A, B = A + 3 };\ntypedef enum e t, *p;\n'],
    ['an assertion', '', '_Static_assert(sizeof(int) == 4, "int");\n'],
  ])('%s is a hit once it was compiled in silence elsewhere', (_what, from, to) => {
    tree = new Tree(program, {
      ...small(from),
      'other.c': '#include <a.h>\nint o(void);\nint o(void) { return 3; }\n',
    });
    const { object } = tree.compile();
    tree.write({ 'include/a.h': to });
    tree.compile('other.c');
    expect(tree.compile()).toMatchObject({ how: 'text', object, said: '' });
    expect(tree.read('out/main.c.d')).toBe(tree.plain().depfile);
    expect(tree.compile('main.c', { verify: true })).toMatchObject({ how: 'direct', said: '' });
  });

  it('the first to see a new declaration compiles it', () => {
    tree = new Tree(program, small('int g(void);\n'));
    tree.compile();
    tree.write({ 'include/a.h': 'int g(void);\nint h(void);\n' });
    expect(tree.compile().how).toBe('miss');
  });

  it.each([
    ['a prototype with an unknown type', 'int h(unknown_t);\n'],
    ['a struct that only a parameter names', 'int h(struct nowhere *);\n'],
    ['two prototypes that disagree', 'int h(int);\nint h(char *);\n'],
    ['a wrong assertion', '_Static_assert(sizeof(int) == 5, "int");\n'],
    ['an unused static function', 'static int h(void) { return 1; }\n'],
    ['a static function that is not there', 'static int h(void);\n'],
    ['an inline function that returns nothing', 'static inline int h(void) { }\n'],
    [
      'indentation that misleads',
      'int k(void);\nstatic inline int h(int x)\n{\n\tif (x)\n\t\tk();\n\t\tk();\n\treturn x;\n}\n',
    ],
    [
      'members that came too late',
      'struct s;\nstruct t { struct s *s; };\nstatic inline int h(struct t *t) { return t->s->a; }\nstruct s { int a; };\n',
    ],
    ['a constant that is there twice', 'enum { A };\nenum { A };\n'],
  ])('%s is said, though no code comes of it', (_what, header) => {
    tree = new Tree(program, { ...small(''), 'other.c': '#include <a.h>\nint o(void);\nint o(void) { return 3; }\n' });
    tree.compile();
    tree.write({ 'include/a.h': header });
    for (let time = 0; time < 2; time++) {
      tree.compile('other.c');
      const { said } = tree.plain();
      expect(said).not.toBe('');
      expect(tree.compile()).toMatchObject({ how: 'said', said });
    }
  });

  it('members that came in time do not speak for those that come too late', () => {
    const before = 'struct s;\nstruct t { struct s *s; };\n';
    const [use, members] = ['static inline int h(struct t *t) { return t->s->a; }\n', 'struct s { int a; };\n'];
    tree = new Tree(program, small(before + members + use));
    expect(tree.compile().how).toBe('miss');
    tree.write({ 'include/a.h': before + use + members });
    expect(tree.compile()).toMatchObject({ how: 'said', said: tree.plain().said });
    tree.write({ 'include/a.h': before + use });
    expect(tree.compile()).toMatchObject({ how: 'said', said: tree.plain().said });
  });

  const point = (members: string): string => `struct p { ${members} };\nextern struct p *p;\n`;
  it.each([
    ['the order of members', point('int a; int b;'), point('int b; int a;'), 'return p->b;'],
    ['a macro', '#define N 1\n', '#define N 2\n', 'return N;'],
    ['a constant', 'enum { N };\n', 'enum { M, N };\n', 'return N;'],
    ['a type behind a type', 'typedef char a;\ntypedef a b;\n', 'typedef int a;\ntypedef a b;\n', 'return sizeof(b);'],
    [
      'an inline function',
      'static inline int g(void) { return 1; }\n',
      'static inline int g(void) { return 2; }\n',
      'return g();',
    ],
    ['an attribute of a prototype', 'int g(int);\n', 'int g(int) __attribute__((const));\n', 'return g(1) + g(1);'],
    ['data', '', 'int data;\n', 'return 1;'],
    [
      'data that is kept',
      '',
      'static inline int h(void) { static int n __attribute__((used)) = 7; return n; }\n',
      'return 1;',
    ],
    ['assembler', '', 'asm(".globl x\\nx = 7");\n', 'return 1;'],
    ['a #pragma', '', '#pragma weak f\n', 'return 1;'],
    ['a line number', '', '\n', 'return __LINE__ + __builtin_LINE();'],
  ])('%s makes another object', (_what, from, to, body) => {
    tree = new Tree(program, {
      ...small(from, ''),
      'main.c': `#include "include/a.h"\nint f(void);\nint f(void) { ${body} }\n`,
    });
    tree.compile();
    tree.write({
      'include/a.h': to,
      ...(to === '\n' ? { 'main.c': `#include "include/a.h"\n\nint f(void);\nint f(void) { ${body} }\n` } : {}),
    });
    const { object } = tree.plain();
    expect(tree.compile()).toMatchObject({ how: 'miss', object, said: '' });
    expect(tree.compile()).toMatchObject({ how: 'direct', object });
  });

  it('with debug information every line counts', () => {
    tree = new Tree(program, small('int g(void);\n'));
    tree.compile('main.c', { flags: ['-g'] });
    tree.write({ 'include/a.h': 'int g(void);\nint h(void);\n' });
    expect(tree.compile('main.c', { flags: ['-g'] }).how).toBe('miss');
  });
});

describe('unless asked otherwise', () => {
  const lazy = { text: false };

  it('preprocesses only where headers changed, and neither the source nor the config did', () => {
    tree = new Tree(program, { ...kernel('IS_ENABLED(CONFIG_A)', ''), 'include/words.h': '' });
    const how = (): string => tree.compile('main.c', lazy).how;
    expect([how(), how()]).toEqual(['miss', 'direct']);
    tree.write({ [AUTOCONF]: '#define CONFIG_A 1\n' });
    expect([how(), how()]).toEqual(['miss', 'direct']);
    tree.write({ 'main.c': `#include "words.h"\n${tree.read('main.c')}` });
    expect([how(), how()]).toEqual(['miss', 'direct']);
    tree.write({ 'include/words.h': '/* one */\n' });
    expect([how(), how()]).toEqual(['miss', 'direct']);
    tree.write({ 'include/words.h': '/* two */\n' });
    expect(tree.compile('main.c', lazy)).toMatchObject({ how: 'text', object: tree.plain().object });
  });

  it('sees what the assembler includes', () => {
    tree = new Tree(program, {
      'main.c': 'asm(".include \\"macros.h\\"\\n");\n',
      'include/macros.h': '.long 1\n',
    });
    expect(tree.compile('main.c', lazy).how).toBe('miss');
    expect(tree.compile('main.c', lazy).how).toBe('direct');
    tree.write({ 'include/macros.h': '.long 2\n' });
    expect(tree.compile('main.c', lazy).object).toBe(tree.plain().object);
    tree.write({ 'include/macros.h': '.long 1\n', 'arch/macros.h': '.long 3\n' });
    expect(tree.compile('main.c', lazy).object).toBe(tree.plain().object);
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

  it('commands with outputs that it does not know', () => {
    tree = new Tree(program, small(''));
    expect(tree.compile('main.c', { flags: ['-save-temps=obj'] }).how).toBe('pass');
  });

  it('an object that was damaged or trimmed is made again', () => {
    tree = new Tree(program, { 'main.S': '#define N 4\n.globl a\na = N\n' });
    const { object } = tree.compile('main.S');
    expect(tree.compile('main.S')).toMatchObject({ how: 'direct', object });
    tree.write({ 'main.S': '#define M 4\n#define N M\n.globl a\na = N\n' });
    expect(tree.compile('main.S')).toMatchObject({ how: 'text', object });
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
