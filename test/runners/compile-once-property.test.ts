import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildForTests, Tree } from '../support/compile-once.ts';

let program: string;
let tree: Tree;

beforeAll(() => {
  program = buildForTests([]);
});
afterEach(() => tree.remove());

/** Declarations that stand for themselves, so that any order of them compiles. */
const unused = fc
  .array(
    fc.tuple(
      fc.nat({ max: 99 }),
      fc.constantFrom(
        (n: number) => `int f${n}(int, char *);`,
        (n: number) => `extern long v${n}[];`,
        (n: number) => `struct s${n} { int a; struct s${n} *next; };`,
        (n: number) => `struct t${n};\nint t${n}(struct t${n} *);`,
        (n: number) => `enum e${n} { E${n}, F${n} = E${n} + 2 };`,
        (n: number) => `typedef unsigned int (*p${n})(void);`,
        (n: number) => `static inline int i${n}(int x)\n{\n\treturn x + ${n};\n}`,
        (n: number) => `static inline int d${n}(void)\n{\n\tstatic int once;\n\treturn once++;\n}`,
        (n: number) => `_Static_assert(${n} < 100, "small");`,
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => [...new Set(parts.map(([n, declaration]) => declaration(n)))]);

const used = 'struct point { int x, y; };\nenum { SCALE = 3 };\nint outside(int *);\n';
const source = (factor: number): string => `#include <a.h>
int area(const struct point *p);
int area(const struct point *p)
{
	static int calls;
	return p->x * p->y * SCALE * ${factor} + outside(&calls);
}
`;
const other = '#include <a.h>\nint o(void);\nint o(void) { return 3; }\n';

function header(declarations: readonly string[]): string {
  const half = Math.floor(declarations.length / 2);
  return [...declarations.slice(0, half), used, ...declarations.slice(half)].join('\n');
}

describe('whatever nobody uses', () => {
  it('in any order, the object is the same and is not compiled again', () => {
    fc.assert(
      fc.property(unused, unused, (before, after) => {
        tree = new Tree(program, { 'include/a.h': header(before), 'main.c': source(1), 'other.c': other });
        const first = tree.compile();
        tree.write({ 'include/a.h': header(after) });
        tree.compile('other.c');
        const again = tree.compile();
        const { object } = tree.plain();
        tree.remove();
        expect([first.how, first.said, again.said]).toEqual(['miss', '', '']);
        expect(again.how).toBe(header(before) === header(after) ? 'direct' : 'text');
        expect(again.object).toBe(object);
      }),
      { numRuns: 8 },
    );
  });

  it('any edit of what is used compiles it again', () => {
    const edits = fc.constantFrom(
      ['int x, y;', 'int y, x;'],
      ['int x, y;', 'short x, y;'],
      ['SCALE = 3', 'SCALE = 5'],
      ['int outside(int *)', 'long outside(int *)'],
      ['int outside(int *)', '__attribute__((noreturn)) int outside(int *)'],
      ['enum { SCALE', 'enum { ZERO = 2, SCALE'],
    );
    fc.assert(
      fc.property(unused, edits, ([...declarations], [from = '', to = '']) => {
        const text = header(declarations);
        tree = new Tree(program, { 'include/a.h': text, 'main.c': source(1), 'other.c': other });
        tree.compile();
        tree.write({ 'include/a.h': text.replace(from, to) });
        tree.compile('other.c');
        const again = tree.compile();
        const { object, said } = tree.plain();
        tree.remove();
        expect(again).toMatchObject({ how: said === '' ? 'miss' : 'said', object, said });
      }),
      { numRuns: 8 },
    );
  });
});
