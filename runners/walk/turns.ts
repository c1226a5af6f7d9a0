import type { Due } from '../../matrix/plan/chains.ts';

/** One column's turn in a row. */
interface Turn {
  /** Its compilers are done: what is left to do is links. */
  readonly compiled: Promise<unknown>;
  readonly ended: Promise<void>;
}

/** Who waits for whom. */
export interface Wait<D> {
  /** The columns that wait for this one. */
  readonly behind: readonly D[];
  /** Until then the column should begin only where nothing else is to be done: what it compiles is being compiled. */
  readonly ripe: Promise<unknown>;
  /** It should compile from the other end: a head beside it that compiles the same meets it in the middle. */
  readonly backward: boolean;
}

/** Builds a column. It may call `onCompiled` before it ends. */
export type BuildDue<D> = (due: D, wait: Wait<D>, onCompiled: () => void) => Promise<void>;

/**
 * Builds the chains of an arch side by side. In a chain a column begins when the compilers of the one before are done:
 * while that one links, the cache has its objects. The head of a chain is ripe when those of the head before are: the two
 * have less in common. What has no build directory begins as a copy of another: it waits until all before it in its chain,
 * or the heads of all chains before, have ended.
 */
export async function takeTurns<D extends Due>(chains: readonly (readonly D[])[], build: BuildDue<D>): Promise<void> {
  const heads: Turn[] = [];
  const all: Turn[] = [];
  for (const [number, chain] of chains.entries()) {
    const turns: Turn[] = [];
    for (const [index, due] of chain.entries()) {
      const before = index === 0 ? heads : turns;
      const compiled = before.at(-1)?.compiled ?? Promise.resolve();
      const ready = !due.hasBuild ? endOf(before) : index === 0 ? Promise.resolve() : compiled;
      const ripe = Promise.allSettled([ready, compiled]);
      const wait = { behind: chain.slice(index + 1), ripe, backward: number % 2 === 1 };
      turns.push(turnAfter(ready, (onCompiled) => build(due, wait, onCompiled)));
    }
    heads.push(...turns.slice(0, 1));
    all.push(...turns);
  }
  await allOrFirstError(all.flatMap(({ compiled, ended }) => [ended, compiled]));
}

function endOf(turns: readonly Turn[]): Promise<unknown> {
  return Promise.all(turns.map(({ ended }) => ended));
}

function turnAfter(ready: Promise<unknown>, build: (onCompiled: () => void) => Promise<void>): Turn {
  let onCompiled = (): void => undefined;
  const told = new Promise<void>((resolve) => (onCompiled = resolve));
  const begin = async (): Promise<void> => {
    await ready;
    await build(onCompiled);
  };
  const ended = begin();
  return { compiled: Promise.race([told, ended]), ended };
}

/** Waits for all, so that nothing of ours runs on behind an error; then throws the first error. */
export async function allOrFirstError(promises: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(promises);
  const rejected = settled.find((result) => result.status === 'rejected');
  if (rejected) throw rejected.reason;
}
