import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildForTests, type Said, Tree } from '../support/compile-once.ts';

let program: string;
let tree: Tree;

beforeAll(() => {
  program = buildForTests();
});
beforeEach(() => {
  tree = new Tree(program);
});
afterEach(() => tree.remove());

/** if-success of scripts/Kconfig.include. */
const success = (command: string, yes = 'y', no = 'n'): string =>
  `{ ${command}; } >/dev/null 2>&1 && echo "${yes}" || echo "${no}"`;
const option = (flags: string, compiler = 'LAUNCHER gcc'): string =>
  success(
    `trap "rm -rf .tmp_$$" EXIT; mkdir .tmp_$$; ${compiler} -Werror  ${flags} -c -x c /dev/null -o .tmp_$$/tmp.o`,
  );
const instruction = (text: string): string =>
  success(
    String.raw`printf "%b\n" "${text}" | LAUNCHER gcc   -Wa,--fatal-warnings -c -x assembler-with-cpp -o /dev/null -`,
  );
const outcome = ({ status, stdout, stderr }: Said): Omit<Said, 'how'> => ({ status, stdout, stderr });

/** A program of the tree's own, `bin` is first in PATH. */
function install(name: string, lines: string): void {
  tree.write({ [name]: `#!/bin/sh\n${lines}\n` });
  chmodSync(join(tree.dir, name), 0o755);
}

const withBin = (env: Record<string, string> = {}): { env: Record<string, string> } => ({
  env: { PATH: `${tree.dir}/bin:${process.env['PATH']}`, ...env },
});

describe('is asked once, with the answer of a shell', () => {
  it.each<[string, string, string]>([
    ['an option', option('-fno-common'), 'y\n'],
    ['an option that is not there', option('-fno-such-thing'), 'n\n'],
    ['an option with an output of its own', option('-gsplit-dwarf'), 'y\n'],
    ['a machine', success('LAUNCHER gcc -Werror -m64 -E -x c /dev/null -o /dev/null', '-m64', ''), '-m64\n'],
    ['none', success('LAUNCHER gcc -Werror -m65 -E -x c /dev/null -o /dev/null', '-m65', ''), '\n'],
    ['an instruction', instruction(String.raw`a:\n .byte 1`), 'y\n'],
    ['an instruction that is not there', instruction(String.raw`nosuch \$0x10,%d`), 'n\n'],
    ['code', success("echo 'int f(int *x) { return *x; }' | LAUNCHER gcc -x c - -c -o /dev/null -Werror"), 'y\n'],
    ['wrong code', success("echo 'int f(int *x) { return x' | $CC -x c - -c -o /dev/null"), 'n\n'],
    ['the linker', success('ld -v --gc-sections'), 'y\n'],
    ['an option that it does not have', success('ld -v --no-such-thing'), 'n\n'],
    ['words', success('test -z "GCC 120200"'), 'n\n'],
    ['a number', success('test 120200 -ge 80000'), 'y\n'],
    ['a file', success('test -e ./include'), 'y\n'],
    ['no file', success('test -e ./plugin.h'), 'n\n'],
    ['a word of some', 'set -- GCC 120200 && echo $2', '120200\n'],
    ['a program', success('command -v LAUNCHER gcc', 'n', 'y'), 'n\n'],
    ['a first line', success('ld --version | head -n1 | grep -qv llvm'), 'y\n'],
    ['another one', success('ld --help | head -n 1 | grep -qi llvm'), 'n\n'],
  ])('%s', (_what, command, stdout) => {
    const env = { CC: `${program} gcc` };
    const plain = outcome(tree.shell(command, { env, plain: true }));
    const [first, again] = [tree.shell(command, { env }), tree.shell(command, { env })];
    const verified = tree.shell(command, { env: { ...env, COMPILE_ONCE_VERIFY: '1' } });
    expect([first.how, again.how, verified.how]).toEqual(['shell-asked', 'shell-answer', 'shell-answer']);
    for (const said of [first, again, verified]) expect(outcome(said)).toEqual(plain);
    expect(plain.stdout).toBe(stdout);
    expect(readdirSync(tree.dir).filter((name) => name.startsWith('.tmp'))).toEqual([]);
  });
});

describe('is for a shell alone', () => {
  it.each([
    ['what it reads', success('grep -q int main.c')],
    ['what it writes', success('echo x > out/x')],
    ['the time', 'date +%s'],
    ['a command in a command', success('test "$(cat main.c)" = 1')],
    ['a pattern', success('test -e *.c')],
    ['a python', success('python3 -c "import lxml"')],
    ['one of two', success('ld -v || true')],
    ['not one', success('! ld -v --gc-sections')],
    ['a script that nobody knows', success('./scripts/other.sh gcc')],
    ['a file of the linker', success('ld -v --version-script=main.c')],
    ['a header', option('-include main.c')],
    ['a text with a header', success(`echo '#include "main.c"' | LAUNCHER gcc -x c - -c -o /dev/null`)],
    ['an escape', instruction(String.raw`.byte 1\x0a`)],
    ['a variable', success('test -z $NOTHING')],
    ['its end', `${success('test 1 = 1')}; echo more`],
    ['more than a word', success('test 1 = 1', '$(date)')],
  ])('%s', (_what, command) => {
    tree.write({ 'main.c': 'int x;\n', 'scripts/other.sh': 'exit 0\n' });
    const plain = outcome(tree.shell(command, { plain: true }));
    for (let time = 0; time < 2; time++) {
      const said = tree.shell(command);
      expect(said.how).toBe('not ours');
      if (!command.includes('date +')) expect(outcome(said)).toEqual(plain);
    }
  });
});

describe('is asked again', () => {
  const hows = (command: string, env = {}): string[] => [1, 2].map(() => tree.shell(command, withBin(env)).how);

  it.each([
    ['was killed', 'kill -9 $$'],
    ['found no room', 'echo "as: error: x.o: No space left on device" >&2; exit 1'],
    ['said nothing', 'exit 1'],
  ])('where a compiler or a linker %s', (_what, lines) => {
    install('bin/gcc', `case "$*" in *-print-prog*) echo x; exit;; *-v*) exit;; esac\n${lines}`);
    install('bin/ld', lines);
    for (const command of [
      option('-fnew'),
      option('-fnew', 'gcc'),
      success('ld -v --new'),
      success('ld --help | head -n1 | grep -q x'),
    ])
      expect(hows(command)).toEqual(['shell-alone', 'shell-alone']);
  });

  it('when another compiler, linker or path is there', () => {
    install('bin/ld', 'exit 0');
    const commands = [success('ld -v --new'), success('test -e ./new'), success('command -v ld')];
    for (const command of commands) expect(hows(command)).toEqual(['shell-asked', 'shell-answer']);
    install('bin/ld', 'echo "ld: unrecognized option --new" >&2; exit 1');
    tree.write({ new: '' });
    expect(commands.map((command) => tree.shell(command, withBin()))).toMatchObject([
      { how: 'shell-asked', stdout: 'n\n' },
      { how: 'shell-asked', stdout: 'y\n' },
      { how: 'shell-asked', stdout: 'y\n' },
    ]);
    expect(hows(success('ld -v --new'), { LD_LIBRARY_PATH: '/x' })[0]).toBe('shell-asked');
  });

  it('one that changed its mind, when verifying: it is told', () => {
    install('bin/ld', 'echo "ld: unrecognized option --new" >&2; test -e mood');
    expect(hows(success('ld -v --new'))).toEqual(['shell-asked', 'shell-answer']);
    tree.write({ mood: '' });
    expect(tree.shell(success('ld -v --new'), withBin({ COMPILE_ONCE_VERIFY: '1' }))).toMatchObject({
      how: 'DIFFERS',
      stdout: 'y\n',
      stderr: expect.stringContaining('DIFFERS (shell)'),
    });
  });
});

describe('a script of the tree', () => {
  const version = './scripts/cc-version.sh LAUNCHER gcc';
  const script = (lines: string): void => install('scripts/cc-version.sh', lines);
  const ask = (env = {}): string => tree.shell(version, withBin(env)).how;

  it('is asked again when it, or one that it names, or what it looks at has changed', () => {
    script('echo $("$@" -E -P -x c - </dev/null)$($(dirname $0)/min-tool-version.sh) $ARCH');
    install('scripts/min-tool-version.sh', 'echo 5');
    expect([ask(), ask()]).toEqual(['shell-asked', 'shell-answer']);
    expect([ask({ ARCH: 'x' }), ask({ KBUILD_CFLAGS: '-O3', O: '/there', MAKEFLAGS: 'k' })]).toEqual([
      'shell-asked',
      'shell-answer',
    ]);
    install('scripts/min-tool-version.sh', 'echo 6');
    expect(tree.shell(version, withBin())).toMatchObject({ how: 'shell-asked', stdout: '6\n' });
    script('echo $("$@" -E -P -x c - </dev/null)7$KBUILD_CFLAGS');
    expect([ask(), ask({ KBUILD_CFLAGS: '-O3' })]).toEqual(['shell-asked', 'shell-asked']);
  });

  it.each([
    ['calls no compiler', 'echo 1'],
    ['hides a compiler that was killed', '"$@" -dead 2>/dev/null; echo 1'],
    ['hides a compiler that found no room', '"$@" -full 2>/dev/null; echo 1'],
    ['complains', '"$@" -E -x c /dev/null; echo old >&2; echo 1'],
    ['says more', '"$@" -E -x c /dev/null; echo 1; echo 2'],
    ['fails', '"$@" -E -P -x c /dev/null; echo 1; exit 1'],
  ])('is asked again when it %s', (_what, lines) => {
    install(
      'bin/gcc',
      'case "$*" in *-dead*) kill -9 $$;; *-full*) echo "error: No space left on device" >&2; exit 1;; *-v*) exit;; *-print*) echo x;; esac',
    );
    script(lines);
    expect([ask(), ask()]).toEqual(['shell-alone', 'shell-alone']);
  });

  it.each([
    'date',
    'cat ../x',
    'cat /proc/uptime',
    'test -e $srctree/x',
    'x < main.c',
    'echo "#include <stdio.h>" | "$@" -E -',
  ])('that may look at more (%s) is for a shell', (line) => {
    script(line);
    expect(ask()).toBe('not ours');
  });

  it('may be refused what it asks for, and may link', () => {
    const link = success('./scripts/cc-can-link.sh LAUNCHER gcc -m64');
    const none = success('./scripts/gcc-x86_64-has-stack-protector.sh LAUNCHER gcc');
    install(
      'scripts/cc-can-link.sh',
      'cat << "END" | $@ -x c - -o /dev/null >/dev/null 2>&1\n#include <stdio.h>\nint main(void) { return 0; }\nEND',
    );
    install(
      'scripts/gcc-x86_64-has-stack-protector.sh',
      'echo "int x" | $* -S -x c - -o - 2>/dev/null | grep -q "%gs"',
    );
    expect([1, 2].map(() => tree.shell(none))).toMatchObject([
      { how: 'shell-asked', stdout: 'n\n' },
      { how: 'shell-answer' },
    ]);
    expect([1, 2].map(() => tree.shell(link).stdout)).toEqual(['y\n', 'y\n']);
  });

  it('may find no program at all', () => {
    const command = './scripts/pahole-version.sh nosuch-pahole';
    install('scripts/pahole-version.sh', 'command -v "$@" || { echo 0; exit 1; }\n"$@" --version');
    const [first, again] = [tree.shell(command, withBin()), tree.shell(command, withBin())];
    expect([first, again]).toMatchObject([
      { how: 'shell-asked', status: 1, stdout: '0\n' },
      { how: 'shell-answer', status: 1 },
    ]);
    install('bin/nosuch-pahole', 'echo 125');
    expect(tree.shell(command, withBin()).stdout).toContain('125');
    rmSync(join(tree.dir, 'bin/nosuch-pahole'));
  });
});
