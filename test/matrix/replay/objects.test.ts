import { expect, it } from 'vitest';
import type { Doubts } from '../../../matrix/replay/doubts.ts';
import { objectList } from '../../../matrix/replay/objects.ts';

const ONE = { command: { target: 'x/../a.o', recorded: 'cc $$A \u00E9', tail: '\nt\n' }, depfile: '.a.o.d' };

it('each object is where the offset says, in the bytes of its record', () => {
  const { bytes, offsets } = objectList('/src', ['include/a.h', 'x/a.h', 'b.c'], [ONE, ONE]);
  const strings = ['x/../a.o', '.a.o.d', '.a.o.cmd', 'cc $A \u00E9', 'cc $$A \u00E9', '\nt\n', ''].join('\0');
  expect(bytes.toString('latin1')).toBe(`/src\0a.h\nb.c\n\0${strings}${strings}`);
  for (const offset of offsets) expect(bytes.subarray(offset).toString('latin1').startsWith('x/../a.o\0')).toBe(true);
});

it.each<[string, Doubts, string]>([
  ['none', [], ''],
  ['all', null, '*'],
  ['odd names', ['a\u00E9.h'], '*'],
  ['two lines', ['a\nb.h'], '*'],
  ['so many', Array.from({ length: 101 }, (_, index) => `${index}.h`), '*'],
])('doubts: %s', (_, doubts, text) => {
  expect(objectList('/src', doubts, []).bytes.toString()).toBe(`/src\0${text}\0`);
});
