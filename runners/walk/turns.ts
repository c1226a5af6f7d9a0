import type { Due } from '../../matrix/chains.ts';

/** One column's turn in a row. */
interface Turn {
  /** Its compilers are done: what is left to do is links. */
  readonly compiled: Promise<unknown>;
  readonly ended: Promise<void>;
}

/** Builds a column; `behind` are those that wait for it. It may call `onCompiled` before it ends. */
export type BuildDue<D> = (due: D, behind: readonly D[], onCompiled: () => void) => Promise<void>;

/**
 * Builds the chains of an arch side by side. In a chain, and among the heads of chains, a column begins when the compilers
 * of the one before are done: while that one links, the cache has its objects. What has no build directory begins as a
 * copy of another: it waits until all before it in its chain, or the heads of all chains before, have ended.
 */
export async function takeTurns<D extends Due>(chains: readonly (readonly D[])[], build: BuildDue<D>): Promise<void> {
  const heads: Turn[] = [];
  const all: Turn[] = [];
  for (const chain of chains) {
    const turns: Turn[] = [];
    for (const [index, due] of chain.entries()) {
      const before = index === 0 ? heads : turns;
      const ready = due.hasBuild ? before.at(-1)?.compiled : endOf(before);
      turns.push(turnAfter(ready, (onCompiled) => build(due, chain.slice(index + 1), onCompiled)));
    }
    heads.push(...turns.slice(0, 1));
    all.push(...turns);
  }
  await allOrFirstError(all.flatMap(({ compiled, ended }) => [ended, compiled]));
}

function endOf(turns: readonly Turn[]): Promise<unknown> {
  return Promise.all(turns.map(({ ended }) => ended));
}

function turnAfter(ready: Promise<unknown> | undefined, build: (onCompiled: () => void) => Promise<void>): Turn {
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
