import type { CellId } from './cell.ts';
import type { Event, RunFacts } from './event.ts';

/** What two runs differ in, in one word; null when one can go on with the other. */
export function sameRun(before: RunFacts, now: RunFacts): string | null {
  const differs = (pick: (run: RunFacts) => unknown): boolean =>
    JSON.stringify(pick(before)) !== JSON.stringify(pick(now));
  if (differs(({ base }) => base.commit)) return 'another base';
  if (differs(({ series }) => series.patches.map(({ commit, position }) => [commit, position])))
    return 'another series';
  if (differs(({ columns }) => columns)) return 'other columns';
  if (differs(({ rows }) => rows)) return 'other patches';
  if (differs(({ stages }) => stages)) return 'other stages';
  return null;
}

/**
 * The past that a resumed run builds on. A cell that the machine let down, or whose check of ours broke, is taken out
 * from that stage on: it gets another try.
 */
export function dropUnfair(events: readonly Event[]): Event[] {
  const unfair = new Set<CellId>();
  for (const event of events) {
    if (event.type === 'stage-settled' && (event.result.verdict === 'miss' || event.result.verdict === 'error'))
      unfair.add(event.cell);
  }
  const dropped = new Set<CellId>();
  return events.filter((event) => {
    if (event.type !== 'stage-settled' || !unfair.has(event.cell)) return true;
    if (event.result.verdict === 'miss' || event.result.verdict === 'error') dropped.add(event.cell);
    return !dropped.has(event.cell);
  });
}
