import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { freeRoom, waitForRoom, type Need } from '../../runners/room.ts';

const NEED: Need = { memory: 100, disk: 100 };

it.each([
  ['memory', { memory: 99, disk: 1000 }],
  ['disk', { memory: 1000, disk: 99 }],
])('waits for %s while others run, and goes on when there is room', async (_, little) => {
  const readings: Need[] = [little, little, { memory: 100, disk: 100 }];
  let asked = 0;
  const free = (): Need => readings[asked++] ?? NEED;
  await waitForRoom(NEED, free, () => true, new AbortController().signal);
  expect(asked).toBe(3);
});

it('does not wait for room that nobody of ours could make', async () => {
  let asked = 0;
  const none = (): Need => ({ memory: 0, disk: asked++ });
  await waitForRoom(NEED, none, () => false, new AbortController().signal);
  expect(asked).toBe(1);
});

it('gives up waiting when the run is stopped', async () => {
  const stop = new AbortController();
  const waiting = waitForRoom(
    NEED,
    () => ({ memory: 0, disk: 0 }),
    () => true,
    stop.signal,
  );
  stop.abort();
  await expect(waiting).rejects.toThrow('aborted');
});

it('reads this machine', () => {
  const { memory, disk } = freeRoom(tmpdir());
  expect(memory).toBeGreaterThan(2 ** 20);
  expect(disk).toBeGreaterThan(0);
});
