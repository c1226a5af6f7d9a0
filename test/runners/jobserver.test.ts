import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Jobserver } from '../../runners/jobserver.ts';

const NOTHING = { memory: 0, disk: 0 };
const NEVER = new AbortController().signal;
let dir = '';

beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-jobs-'))));
afterAll(() => rmSync(dir, { recursive: true }));

/** A piece of work that ends when it is told to, and counts who is at work. */
class Bench {
  now = 0;
  most = 0;
  readonly #gates: (() => void)[] = [];

  readonly work = async (): Promise<void> => {
    this.most = Math.max(this.most, ++this.now);
    await new Promise<void>((open) => this.#gates.push(open));
    this.now -= 1;
  };

  async letGo(): Promise<void> {
    while (this.#gates.length === 0) await new Promise(setImmediate);
    this.#gates.shift()?.();
  }
}

it('never has more at work than jobs, and comes round to everyone', async () => {
  const jobs = await Jobserver.open(join(dir, 'a'), 2);
  const bench = new Bench();
  const all = Promise.all(Array.from({ length: 6 }, () => jobs.run(NOTHING, NEVER, bench.work)));
  while (bench.now < 2) await new Promise(setImmediate);
  for (let count = 0; count < 6; count += 1) await bench.letGo();
  await all;
  expect(bench.most).toBe(2);
  jobs.close();
});

it('a make finds in it what nobody else holds: 3 jobs of 4 beside one of ours', async () => {
  const jobs = await Jobserver.open(join(dir, 'b'), 4);
  const bench = new Bench();
  const ours = jobs.run(NOTHING, NEVER, bench.work);
  const makefile = join(dir, 'Makefile');
  // Each job waits until three are there, or gives up: fewer slots than three would never get there.
  writeFileSync(
    makefile,
    `all: a b c d\na b c d:\n\t@mkdir -p ${dir}/at && touch ${dir}/at/$@ && for i in 1 2 3 4 5 6 7 8 9; do [ $$(ls ${dir}/at | wc -l) -ge 3 ] && exit 0; read -t 0.2 x <> ${dir}/b/never; done; exit 1\n`,
  );
  execFileSync('mkfifo', [join(dir, 'b/never')]);
  const code = await jobs.run(
    NOTHING,
    NEVER,
    () =>
      new Promise<number | null>((resolve) => {
        const make = spawn('make', ['-f', makefile, 'SHELL=/bin/bash', 'all'], {
          stdio: ['ignore', 'inherit', 'inherit', ...jobs.inherit],
          env: { PATH: process.env['PATH'], ...jobs.env },
        });
        make.on('close', resolve);
      }),
  );
  expect(code).toBe(0);
  expect(await jobs.run(NOTHING, NEVER, () => Promise.resolve('a read still waits'))).toBe('a read still waits');
  await bench.letGo();
  await ours;
  jobs.close();
});

it('what is cancelled while it waits loses no token', async () => {
  const jobs = await Jobserver.open(join(dir, 'c'), 1);
  const bench = new Bench();
  const stop = new AbortController();
  const first = jobs.run(NOTHING, NEVER, bench.work);
  const second = jobs.run(NOTHING, stop.signal, bench.work);
  stop.abort();
  await expect(second).rejects.toThrow('aborted');
  await bench.letGo();
  await first;
  const third = jobs.run(NOTHING, NEVER, bench.work);
  await bench.letGo();
  await third;
  expect(bench.most).toBe(1);
  jobs.close();
});

it('tokens that died with a make are there again when nobody holds any', async () => {
  const jobs = await Jobserver.open(join(dir, 'd'), 3);
  await jobs.run(NOTHING, NEVER, async () => {
    execFileSync('dd', ['bs=1', 'count=2', 'status=none'], { stdio: [jobs.inherit[0], 'ignore', 'inherit'] });
  });
  const bench = new Bench();
  const all = Promise.all(Array.from({ length: 3 }, () => jobs.run(NOTHING, NEVER, bench.work)));
  while (bench.now < 3) await new Promise(setImmediate);
  for (let count = 0; count < 3; count += 1) await bench.letGo();
  await all;
  expect(bench.most).toBe(3);
  jobs.close();
});

it('a work that fails gives its token back', async () => {
  const jobs = await Jobserver.open(join(dir, 'e'), 1);
  await expect(jobs.run(NOTHING, NEVER, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  expect(await jobs.run(NOTHING, NEVER, () => Promise.resolve('next'))).toBe('next');
  jobs.close();
});
