import type PQueue from 'p-queue';

/** Something to do, and when its turn is. */
export interface Place {
  readonly id: string;
  /** The higher, the earlier. */
  readonly priority: number;
  /** Before that it begins only where there is nothing else to do; it never rejects. */
  readonly ripe: Promise<unknown>;
  readonly signal: AbortSignal;
}

/** Below every priority of what is ripe. */
const UNRIPE = 1e15;

/** Waits in a queue until it can be done, and is done. */
export async function queueUp(
  queue: PQueue,
  task: () => Promise<void>,
  { id, priority, ripe, signal }: Place,
): Promise<void> {
  let waits = true;
  const begin = (): Promise<void> => {
    waits = false;
    return task();
  };
  const ended = queue.add(begin, { id, signal, priority: priority - UNRIPE });
  await Promise.race([ripe, Promise.allSettled([ended])]);
  // Who is called off leaves the line without having begun.
  if (waits && !signal.aborted) queue.setPriority(id, priority);
  await ended;
}
