import fc from 'fast-check';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildForTests, Tree } from '../support/compile-once.ts';

let program: string;
let tree: Tree;

beforeAll(() => {
  program = buildForTests([]);
});
afterEach(() => tree.remove());

/** Some of them go together, and some make the compiler speak. */
const lines = fc.subarray([
  'int outside(int *);',
  'enum { ONE, TWO };',
  'struct point { int x; };',
  '#define TWO 2',
  '#ifdef TWO',
  'static int unused(void) { return 1; }',
  'static inline int twice(int x) { return 2 * x; }',
  '#endif',
  '#include "b.h"',
  'struct point { int y; };',
]);

const SOURCE = `#include <a.h>
int f(void);
int f(void)
{
	return sizeof(struct point { int z; });
}
`;

it('whatever happens to headers, it is as if there were no launcher', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(lines, lines), { minLength: 2, maxLength: 4 }), (states) => {
      tree = new Tree(program, { 'main.c': SOURCE });
      for (const [a, b] of [...states, ...states]) {
        tree.write({ 'include/a.h': `${a.join('\n')}\n`, 'include/b.h': `${b.join('\n')}\n` });
        const { object, said } = tree.plain();
        const { how, ...ours } = tree.compile();
        expect(ours).toMatchObject({ object, said });
        expect(how === 'said').toBe(said !== '');
      }
      tree.remove();
    }),
    { numRuns: 8 },
  );
});
