import type { CellId, Stage } from '../cell.ts';
import type { Event, StageSettled } from '../journal/event.ts';
import type { Cost } from './grid.ts';

/**
 * Adds up what a run cost. Wall time is summed over sessions, from each one's start to its last word: a killed run
 * leaves no goodbye.
 */
export class CostSum {
  #wall = 0;
  #cpuSeconds = 0;
  #compilerCpuSeconds: number | null = null;
  #start = 0;
  #last = 0;
  /** By cell that make was called for, and stage; what is settled again counts once. */
  readonly #makeCalls = new Map<CellId, Partial<Record<Stage, number>>>();

  enter(event: Event): void {
    const at = Date.parse(event.at);
    if (event.type === 'session-started') {
      this.#wall += this.#last - this.#start;
      this.#start = at;
    }
    this.#last = at;
    if (this.#start === 0) this.#start = at;
    if (event.type === 'session-ended') this.#spend(event);
    if (event.type === 'stage-settled') this.#count(event);
  }

  get cost(): Cost {
    const calls = [...this.#makeCalls.values()].flatMap((ofCell) => Object.values(ofCell));
    const makeCalls = calls.reduce((sum, count) => sum + count, 0);
    const wallSeconds = (this.#wall + this.#last - this.#start) / 1000;
    return { wallSeconds, cpuSeconds: this.#cpuSeconds, compilerCpuSeconds: this.#compilerCpuSeconds, makeCalls };
  }

  #spend({ cpuSeconds, compilerCpuSeconds }: Extract<Event, { type: 'session-ended' }>): void {
    this.#cpuSeconds += cpuSeconds;
    if (typeof compilerCpuSeconds === 'number')
      this.#compilerCpuSeconds = (this.#compilerCpuSeconds ?? 0) + compilerCpuSeconds;
  }

  #count({ cell, result, detail }: StageSettled): void {
    const calls = this.#makeCalls.get(cell);
    if (calls) calls[result.stage] = detail.makeCalls;
    else if (detail.makeCalls > 0) this.#makeCalls.set(cell, { [result.stage]: detail.makeCalls });
  }
}
