import { normalize } from 'node:path/posix';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redefiningOptions } from '../../../matrix/alike/alike.ts';
import { NameBook } from '../../../matrix/replay/name-book.ts';
import { linkRecords, recordsHaving, recordsNaming, type RecordNames } from '../../../matrix/replay/record-names.ts';
import { couldPickUp } from '../../support/shadow.ts';

const SOURCE = '/src/linux';

function namesOf(texts: Readonly<Record<string, string>>, names: string[] = []): RecordNames {
  const book = new NameBook(SOURCE, names);
  const records = Object.entries(texts).map(([path, text]) => {
    const rest = { hasDeps: /^deps_/m.test(text), mtimeMs: 0, size: 0 };
    return [path, { names: book.numbersOf(text), ...rest }] as const;
  });
  return { source: SOURCE, names, records: new Map(records) };
}

/** What the words of a text name, and whether something is looked for there, found without numbers. */
function plainPaths(text: string): string[] {
  const words = text.split(/[\s"'():;,=&|<>\\]+/).filter(Boolean);
  const looked = words.filter((_, index) => !words[index - 1]?.endsWith('-prefix-map'));
  return looked.map((word) => {
    const [before, ...rest] = word.split(SOURCE);
    const inside = rest.join(SOURCE);
    if (before === word || !/^(\/|$)/.test(inside)) return word;
    return /^\/?$/.test(inside) ? '' : normalize(inside.slice(1));
  });
}

const FILES = ['virt/kvm/vfio.c', 'virt/kvm/vfio.h', 'virt/vfio.h', 'include/vfio.h', 'a.h', 'include/config/KVM'];
const file = fc.constantFrom(...FILES);
const word = fc.oneof(
  file.map((path) => `${SOURCE}/${path}`),
  file.map((path) => `${SOURCE}/arch/x86/kvm/../../../${path}`),
  file,
  file.map((path) => `-I${SOURCE}/${path}/..`),
  file.map((path) => `-fmacro-prefix-map=${SOURCE}/${path}=`),
  file.map((path) => `$(wildcard ${path})`),
  file.map((path) => `${SOURCE}2/${path}`),
  fc.constantFrom(
    `-I${SOURCE}`,
    `-I${SOURCE}/include`,
    `-fmacro-prefix-map=${SOURCE}/=`,
    '-fdebug-prefix-map=',
    `-Wp,-MMD,x`,
  ),
);
const record = fc.array(word, { maxLength: 8 }).map((words) => `savedcmd_x.o := gcc ${words.join(' ')}\n`);

it('finds by numbers the records that a look at all words finds', () => {
  const looked = fc.record({ files: fc.uniqueArray(file), headers: fc.uniqueArray(file, { maxLength: 2 }) });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 6 }), looked, (texts, { files, headers }) => {
      const known = namesOf(Object.fromEntries(texts.map((text, index) => [`.${index}x.cmd`, text])));
      const plainly = texts.flatMap((text, index) => {
        const paths = plainPaths(text);
        const isDue = paths.some((path) => files.includes(path)) || headers.some((one) => couldPickUp(one, paths));
        return isDue ? [`.${index}x.cmd`] : [];
      });
      expect(recordsNaming(known, { files: new Set(files), headers }).toSorted()).toEqual(plainly);
    }),
    { numRuns: 2000 },
  );
});

it('has wider numbers where there are many names, and the same answers', () => {
  const others = Array.from({ length: 2 ** 16 - 1 }, (_, index) => `:${index}x`);
  const known = namesOf({ '.a.cmd': `${SOURCE}/a.c`, '.b.cmd': `${SOURCE}/a.c ${SOURCE}/b.c` }, others);
  expect(recordsNaming(known, { files: new Set(['b.c']), headers: [] })).toEqual(['.b.cmd']);
  expect(recordsNaming(known, { files: new Set(['a.c']), headers: [] })).toEqual(['.a.cmd', '.b.cmd']);
});

it('knows the records of links by what fixdep did not write', () => {
  const texts = { '.a.o.cmd': 'savedcmd_a.o := gcc\n\ndeps_a.o := \\\n', '.x.d': 'x: y\n', '.b.a.cmd': 'cmd_b := ar' };
  expect(linkRecords(namesOf(texts))).toEqual(['.b.a.cmd']);
});

it.each([
  ['-DCONFIG_ONE', true],
  ['-DCONFIG_ONE_MODULE=1', true],
  ['-D CONFIG_ONE=2', true],
  ["-D'CONFIG_ONE=2'", true],
  ['-Wp,-UCONFIG_TWO', true],
  ['-fmacro-prefix-map= -DCONFIG_ONE', true],
  ['-DCONFIG_TWICE', false],
  ['include/config/ONE', false],
])('%s could give a symbol another value: %s', (text, could) => {
  const options = redefiningOptions(['ONE', 'TWO']);
  expect(recordsHaving(namesOf({ '.a.cmd': `gcc ${text} x.c` }), (one) => options.test(one))).toEqual(
    could ? ['.a.cmd'] : [],
  );
});
