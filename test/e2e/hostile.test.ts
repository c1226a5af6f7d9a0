import { createServer } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellId } from '../../matrix/cell.ts';
import type { Grid } from '../../matrix/grid/grid.ts';
import { FAKE_MATRIX, readGrid, runCli, runDir, type Ran } from '../support/cli.ts';
import { findEngines } from '../support/engines.ts';
import { FakeKernel } from '../support/fake-kernel.ts';

/**
 * A series whose every patch tries something else while it is built for KVM=m, on a tree that builds in milliseconds, in
 * every engine that works here. What it tried to reach lies outside and is looked at from outside.
 */
const { engines, stop } = await findEngines();
afterAll(stop);

/** Small enough to be met in no time. */
const LIMITS = 'memory: 0.25, pids: 64, seconds: 10, disk: 0.06';

const HOSTILE = 'x86-64/kvm=m,vfio=m';
const OTHER = 'x86-64/kvm=n,vfio=m';

interface Outside {
  /** A file of the user's, with this secret. */
  readonly home: string;
  readonly secret: string;
  readonly port: number;
  /** A directory beside O=. */
  readonly beside: string;
}

interface Attempt {
  readonly name: string;
  readonly command: (outside: Outside) => string;
  readonly verdict: 'pass' | 'miss' | 'fail';
  /** The compile fails behind it. */
  readonly breaks?: boolean;
  /** What the log or the reason says of it. */
  readonly told: RegExp;
}

const perl = (script: string): string => `perl -e '${script}'`;

const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'reaches the network',
    command: ({ port }) =>
      perl(
        `use IO::Socket; for (qw(127.0.0.1 10.0.2.2)) { IO::Socket::INET->new(PeerAddr => $_, PeerPort => ${port}, Timeout => 2) or warn "no net: $!" }`,
      ),
    verdict: 'pass',
    told: /no net: /,
  },
  {
    name: 'reads the home directory',
    command: ({ home }) => `cat ${home} ~/.ssh/* /root/.bashrc /home/*/.bashrc > stolen; ls -d ${home}`,
    verdict: 'pass',
    told: /No such file or directory/,
  },
  {
    name: 'writes outside O=',
    command: ({ beside }) =>
      `for f in ${beside}/x /etc/x /usr/x /x /kvm-matrix/bin/warden /kvm-matrix/runners/x; do echo x > $f; done; true`,
    verdict: 'pass',
    told: /Read-only file system/,
  },
  {
    name: 'poisons the source tree',
    command: () => 'echo poison >> $srctree/all.h; rm $srctree/vfio.c; touch $srctree/new.c; true',
    verdict: 'pass',
    told: /Read-only file system/,
  },
  {
    name: 'poisons what others take objects from',
    command: () => 'ls -d /store; touch /store/poison; touch /kvm-matrix/below/poison; true',
    verdict: 'pass',
    told: /kvm-matrix\/below\/poison.*Read-only file system/,
  },
  {
    name: 'becomes root',
    command: () => 'mount -t tmpfs none /tmp; unshare -Ur true && echo free; su -c id; mknod x c 1 3; true',
    verdict: 'pass',
    told: /Operation not permitted|permission denied|must be superuser/i,
  },
  {
    name: 'outlives its build',
    command: ({ beside }) =>
      `setsid sh -c 'while sleep 0.1; do date >> late; date > ${beside}/late; done' > /dev/null 2>&1 &`,
    verdict: 'pass',
    told: /ran on behind make and were ended/,
  },
  {
    name: 'leaves traps in O=',
    command: ({ home }) =>
      `mkfifo .trap.cmd; ln -sf ${home} kvm-matrix.requests.new; ln -sf ${home} .config.new; ln -sf ${home} .wait.o.cmd; ln -sfn /etc up`,
    verdict: 'pass',
    told: /removed from O=, for it leads out of it/,
  },
  {
    name: 'kills all that it can',
    command: () => 'kill -9 -1',
    verdict: 'miss',
    told: /ended by SIGKILL/,
  },
  {
    name: 'bombs with forks',
    command: () => perl('while (1) { fork; }'),
    verdict: 'miss',
    told: /more than 64 processes|not done after 10 s/,
  },
  {
    name: 'takes all memory',
    command: () => perl('my @all; push @all, "x" x 1e7 while 1'),
    breaks: true,
    // Where processes have a limit each the kernel kills none: perl says so itself, in words that are no compiler's.
    verdict: process.getuid?.() === 0 ? 'miss' : 'fail',
    told: /out of memory/i,
  },
  {
    name: 'fills the disk',
    command: () => 'for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/zero of=big$i bs=1M count=50; sync big$i; done; sleep 20',
    verdict: 'miss',
    told: /O= holds more than|not done after/,
  },
  { name: 'never ends', command: () => 'sleep 1000', verdict: 'miss', told: /not done after 10 s/ },
];

function sourceOf({ command, breaks }: Attempt, outside: Outside): string {
  return `int kvm;\n// RUN [KVM=m] ${command(outside)}\n${breaks ? '// BREAK [KVM=m] it went wrong\n' : ''}`;
}

describe.skipIf(engines.length === 0).each(engines)('a hostile series in $name', ({ name, env }) => {
  let kernel: FakeKernel;
  let outside: Outside;
  let ran: Ran;
  let grid: Grid;
  let calls = 0;
  const args = (): string[] => {
    const matrix = join(kernel.dir, 'matrix.yaml');
    return ['run', '--series', kernel.mbox(), '--tree', kernel.tree, '--matrix', matrix, '--stages', 'build'];
  };

  beforeAll(async () => {
    kernel = new FakeKernel();
    const home = join(mkdtempSync(join(homedir(), 'kvm-matrix-hostile-')), 'secret');
    writeFileSync(home, 'the secret\n');
    const server = createServer(() => (calls += 1));
    await new Promise<void>((resolve) => server.listen(0, () => resolve()));
    const { port } = server.address() as { port: number };
    outside = { home, secret: 'the secret', port, beside: mkdtempSync(join(tmpdir(), 'kvm-matrix-beside-')) };
    const matrix = join(kernel.dir, 'matrix.yaml');
    const limited = readFileSync(FAKE_MATRIX, 'utf8').replace('{ engine: none }', `{ engine: ${name}, ${LIMITS} }`);
    writeFileSync(matrix, limited);
    for (const attempt of ATTEMPTS) kernel.commit(attempt.name, { 'kvm.c': sourceOf(attempt, outside) });
    kernel.commit('is honest again', { 'kvm.c': 'int kvm;\n' });
    ran = await runCli([...args(), '--columns', HOSTILE, '--columns', OTHER], {
      cwd: kernel.dir,
      path: process.env['PATH'] ?? '',
      env,
    });
    server.close();
    if (![1, 125].includes(ran.code ?? 0) || !existsSync(join(runDir(kernel.dir), 'grid.json')))
      throw new Error(`exit ${ran.code}\n${ran.stderr}`);
    grid = readGrid(kernel.dir);
    return () => {
      kernel[Symbol.dispose]();
      for (const dir of [join(outside.home, '..'), outside.beside]) rmSync(dir, { recursive: true, force: true });
    };
  });

  const build = (row: number, column: string) =>
    grid.cells
      .find((cell) => cell.patch === row && cell.column === column)
      ?.stages.find(({ stage }) => stage === 'build');
  const wordsOf = (row: number): string => {
    const { reason, log } = build(row, HOSTILE) ?? { reason: null, log: null };
    return `${reason}\n${log === null ? '' : readFileSync(join(runDir(kernel.dir), log), 'utf8')}`;
  };

  it.each(ATTEMPTS.map((attempt, index) => [attempt.name, attempt, index + 1] as const))(
    'that %s is contained and told',
    (_, { verdict, told }, row) => {
      expect(`${build(row, HOSTILE)?.verdict}: ${wordsOf(row)}`).toMatch(new RegExp(`^${verdict}: `));
      expect(wordsOf(row)).toMatch(told);
    },
  );

  it('the rest of the grid is unharmed', () => {
    const last = ATTEMPTS.length + 1;
    for (let row = 0; row <= last; row += 1)
      expect([cellId(row, OTHER as never), build(row, OTHER)?.verdict]).toEqual([cellId(row, OTHER as never), 'pass']);
    expect([build(0, HOSTILE)?.verdict, build(last, HOSTILE)?.verdict]).toEqual(['pass', 'pass']);
  });

  it('another series begins anew where this one was built, and is unharmed', async () => {
    kernel.git('reset', '--quiet', '--hard', kernel.base);
    kernel.commit('another', { 'kvm.c': 'int kvm, other;\n' });
    const other = await runCli([...args(), '--columns', HOSTILE], {
      cwd: kernel.dir,
      path: process.env['PATH'] ?? '',
      env,
    });
    expect(other.stderr).toMatch(
      /01\/x86-64\/kvm=m,vfio=m: begins anew, for other patches were built in .*\/boxes\/build\//,
    );
    expect(other.code).toBe(0);
    const work = join(kernel.dir, 'kvm-matrix.out', 'work', 'boxes');
    expect([existsSync(join(work, 'store/poison')), existsSync(join(work, 'store-x86-64/poison'))]).toEqual([
      false,
      false,
    ]);
  });

  it('nothing outside was reached, and nothing is left', () => {
    expect(calls).toBe(0);
    expect(readFileSync(outside.home, 'utf8')).toBe('the secret\n');
    expect(existsSync(join(outside.beside, 'x')) || existsSync(join(outside.beside, 'late'))).toBe(false);
    expect(readFileSync(join(kernel.tree, 'all.h'), 'utf8')).not.toContain('poison');
    expect(readFileSync(join(kernel.dir, 'kvm-matrix.out', 'work', 'lanes/x86-64/linux/all.h'), 'utf8')).not.toContain(
      'poison',
    );
  });
});
