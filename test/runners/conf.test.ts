import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { siteOf } from '../../runners/engine/engine.ts';
import { hostEngine } from '../../runners/engine/host.ts';
import { linkConf } from '../../runners/kbuild/conf.ts';
import { buildForTests } from '../support/compile-once.ts';

/** As do_shell() of scripts/kconfig/preprocess.c. */
const CONF = `#include <stdio.h>
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char text[4096];
		FILE *shell = popen(argv[i], "r");
		size_t size = fread(text, 1, sizeof(text), shell);

		printf("%.*s%d\\n", (int)size, text, pclose(shell));
	}
}
`;
const COMMANDS = [
  '{ test 1 = 1; } >/dev/null 2>&1 && echo "y" || echo "n"',
  '{ test 1 = 2; } >/dev/null 2>&1 && echo "y" || echo ""',
  'echo to a shell; exit 3',
  'set -- GCC 120200 && echo $2',
];
const SAID = 'y\n0\n\n0\nto a shell\n768\n120200\n0\n';

let launcher: string;
let build: string;

beforeAll(() => {
  launcher = buildForTests([]);
});
beforeEach(() => {
  build = mkdtempSync(join(tmpdir(), 'conf-'));
  mkdirSync(join(build, 'scripts/kconfig'), { recursive: true });
  make(CONF);
});
afterEach(() => rmSync(build, { recursive: true }));

/** What make leaves. */
function make(text: string): void {
  const command = 'gcc   -o scripts/kconfig/conf scripts/kconfig/conf.o';
  writeFileSync(join(build, 'scripts/kconfig/conf.c'), text);
  execFileSync('gcc', ['-c', '-o', 'scripts/kconfig/conf.o', 'scripts/kconfig/conf.c'], { cwd: build });
  execFileSync('sh', ['-c', command], { cwd: build });
  writeFileSync(join(build, 'scripts/kconfig/.conf.cmd'), `savedcmd_scripts/kconfig/conf := ${command}   \n`);
}

async function link(program: string | null = launcher, store: string | null = join(build, 'store')): Promise<void> {
  const place = { name: 'conf', source: build, build, store, below: null, image: null };
  await linkConf(siteOf(hostEngine(program), place));
}

function ask(env: Record<string, string> = { COMPILE_ONCE_DIR: join(build, 'store') }): string {
  const log = { COMPILE_ONCE_LOG: join(build, 'log') };
  return execFileSync(join(build, 'scripts/kconfig/conf'), COMMANDS, {
    cwd: build,
    encoding: 'utf8',
    env: { ...process.env, ...log, ...env },
  });
}

function hows(): string[] {
  const log = join(build, 'log');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  rmSync(log, { force: true });
  return lines.map((line) => line.split(' ')[0] ?? '');
}

it('the launcher answers what conf asks, and a shell the rest', async () => {
  expect([ask(), hows()]).toEqual([SAID, []]);
  await link();
  expect([ask(), hows()]).toEqual([SAID, Array<string>(3).fill('shell-asked')]);
  expect([ask(), hows()]).toEqual([SAID, Array<string>(3).fill('shell-answer')]);
});

it('shells answer where there is no store, or no launcher any more', async () => {
  await link();
  expect([ask({ COMPILE_ONCE_DIR: '' }), ask({})].at(-1)).toBe(SAID);
  rmSync(launcher);
  expect([ask(), hows()].at(0)).toBe(SAID);
  launcher = buildForTests([]);
});

it('conf is linked once, and again when make has made another', async () => {
  const conf = (): string => readFileSync(join(build, 'scripts/kconfig/conf'), 'latin1');
  await link();
  const [first, since] = [conf(), readFileSync(join(build, 'kvm-matrix.conf'), 'utf8')];
  await link();
  expect(readFileSync(join(build, 'kvm-matrix.conf'), 'utf8')).toBe(since);
  make(CONF.replace('%d', '=%d'));
  expect(conf()).not.toContain('--shells');
  await link();
  expect(conf()).toContain('--shells');
  expect(conf()).not.toBe(first);
});

it.each<[string, () => Promise<void>]>([
  ['no launcher is', () => link(null)],
  ['no store is', () => link(launcher, null)],
  [
    'it cannot be linked',
    async () => {
      writeFileSync(join(build, 'scripts/kconfig/conf.o'), 'no object');
      await link();
    },
  ],
  [
    'its record says otherwise',
    async () => {
      writeFileSync(join(build, 'scripts/kconfig/.conf.cmd'), 'savedcmd_scripts/kconfig/conf := ld\n');
      await link();
    },
  ],
])('the tree keeps its own where %s', async (_what, act) => {
  const before = readFileSync(join(build, 'scripts/kconfig/conf'));
  await act();
  expect(readFileSync(join(build, 'scripts/kconfig/conf'))).toEqual(before);
  expect(existsSync(join(build, 'kvm-matrix.conf'))).toBe(false);
});
