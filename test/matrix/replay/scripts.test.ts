import { expect, it } from 'vitest';
import { environmentMakefile, exportLines, lastLinksScript, replayMakefile } from '../../../matrix/replay/scripts.ts';

function flags(value: string): string | undefined {
  return exportLines(`MAKEFLAGS=${value}\0`)[0];
}

it.each([
  ['make 4.3', 'rR -j2 --jobserver-auth=3,4 --no-print-directory', 'rR --no-print-directory'],
  ['make 4.4', 'rR -j2 --jobserver-auth=fifo:/tmp/GMfifo7 --no-print-directory', 'rR --no-print-directory'],
  ['make before 4.2', 'rR --jobserver-fds=3,4 -j', 'rR'],
  ['a make without jobs', 'rR -I/src --no-print-directory', 'rR -I/src --no-print-directory'],
  ['words of its command line', 'k -j8 -- CC=once\\ gcc LOCALVERSION= O=/o', 'k -- CC=once\\ gcc LOCALVERSION= O=/o'],
  ['values that look like its own words', 'k -- X=a\\  Y=\\ -j2', 'k -- X=a\\  Y=\\ -j2'],
])('the flags of %s are handed on without its jobserver', (_, value, left) => {
  expect(flags(value)).toBe(`export MAKEFLAGS='${left}'`);
});

it('values keep their quotes and line ends', () => {
  const environment = `A=it's\nB=no variable\0C=\0D="a" $HOME \`x\` =\0`;
  expect(exportLines(environment)).toEqual([
    `export A='it'\\''s\nB=no variable'`,
    `export C=''`,
    `export D='"a" $HOME \`x\` ='`,
  ]);
});

it('what belongs to a shell, or is no name for one, is left out', () => {
  expect(exportLines('PWD=/\0OLDPWD=/\0SHLVL=1\0_=env\0MFLAGS=-k\0BASH_FUNC_x%%=() { :; }\0CFLAGS_a.o=-g\0\0')).toEqual(
    [],
  );
});

it('the goal that tells the environment writes with one tab, as make wants it', () => {
  expect(environmentMakefile()).toMatch(/^\.PHONY: (\S+)\n\1:\n\t@env -0 > \S+\n$/);
});

it('nothing to link is a script that does nothing', () => {
  expect(lastLinksScript([], null)).not.toContain('if stale');
});

it('objects are compiled in their order, or in the other', () => {
  const recipes = ['a', 'b', 'c 2'];
  expect(replayMakefile(recipes, false).split('\n')[0]).toBe('all: object-0 object-1 object-2');
  expect(replayMakefile(recipes, true).split('\n')[0]).toBe('all: object-2 object-1 object-0');
  expect(replayMakefile(recipes, true)).toContain('object-2:\n\t@c 2\n');
});
