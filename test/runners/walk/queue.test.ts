import PQueue from 'p-queue';
import { expect, it } from 'vitest';
import { queueUp } from '../../../runners/walk/queue.ts';

const NEVER = new Promise<never>(() => undefined);
const NOW = Promise.resolve();

/** A queue of one, in which `done` is written down. */
function line(): {
  done: string[];
  queue: PQueue;
  add: (id: string, priority: number, ripe: Promise<unknown>) => Promise<void>;
} {
  const done: string[] = [];
  const queue = new PQueue({ concurrency: 1 });
  const { signal } = new AbortController();
  const task = (id: string) => async (): Promise<void> => {
    await new Promise(setImmediate);
    done.push(id);
  };
  return { done, queue, add: (id, priority, ripe) => queueUp(queue, task(id), { id, priority, ripe, signal }) };
}

it('what is not ripe begins where nothing else is to be done', async () => {
  const { done, add } = line();
  await add('alone', 0, NEVER);
  expect(done).toEqual(['alone']);
});

it('what is ripe goes before what is not, whatever their priorities, and the highest first', async () => {
  const { done, add, queue } = line();
  void add('first', 0, NOW);
  void add('unripe', 1e6 * 1404, NEVER);
  void add('low', 1, NOW);
  void add('high', 2, NOW);
  await queue.onIdle();
  expect(done).toEqual(['first', 'high', 'low', 'unripe']);
});

it('what gets ripe in the line goes to its place', async () => {
  const { done, add, queue } = line();
  let ripen = (): void => undefined;
  void add('first', 0, NOW);
  void add('later', 2, new Promise<void>((resolve) => (ripen = resolve)));
  void add('low', 1, NOW);
  ripen();
  await queue.onIdle();
  expect(done).toEqual(['first', 'later', 'low']);
});

it('an error is the one of the task', async () => {
  const queue = new PQueue({ concurrency: 1 });
  const { signal } = new AbortController();
  const place = { id: 'a', priority: 0, ripe: NEVER, signal };
  await expect(queueUp(queue, () => Promise.reject(new Error('out of room')), place)).rejects.toThrow('out of room');
});

it('who is called off in the line does not begin', async () => {
  const queue = new PQueue({ concurrency: 1 });
  const stop = new AbortController();
  let end = (): void => undefined;
  const first = queueUp(queue, () => new Promise<void>((resolve) => (end = resolve)), {
    id: 'first',
    priority: 0,
    ripe: NOW,
    signal: stop.signal,
  });
  let began = false;
  const second = queueUp(
    queue,
    () => {
      began = true;
      return Promise.resolve();
    },
    { id: 'second', priority: 0, ripe: NEVER, signal: stop.signal },
  );
  stop.abort(new Error('stopped'));
  await expect(second).rejects.toThrow('stopped');
  end();
  await expect(first).rejects.toThrow('stopped');
  expect(began).toBe(false);
});

it('who is called off as its turn gets ripe is told why, and nobody else is', async () => {
  const queue = new PQueue({ concurrency: 1 });
  const stop = new AbortController();
  let ripen = (): void => undefined;
  let end = (): void => undefined;
  const first = queueUp(queue, () => new Promise<void>((resolve) => (end = resolve)), {
    id: 'first',
    priority: 0,
    ripe: NOW,
    signal: new AbortController().signal,
  });
  const ripe = new Promise<void>((resolve) => (ripen = resolve));
  const second = queueUp(queue, () => Promise.resolve(), { id: 'second', priority: 0, ripe, signal: stop.signal });
  stop.abort(new Error('stopped'));
  end();
  ripen();
  await expect(second).rejects.toThrow('stopped');
  await first;
});
