import { STAGES, type CellId } from './cell.ts';
import type { Event } from './event.ts';

export type StageSettled = Extract<Event, { type: 'stage-settled' }>;

/**
 * The last word on each stage of each cell, by `CELL STAGE`. When a stage is settled a second time, what an earlier
 * try said of the stages behind it lapses: they rested on it.
 */
export function lastWords(events: readonly Event[]): Map<string, StageSettled> {
  const last = new Map<string, StageSettled>();
  for (const event of events) {
    if (event.type !== 'stage-settled') continue;
    if (last.has(stageKey(event.cell, event.result.stage))) {
      for (const later of STAGES.slice(STAGES.indexOf(event.result.stage))) last.delete(stageKey(event.cell, later));
    }
    last.set(stageKey(event.cell, event.result.stage), event);
  }
  return last;
}

export function stageKey(cell: CellId, stage: string): string {
  return `${cell} ${stage}`;
}
