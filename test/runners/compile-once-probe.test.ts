import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildForTests, type Probed, Tree } from '../support/compile-once.ts';

let program: string;
let tree: Tree;

beforeAll(() => {
  program = buildForTests();
});
beforeEach(() => {
  tree = new Tree(program);
});
afterEach(() => tree.remove());

/** `cc-option`, with the flag that is asked for. */
const option = (...flags: string[]): string[] => [
  'gcc',
  '-Werror',
  ...flags,
  '-c',
  '-x',
  'c',
  '/dev/null',
  '-o',
  'TMP',
];
const ofText = (...rest: string[]): string[] => ['gcc', '-x', 'c', '-', ...rest];

/** What was said and done, without how. */
function outcome({ status, stdout, stderr, output }: Probed): Omit<Probed, 'how'> {
  return { status, stdout, stderr, output };
}

describe('a question is asked once', () => {
  it.each<[string, string[], string | null, number]>([
    ['an option', option('-fno-common'), null, 0],
    ['an option that is not there', option('-fno-such-thing'), null, 1],
    ['a refusal that sounds like trouble', option('-Wno-such-unterminated-memory'), null, 0],
    ['another one', option('-Wunterminated-such-memory'), null, 1],
    ['a warning that is an error', option('-D__SIZEOF_INT__=1'), null, 1],
    ['one for clang', option('-mllvm', '-max-store-memset=1'), null, 1],
    ['the assembler', ['gcc', '-c', '-x', 'assembler-with-cpp', '/dev/null', '-o', 'TMP'], null, 0],
    [
      'its version',
      ['gcc', '-Wa,--version', '-c', '-x', 'assembler-with-cpp', '/dev/null', '-o', '/dev/null'],
      null,
      0,
    ],
    ['the preprocessor', ['gcc', '-E', '-x', 'c', '/dev/null', '-o', '/dev/null'], null, 0],
    ['assembler text', ['gcc', '-S', '-x', 'c', '/dev/null', '-o', 'TMP'], null, 0],
    ['a declaration', ofText('-c', '-o', '/dev/null'), 'int x;\n', 0],
    ['a wrong declaration', ofText('-c', '-o', '/dev/null'), 'int x\n', 1],
    ['a version', ['gcc', '-E', '-P', '-x', 'c', '-'], '#if defined(__GNUC__)\n__GNUC__\n#endif\n', 0],
    ['code on stdout', ['gcc', '-S', '-x', 'c', '-', '-o', '-'], 'int x;\n', 0],
    ['an instruction that is not there', ['gcc', '-c', '-x', 'assembler-with-cpp', '-o', 'TMP', '-'], 'nosuch %d\n', 1],
  ])('%s', (_what, argv, input, status) => {
    const plain = outcome(tree.probe(argv, { input, plain: true }));
    const [first, again] = [tree.probe(argv, { input }), tree.probe(argv, { input })];
    const verified = tree.probe(argv, { input, env: { COMPILE_ONCE_VERIFY: '1' } });
    expect([first.how, again.how, verified.how]).toEqual(['asked', 'answer', 'answer']);
    for (const probed of [first, again, verified]) expect(outcome(probed)).toEqual(plain);
    expect(plain.status).toBe(status);
  });

  it('and anew once the store is trimmed', () => {
    tree.probe(option());
    tree.trim();
    expect(tree.probe(option()).how).toBe('asked');
  });

  it('and /dev/null stays what it is', () => {
    const argv = [...option().slice(0, -1), '/dev/null'];
    expect([tree.probe(argv).how, tree.probe(argv).how]).toEqual(['asked', 'answer']);
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });
});

describe('another question is', () => {
  it.each<[string, string[], string | null]>([
    ['another option', option('-fcommon'), null],
    ['another kind of output', [...option().slice(0, -1), '/dev/null'], null],
    ['another language', option().with(4, 'assembler-with-cpp'), null],
  ])('%s', (_what, argv, input) => {
    tree.probe(option());
    expect(tree.probe(argv, { input }).how).toBe('asked');
  });

  it('another text', () => {
    tree.probe(ofText('-E'), { input: 'x\n' });
    expect(tree.probe(ofText('-E'), { input: 'y\n' })).toMatchObject({
      how: 'asked',
      stdout: expect.stringContaining('y'),
    });
  });

  it('another compiler under the same name', () => {
    const [file, env] = [join(tree.dir, 'mycc'), { PATH: `${tree.dir}:${process.env['PATH']}` }];
    const ask = (): Probed => tree.probe(['mycc', ...option().slice(1)], { env });
    writeFileSync(file, '#!/bin/sh\nexec gcc "$@"\n');
    chmodSync(file, 0o755);
    expect([ask().how, ask().how]).toEqual(['asked', 'answer']);
    writeFileSync(file, '#!/bin/sh\nexec gcc -DMORE "$@"\n');
    expect(ask().how).toBe('asked');
  });

  it('the same in another environment', () => {
    tree.probe(option());
    expect(tree.probe(option(), { env: { SOURCE_DATE_EPOCH: '1' } }).how).toBe('asked');
  });

  it('the same with a header that comes before all others', () => {
    const ask = (): Probed => tree.probe(['gcc', '-E', '-Iarch', '-x', 'c', '/dev/null']);
    ask();
    tree.write({ 'arch/stdc-predef.h': 'int here;\n' });
    expect(ask()).toMatchObject({ how: 'asked', stdout: expect.stringContaining('here') });
  });
});

describe('no question of ours is', () => {
  it.each<[string, string[]]>([
    ['-include', option('-include', 'file.h')],
    ['-imacros', option('-imacros', 'file.h')],
    ['a file of arguments', option('@file.h')],
    ['one behind -o', [...option().slice(0, -1), '@file.h']],
    ['a plugin', option('-fplugin=file.h')],
    ['specs', option('-specs=file.h')],
    ['a profile', option('-fprofile-use')],
    ['a file for an option that nobody knows', option('-fsome-list=file.h')],
    ['a file for the assembler', option('-Wa,file.h')],
    ['a directory for the assembler, named apart', option('-Wa,-I,file.h')],
    ['a listing', option('-Wa,-a=out/listing')],
    ['a sysroot', option('--sysroot=include')],
    ['a depfile', option('-Wp,-MMD,out/d')],
    ['a second output', option('-gsplit-dwarf')],
    ['a second input', option('file.h')],
    ['the machine', option('-march=native')],
    ['a version', ['gcc', '--version']],
    ['linking', ['gcc', '-x', 'c', '/dev/null', '-o', 'TMP']],
    ['an output beside', ['gcc', '-c', '-x', 'c', '/dev/null']],
    ['an output that is there', ['gcc', '-S', '-x', 'c', '/dev/null', '-o', 'file.h']],
  ])('%s', (_what, argv) => {
    const ask = (plain: boolean): Probed => {
      tree.write({ 'file.h': '' });
      return tree.probe(argv, { plain });
    };
    const nameless = (probed: Probed): string => JSON.stringify(outcome(probed)).replaceAll(/\.tmp_\d+|\/cc\w{6}/g, '');
    const plain = nameless(ask(true));
    for (let time = 0; time < 2; time++) {
      const probed = ask(false);
      expect(probed.how).toBe('not ours');
      expect(nameless(probed)).toBe(plain);
    }
  });

  it.each([
    ['that names a file', '#include "file.h"\n'],
    ['that hides it', '#in\\\nclude "file.h"\n'],
    ['that asks for one', '#if __has_include("file.h")\nint x;\n#endif\n'],
    ['whose messages quote one', '# 1 "file.h"\nint x\n'],
    ['with the time', 'char *x = __TIME__ __DATE__;\n'],
    ['that is long', 'int x;\n'.repeat(20_000)],
  ])('a text %s', (_what, input) => {
    tree.write({ 'file.h': 'int y;\n' });
    const argv = ['gcc', '-E', '-P', '-x', 'c', '-'];
    const plain = tree.probe(argv, { input, plain: true });
    for (let time = 0; time < 2; time++) {
      const probed = tree.probe(argv, { input });
      expect(probed).toMatchObject({ how: 'not ours', status: 0 });
      if (!input.includes('__TIME__')) expect(probed.stdout).toBe(plain.stdout);
    }
  });
});

describe('is asked again', () => {
  const fake = (lines: string): ((env?: Record<string, string>) => Probed) => {
    const file = join(tree.dir, 'fakecc');
    writeFileSync(file, `#!/bin/sh\ncase "$*" in *-print-prog*) echo x; exit;; *-v*) exit;; esac\n${lines}\n`);
    chmodSync(file, 0o755);
    return (env = {}) => tree.probe([file, ...option().slice(1)], { env });
  };

  it.each([
    ['was killed', 'kill -9 $$'],
    ['lost its cc1', 'echo "gcc: fatal error: Killed signal terminated program cc1" >&2; exit 1'],
    ['found no room', 'echo "cc1: error: x: No space left on device" >&2; exit 1'],
    ['found no memory', 'echo "cc1: error: out of memory allocating 8 bytes" >&2; exit 1'],
    ['broke', 'echo "x.c:1: internal compiler error: Segmentation fault" >&2; exit 1'],
    ['could not be started', 'exit 127'],
    ['said nothing', 'exit 1'],
    ['named its output', 'echo "error: $*" >&2; exit 1'],
    ['named a temporary file', 'echo "/tmp/ccAbCdEf.s:1: error: x" >&2; exit 1'],
    ['wrote nothing', 'exit 0'],
  ])('a compiler that %s', (_what, lines) => {
    const ask = fake(lines);
    expect([ask().how, ask().how]).toEqual(['alone', 'alone']);
  });

  it('a compiler that refuses in words that we do not read', () => {
    const ask = fake('echo "cc1: error: no" >&2; exit 1');
    expect([ask({ LC_ALL: 'de_DE' }).how, ask({ LC_ALL: 'de_DE' }).how]).toEqual(['alone', 'alone']);
    expect([ask().how, ask().how]).toEqual(['asked', 'answer']);
  });

  it('one that changed its mind, when verifying: it is told, and both answers are kept', () => {
    const ask = fake('echo "cc1: error: $(cat mood)" >&2; exit 1');
    tree.write({ mood: 'bad\n' });
    ask();
    tree.write({ mood: 'worse\n' });
    expect(ask()).toMatchObject({ how: 'answer', stderr: 'cc1: error: bad\n' });
    const { how, stderr } = ask({ COMPILE_ONCE_VERIFY: '1' });
    expect([how, stderr]).toEqual(['DIFFERS', expect.stringMatching(/DIFFERS.*\ncc1: error: worse/)]);
    expect(readdirSync(join(tree.store, 'differs'))).toHaveLength(2);
  });

  it('where the answer in the store is damaged', () => {
    tree.probe(option());
    for (const dir of readdirSync(join(tree.store, 'p'))) {
      for (const name of readdirSync(join(tree.store, 'p', dir))) {
        writeFileSync(join(tree.store, 'p', dir, name), readFileSync(join(tree.store, 'p', dir, name)).fill(7, 60, 70));
      }
    }
    expect([tree.probe(option()).how, tree.probe(option()).how]).toEqual(['asked', 'answer']);
  });
});
