import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildForTests, Tree } from '../support/compile-once.ts';

let program: string;
let tree: Tree;

beforeAll(() => {
  program = buildForTests();
});
afterEach(() => tree.remove());

const AUTOCONF = 'generated/include/generated/autoconf.h';
const [ON, OFF] = ['#define CONFIG_A 1\n', '#define CONFIG_B 1\n'];

/** Sources that read one header, by whose macro they differ. */
function sources(header: string): Record<string, string> {
  const text = (name: string): string =>
    `#include <include/generated/autoconf.h>\n#include <sub/a.h>\nint ${name}(void);\nint ${name}(void) { return N; }\n`;
  return {
    [AUTOCONF]: OFF,
    'include/sub/a.h': header,
    'main.c': text('f'),
    'other.c': text('o'),
    'third.c': text('t'),
  };
}

const BY_CONFIG = '#ifdef CONFIG_A\n#define N 1\n#else\n#define N 2\n#endif\n';

/** Whatever was remembered, `source` is compiled right now, again when the config changes, and when a header comes between. */
function expectRight(source: string): void {
  for (const files of [{}, { [AUTOCONF]: ON }, { 'arch/sub/a.h': '#define N 3\n' }]) {
    tree.write(files);
    expect(tree.compile(source)).toMatchObject({ how: 'miss', object: tree.plain(source).object, status: 0 });
    expect(tree.compile(source, { verify: true })).toMatchObject({ how: 'direct', said: '' });
  }
}

/** Turns all bits of what is there, in part of a file of the store. */
function damage(name: string, from: number, size: number): void {
  const file = openSync(join(tree.store, name), 'r+');
  const bytes = Buffer.alloc(size);
  readSync(file, bytes, 0, size, from);
  const turned = bytes.map((byte) => (byte === 0 ? 0 : ~byte));
  expect(turned.some((byte) => byte !== 0)).toBe(true);
  writeSync(file, turned, 0, size, from);
  closeSync(file);
}

/** Where the records begin: behind the slots, and a word. Source: struct facts_file in runners/compile/store/facts-table.c. */
const RECORDS = 2 ** 17 * 40 + 8;

describe('what files say', () => {
  it('is taken from memory by another source, and is as good', () => {
    tree = new Tree(program, sources(BY_CONFIG));
    tree.compile();
    expectRight('other.c');
  });

  it('is asked of the file again when its content is another of the same size and time', () => {
    tree = new Tree(program, sources(BY_CONFIG.replaceAll('CONFIG_A', 'CONFIG_C').replace('N 2', 'N 4')));
    tree.compile();
    tree.write({ 'include/sub/a.h': BY_CONFIG });
    expectRight('main.c');
  });

  it.each([
    ['records', (): void => damage('facts', RECORDS, 4096)],
    ['first letters', (): void => damage('facts', RECORDS, 1)],
    ['slots', (): void => damage('facts', 0, RECORDS - 8)],
    ['the end of the file', (): void => truncateSync(join(tree.store, 'facts'), RECORDS + 16)],
    ['all of the file', (): void => truncateSync(join(tree.store, 'facts'), 0)],
    ['the file', (): void => rmSync(join(tree.store, 'facts'))],
  ])('is looked for in the text again when %s were lost', (_what, lose) => {
    tree = new Tree(program, sources(BY_CONFIG));
    tree.compile();
    lose();
    expectRight('other.c');
    expect(tree.compile('third.c').how).toBe('miss');
  });

  it('is learned by many at the same time', () => {
    const names = ['main.c', 'other.c', 'third.c', 'fourth.c', 'fifth.c', 'sixth.c'];
    const text = sources(BY_CONFIG)['main.c'] ?? '';
    tree = new Tree(program, { ...sources(BY_CONFIG), ...Object.fromEntries(names.map((name) => [name, text])) });
    for (const how of ['miss', 'direct', 'miss']) {
      expect(tree.together(names)).toEqual(names.map((name) => `out/${name}.o ${how}`).toSorted());
      for (const name of names) expect(tree.read(`out/${name}.o`)).toBe(tree.plain(name).object);
      if (how === 'direct') tree.write({ [AUTOCONF]: ON });
    }
  });
});

describe('what a list of files contains', () => {
  /** Headers of the compiler: nobody has changed them for long, so that it is remembered what they contain together. */
  const dir = execFileSync('gcc', ['-print-file-name=include'], { encoding: 'utf8' }).trim();
  const compile = (): ReturnType<Tree['compile']> => tree.compile('main.c', { flags: [`-I${join(tree.dir, 'far')}`] });
  const turn = (to: string): void => {
    rmSync(join(tree.dir, 'far/w.h'), { force: true });
    symlinkSync(join(dir, to), join(tree.dir, 'far/w.h'));
    tree.write({});
  };

  it('is told from that of others at the same paths', () => {
    const text =
      '#include <w.h>\nint f(void);\nint f(void) { return\n#ifdef __alignas_is_defined\n1\n#else\n2\n#endif\n; }\n';
    tree = new Tree(program, { 'main.c': text, 'far/a.h': '' });
    turn('stdalign.h');
    const one = compile();
    turn('stdbool.h');
    const two = compile();
    expect([one.how, two.how, one.object === two.object]).toEqual(['miss', 'miss', false]);
    expect(compile()).toMatchObject({ how: 'direct', object: two.object });
    damage('states', 0, 2 ** 17 * 40);
    expect(compile()).toMatchObject({ how: 'direct', object: two.object });
    turn('stdalign.h');
    expect(compile()).toMatchObject({ how: 'direct', object: one.object });
    rmSync(join(tree.dir, 'far/w.h'));
    expect(compile().status).toBe(1);
  });

  it('is not believed of a listing that is no longer whole', () => {
    tree = new Tree(program, sources(BY_CONFIG));
    const { object } = tree.compile();
    const inside = readdirSync(join(tree.store, 'l'), { recursive: true, encoding: 'utf8' });
    const listing = inside.find((name) => name.includes('/')) ?? '';
    for (const size of [100, 30, 0]) {
      truncateSync(join(tree.store, 'l', listing), size);
      expect(tree.compile()).toMatchObject({ how: 'miss', object });
      expect(tree.compile()).toMatchObject({ how: 'direct', object });
    }
  });
});

describe('an object that is kept', () => {
  const kept = (): string => {
    const inside = readdirSync(join(tree.store, 'o'), { recursive: true, encoding: 'utf8' });
    return join('o', inside.find((name) => name.includes('/')) ?? '');
  };

  it('is not believed where it is no longer whole', () => {
    tree = new Tree(program, sources(BY_CONFIG));
    const { object } = tree.compile();
    const lose = [
      (): void => truncateSync(join(tree.store, kept()), object.length / 2),
      (): void => truncateSync(join(tree.store, kept()), object.length),
      (): void => damage(kept(), 64, 64),
    ];
    for (const some of lose) {
      some();
      expect(tree.compile()).toMatchObject({ how: 'miss', object });
      expect(tree.compile()).toMatchObject({ how: 'direct', object });
    }
  });

  it('is written to a file of its own, though a launcher in another box has the same number', () => {
    tree = new Tree(program, sources(BY_CONFIG));
    tree.compile();
    const [object, theirs] = [join(tree.store, kept()), join(tree.dir, 'theirs')];
    rmSync(object);
    tree.compile('main.c', { first: `: > ${object}.$$.new; ln ${object}.$$.new ${theirs}` });
    expect(statSync(object).ino).not.toBe(statSync(theirs).ino);
  });
});

/** What mounts a small disk for one command alone: root may, and others where they may be root of a namespace of theirs. */
const OWN_MOUNTS = [
  ['unshare', '-m'],
  ['unshare', '-Urm'],
].find(([unshare = '', ...args]) => spawnSync(unshare, [...args, 'true']).status === 0);
if (!OWN_MOUNTS)
  process.stderr.write('skipping what needs a full disk: neither unshare -m nor unshare -Urm may mount here\n');

it.skipIf(!OWN_MOUNTS)('where the disk of the store is full, compilers run', () => {
  tree = new Tree(program, sources(BY_CONFIG));
  for (const size of ['4k', '8k', '16k', '24k']) {
    const first = `mkdir -p ${tree.store}; mount -t tmpfs -o size=${size} none ${tree.store} || exit 99`;
    expect(tree.compile('main.c', { first, within: OWN_MOUNTS ?? [] })).toMatchObject({
      status: 0,
      object: tree.plain().object,
    });
  }
});

it('where no large file may be, nothing is remembered of texts, and all is compiled all the same', () => {
  tree = new Tree(program, sources(BY_CONFIG));
  const [first, second] = [tree.compile('main.c', { limit: 4000 }), tree.compile('main.c', { limit: 4000 })];
  expect([first, second]).toMatchObject([
    { how: 'miss', status: 0, said: '' },
    { how: 'direct', status: 0, said: '' },
  ]);
  expect(readdirSync(tree.store)).not.toContain('facts');
});
