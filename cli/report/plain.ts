import type { Event } from '../../matrix/journal/event.ts';
import type { Board } from './board.ts';
import { Progress } from './progress.ts';

/** One line for everything that settles, with how much is done and how long the rest may take. */
export function openPlainBoard(write: (line: string) => void): Board {
  const progress = new Progress();
  return {
    note: write,
    tell(event: Event): void {
      progress.enter(event);
      if (event.type === 'column-settled' && !event.expressible)
        write(`${event.column}  not expressible: ${event.reason}`);
      if (event.type !== 'stage-settled') return;
      const { stage, verdict, basis, reason, seconds } = event.result;
      const how = basis === 'ran' ? `${seconds.toFixed(1)} s` : basis;
      write(
        `${progress.summary()}  ${event.cell}  ${stage} ${verdict} (${how})${reason ? `: ${reason.split('\n', 1)[0]}` : ''}`,
      );
    },
    async close(): Promise<void> {},
  };
}
