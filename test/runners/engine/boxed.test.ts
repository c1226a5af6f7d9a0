import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeEnd, type Ended } from '../../../matrix/judge/build.ts';
import { WardenBox } from '../../../runners/engine/boxed.ts';
import { openBoxes } from '../../../runners/engine/boxes.ts';
import type { Place } from '../../../runners/engine/engine.ts';
import { FakeDriver, type Script } from '../../support/fake-warden.ts';

let dir: string;
let place: Place;
const notes: string[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'boxed-'));
  place = { name: 'x', source: dir, build: join(dir, 'out'), store: join(dir, 'store'), below: null, image: null };
  notes.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const LIMITS = { memory: 1, pids: 10, seconds: 30, disk: 1 };

function boxOf(driver: FakeDriver, limits = LIMITS): WardenBox {
  const onNote = (note: string): void => void notes.push(note);
  return new WardenBox(place, { driver, limits, hasLauncher: true, jobserver: null, onNote, onCpu: () => undefined });
}

const log = (): string => readFileSync(join(dir, 'log'), 'utf8');
const run = (box: WardenBox, limit?: number): Promise<Ended> =>
  box.run(['make', 'it'], { log: join(dir, 'log'), env: { A: 'b' }, ...(limit === undefined ? {} : { limit }) });

describe('how a command ended', () => {
  it.each<[string, Script, Ended]>([
    ['an exit code is told as it is', { end: 'exit 2 1.5 0 0 0' }, { kind: 'exited', code: 2 }],
    ['so is a signal, by its name', { end: 'signal 9 0 0 0 0' }, { kind: 'signalled', signal: 'SIGKILL' }],
    [
      'what is not in the image never ran',
      { end: 'errno 2 0 0 0 0' },
      { kind: 'not-started', why: 'make is not in the image (ENOENT)' },
    ],
    [
      'a failure behind an OOM kill is the limit',
      { end: 'exit 2 0 0 1 0' },
      { kind: 'lost', why: 'out of memory: the kernel ended 1 processes (1 GiB a box)' },
    ],
    [
      'so is one behind forks that were refused',
      { end: 'exit 2 0 0 0 3' },
      { kind: 'lost', why: 'it wanted more than 10 processes' },
    ],
    ['success stays success, whatever died on the way', { end: 'exit 0 0 0 1 1' }, { kind: 'exited', code: 0 }],
    ['a box that dies is lost', { end: 'die' }, { kind: 'lost', why: 'the box is gone; was it out of memory?' }],
  ])('%s', async (_name, script, ended) => {
    const box = boxOf(new FakeDriver(script));
    expect(await run(box)).toEqual(ended);
    await box.close();
  });

  it('a command that does not end is ended, with the limit named', async () => {
    const box = boxOf(new FakeDriver({ end: 'hang' }));
    const ended = await run(box, 0.05);
    expect(ended.kind === 'exited' ? '' : describeEnd(ended)).toBe('not done after 0.05 s');
    await box.close();
  });
});

it('after a death the next command has a new box', async () => {
  const driver = new FakeDriver({ end: 'die' }, { end: 'exit 0 0 0 0 0', say: 'here\n' });
  const box = boxOf(driver);
  await run(box);
  expect(await run(box)).toEqual({ kind: 'exited', code: 0 });
  expect([driver.orders.length, log()]).toEqual([2, 'here\n']);
  await box.close();
});

it('an engine that starts nothing is a reason, not an exception', async () => {
  const driver = new FakeDriver();
  driver.start = () => Promise.reject(Object.assign(new Error('x'), {}));
  const failing = boxOf(driver);
  await expect(run(failing)).rejects.toThrow('x');
});

it('the command is told in paths of the box, with the launcher where there is a store', async () => {
  const driver = new FakeDriver();
  const box = boxOf(driver);
  await run(box);
  expect(box.inside).toEqual({ source: '/src/linux', build: '/build', launcher: '/kvm-matrix/bin/compile-once' });
  const [words = []] = driver.jobs;
  expect([words[0], words[1], words.slice(-2)]).toEqual(['-m', '/build', ['make', 'it']]);
  expect(words).toEqual(expect.arrayContaining(['A=b', 'COMPILE_ONCE_DIR=/store']));
  expect(words.join(' ')).not.toContain(dir);
  await box.close();
});

it('what a build left to lead us out of O= is taken away and told', async () => {
  mkdirSync(join(place.build, 'sub'), { recursive: true });
  writeFileSync(join(dir, 'victim'), 'mine');
  symlinkSync(join(dir, 'victim'), join(place.build, '.config.new'));
  symlinkSync('../../victim', join(place.build, 'sub/up'));
  symlinkSync('sub', join(place.build, 'fine'));
  symlinkSync('/src/linux', join(place.build, 'source'));
  symlinkSync('nowhere', join(place.build, 'broken'));
  const box = boxOf(new FakeDriver());
  await run(box);
  expect(notes.map((note) => note.split(' ').at(-1)).toSorted()).toEqual(['.config.new', 'sub/up']);
  expect(log()).toMatch(/removed from O=, for it leads out of it: sub\/up/);
  expect([existsSync(join(place.build, 'fine')), readFileSync(join(dir, 'victim'), 'utf8')]).toEqual([true, 'mine']);
  await box.close();
});

it('so are pipes, records of gigabytes and directories without end', async () => {
  mkdirSync(join(place.build, 'd/'.repeat(100)), { recursive: true });
  for (const name of ['.a.o.cmd', 'vmlinux']) {
    writeFileSync(join(place.build, name), '');
    truncateSync(join(place.build, name), 2 ** 30);
  }
  execFileSync('mkfifo', [join(place.build, '.b.o.cmd')]);
  const box = boxOf(new FakeDriver());
  await run(box);
  expect(readdirSync(place.build).toSorted()).toEqual(['d', 'vmlinux']);
  expect(readdirSync(place.build, { recursive: true })).toHaveLength(64);
  await box.close();
});

it('an engine has one box for an O=, and another when it sees other things', async () => {
  const driver = new FakeDriver();
  const engine = openBoxes({ driver, limits: LIMITS, hasLauncher: true, jobserver: null, onNote: () => undefined });
  expect(engine.open(place)).toBe(engine.open({ ...place }));
  expect(engine.open({ ...place, below: dir })).not.toBe(engine.open(place));
  await engine.open(place).capture(['true']);
  await engine.close();
  expect(driver.stopped).toBe(1);
});
