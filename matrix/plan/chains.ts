import type { Column } from '../column.ts';

/** A column that is to be built in a row. */
export interface Due {
  readonly column: Column;
  /** Whether it has a build directory that it can go on from. */
  readonly hasBuild: boolean;
  /** What its last build took; 0 where that is not known. */
  readonly seconds: number;
}

/**
 * Columns of an arch that agree in their first axis compile much the same: they are a chain, so that what one compiled
 * the next one takes from the cache. The longest go first, and so do the chains that take longest. What has no build
 * directory yet comes last, in the order of `due`: from less to more, as one lends its objects to the next.
 */
export function chainsOf<D extends Due>(due: readonly D[]): D[][] {
  const first = ({ column }: Due): string => Object.values(column.config)[0] ?? '';
  const chains = [...new Set(due.map(first))].map((value) =>
    longestFirst(
      due.filter((one) => first(one) === value),
      (one) => one,
    ),
  );
  return longestFirst(chains, (chain) => ({
    hasBuild: chain.some(({ hasBuild }) => hasBuild),
    seconds: secondsOf(chain),
  }));
}

/** What a chain takes, one after the other. */
export function secondsOf(chain: readonly Due[]): number {
  return chain.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Keeps the order of those that are equal. */
function longestFirst<T>(all: readonly T[], key: (one: T) => Pick<Due, 'hasBuild' | 'seconds'>): T[] {
  const rank = (one: T): number => (key(one).hasBuild ? key(one).seconds : -1);
  return all.toSorted((a, b) => rank(b) - rank(a));
}
