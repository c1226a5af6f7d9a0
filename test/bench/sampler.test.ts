import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cpuSeconds } from '../../runners/clock.ts';
import { runShown } from '../../runners/process.ts';
import { metered } from './meter/sampler.ts';
import { isTool, partsOf } from './meter/tools.ts';
import { readUsage, type Usage } from './meter/usage.ts';

const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-sampler-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const COMPILE = 'gcc -O2 -c -o one.o one.c && ld -r -o two.o one.o && nm two.o >/dev/null && rm two.o';

/** Compiles a small file `times` times; gives back the CPU seconds that wait4 tells of it. */
async function compile(times: number): Promise<number> {
  writeFileSync(join(dir, 'one.c'), '#include <stdio.h>\nint f(int a) { return printf("%d", a); }\n');
  const before = ofChildren();
  await runShown(['sh', '-c', `for i in $(seq ${times}); do ${COMPILE}; done`], { cwd: dir });
  return ofChildren() - before;
}

function ofChildren(): number {
  const { user, system } = process.cpuUsage();
  return cpuSeconds() - (user + system) / 1e6;
}

/** metered has said why on stderr. */
const UNSEEN = 'to look at all CPUs takes root, or CAP_PERFMON';

it('counts every program, and all of its time', async (test) => {
  const { result, usage } = await metered(() => compile(40));
  if (usage === null) return test.skip(UNSEEN);
  const seen = [...usage.programs.values()].reduce((sum, { seconds }) => sum + seconds, 0);
  process.stderr.write(`${result.toFixed(2)} CPU seconds, seen ${seen.toFixed(2)}: ${JSON.stringify(short(usage))}\n`);
  for (const name of ['gcc', 'cc1', 'as', 'ld', 'nm', 'rm']) expect(usage.programs.get(name)?.runs).toBe(40);
  expect(usage.programs.get('cc1')?.seconds).toBeGreaterThan(0.1);
  // 1000 samples; a sigma is 3 %, and a hundredth of a second is what wait4's clock cuts off.
  expect(Math.abs(seen - result)).toBeLessThan(0.15 * result);
  expect(usage.lost).toBe(0);
});

function short(usage: Usage): Record<string, string> {
  return Object.fromEntries([...usage.programs].map(([name, { seconds }]) => [name, seconds.toFixed(2)]));
}

it('does not count what ran before, or for others', async (test) => {
  const busy = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
  const { usage } = await metered(() => compile(10)).finally(() => busy.kill());
  if (usage === null) return test.skip(UNSEEN);
  expect(usage.programs.get('cc1')?.runs).toBe(10);
  expect(usage.programs.get('sh')?.seconds).toBeLessThan(0.1);
  expect(usage.others).toBeGreaterThan(0.1);
});

it('a process is of the tree if it was forked in it, whatever its number was before', () => {
  const lines = [
    '1 f 10 1', // ours
    '2 x 10 make',
    '3 f 11 10',
    '5 x 11 cc1',
    '7 s 11',
    '8 f 11 99', // somebody else has the number now
    '9 s 11',
    '6 s 11', // of another CPU
    '4 s 11', // not yet executed: a make
    '10 l 3',
  ];
  const { programs, others, lost } = readUsage(lines.join('\n'), 1);
  expect([...programs].map(([name, { seconds, runs }]) => [name, Math.round(seconds * 500), runs])).toEqual([
    ['make', 1, 1],
    ['cc1', 2, 1],
  ]);
  expect([Math.round(others * 500), lost]).toEqual([1, 3]);
});

it('tools are what a kernel is made with', () => {
  const tools = ['cc1', 'gcc-12', 'x86_64-linux-gn', 'powerpc64le-lin', 'aarch64-linux-g', 'ld.lld', 'objtool', 'gzip'];
  expect(tools.filter((name) => !isTool(name))).toEqual([]);
  const around = ['make', 'sh', 'node', 'compile-once', 'git', 'fixdep', 'rm', 'ccache', 'conf', 'mkdir'];
  expect(around.filter(isTool)).toEqual([]);
  const usage = readUsage('1 f 2 1\n2 x 2 ld\n3 s 2\n4 x 2 sed\n5 s 2\n6 s 2\n', 1);
  const { tools: inTools, around: beside } = partsOf(usage);
  expect([inTools, beside].map((seconds) => Math.round(seconds * 500))).toEqual([1, 2]);
});
