import { expect, it } from 'vitest';
import { parseNameStatus } from '../../../matrix/proof/change.ts';
import { parseReadSet, readsOfLater, serializeReadSet, uniteReadSets } from '../../../matrix/proof/read-set.ts';
import { readSet } from '../../support/read-sets.ts';

it('comes back from its text as it was, and equal sets are equal text', () => {
  const reads = readSet();
  const text = serializeReadSet(reads);
  const back = parseReadSet(text) ?? expect.fail();
  expect(parseReadSet(serializeReadSet(back))).toEqual(back);
  expect(parseReadSet(text.replace(/"format":\d+,/, ''))).toBeNull();
  const shuffled = readSet({
    files: new Map([...reads.files].toReversed()),
    dirs: new Set([...reads.dirs].toReversed()),
  });
  expect(serializeReadSet(shuffled)).toBe(text);
  expect(serializeReadSet(readSet({ headers: new Set() }))).not.toBe(text);
});

it('of a later tree is the same, but for the Kconfig files where one of them changed', () => {
  const reads = readSet();
  expect(readsOfLater(reads, [{ path: 'virt/kvm/vfio.c', how: 'modified' }])).toEqual(reads);
  expect(readsOfLater(reads, [{ path: 'virt/kvm/Kconfig', how: 'modified' }])).toEqual({
    ...reads,
    kconfig: new Set(),
  });
});

it('only grows: the first reader of a file keeps it', () => {
  const later = readSet({
    files: new Map([
      ['virt/kvm/kvm_main.c', 'other.o'],
      ['new.c', 'new.o'],
    ]),
    dirs: new Set(['x']),
  });
  const both = uniteReadSets(readSet(), later);
  expect(both.files.get('virt/kvm/kvm_main.c')).toBe('virt/kvm/kvm_main.o');
  expect(both.files.get('new.c')).toBe('new.o');
  expect(both.dirs.has('x') && both.dirs.has('virt/kvm')).toBe(true);
});

it('does not know any more what Kconfig parses where a later build does not', () => {
  const lost = uniteReadSets(readSet(), readSet({ kconfig: new Set() }));
  expect(lost.kconfig.size).toBe(0);
  expect(uniteReadSets(lost, readSet()).kconfig).toEqual(readSet().kconfig);
});

it('of a later tree is not known either where a file of another name was sourced', () => {
  const reads = readSet({ kconfig: new Set(['Kconfig', 'init/defaults.in']) });
  expect(readsOfLater(reads, [{ path: 'init/defaults.in', how: 'modified' }]).kconfig.size).toBe(0);
});

it.each(['files', 'linked', 'headers', 'asked', 'dirs', 'fragments', 'patterns', 'mentioned', 'kconfig'] as const)(
  'is the very same where nothing is added, and another one where %s are',
  (part) => {
    const reads = readSet();
    expect(uniteReadSets(reads, readSet({ dirs: new Set(['.']) }))).toBe(reads);
    const more = readSet({ [part]: part === 'files' ? new Map([['x', 'y']]) : new Set(['x']) });
    expect([...uniteReadSets(reads, more)[part].keys()]).toEqual(expect.arrayContaining([...reads[part].keys(), 'x']));
    expect(uniteReadSets(reads, readSet({ srcArch: 'arm64' })).srcArch).toBe('arm64');
  },
);

it('reads what git says of two trees, odd names too', () => {
  expect(parseNameStatus('M\0a b.c\0A\0new\nline.h\0D\0gone\0T\0link\0')).toEqual([
    { path: 'a b.c', how: 'modified' },
    { path: 'new\nline.h', how: 'appeared' },
    { path: 'gone', how: 'vanished' },
    { path: 'link', how: 'modified' },
  ]);
  expect(parseNameStatus('')).toEqual([]);
});
