import { STAGES, type CellId } from '../cell.ts';
import type { Event, RunFacts, StageSettled } from './event.ts';
import { LastWords } from './last-words.ts';
import type { Verdict } from '../verdict.ts';

/** What two runs differ in, in one word; null when one can go on with the other. */
export function sameRun(before: RunFacts, now: RunFacts): string | null {
  const differs = (pick: (run: RunFacts) => unknown): boolean =>
    JSON.stringify(pick(before)) !== JSON.stringify(pick(now));
  if (differs(({ base }) => base.commit)) return 'another base';
  if (differs(({ series }) => series.patches.map(({ commit, position }) => [commit, position])))
    return 'another series';
  if (differs(({ engine }) => [engine.name, engine.image?.digest])) return 'another engine or image';
  if (differs(({ columns }) => columns)) return 'other columns';
  if (differs(({ rows }) => rows)) return 'other patches';
  if (differs(({ stages }) => stages)) return 'other stages';
  return null;
}

/**
 * The past that a resumed run builds on: the last word on each stage. A cell that the machine let down, or whose check
 * of ours broke, is taken out from that stage on: it gets another try.
 */
export function dropUnfair(events: readonly Event[]): Event[] {
  const last = new LastWords<StageSettled>();
  for (const event of events) if (event.type === 'stage-settled') last.enter(event.cell, event.result.stage, event);
  const triedFrom = new Map<CellId, number>();
  for (const event of last) {
    if (!isUnfair(event.result.verdict)) continue;
    const stage = STAGES.indexOf(event.result.stage);
    triedFrom.set(event.cell, Math.min(stage, triedFrom.get(event.cell) ?? stage));
  }
  return events.filter((event) => {
    if (event.type !== 'stage-settled') return true;
    return (
      last.of(event.cell).includes(event) &&
      STAGES.indexOf(event.result.stage) < (triedFrom.get(event.cell) ?? STAGES.length)
    );
  });
}

function isUnfair(verdict: Verdict): boolean {
  return verdict === 'miss' || verdict === 'error';
}
