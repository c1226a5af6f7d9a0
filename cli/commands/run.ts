import type { Event } from '../../matrix/journal/event.ts';
import { EXIT, type ExitCode } from '../../matrix/failure.ts';
import type { RunOptions } from '../../runners/run-options.ts';
import { runSeries } from '../../runners/run.ts';
import { exitCodeOf } from '../exit-code.ts';
import { openBoard } from '../report/open-board.ts';
import { abortOnSignals } from '../signals.ts';
import { summarize } from '../summary.ts';

export type RunFlags = Omit<RunOptions, 'argv'> & { readonly json?: boolean };

/** `kvm-matrix run`: the walk, with a live board on a terminal and plain lines elsewhere, then all reports. */
export async function run({ json, ...options }: RunFlags): Promise<ExitCode> {
  const signals = abortOnSignals();
  const board = openBoard();
  const onEvent = (event: Event): void => board.tell(event);
  const onNote = (note: string): void => board.note(note);
  try {
    const result = await runSeries(
      { ...options, argv: process.argv.slice(2) },
      { signal: signals.signal, onEvent, onNote },
    ).finally(() => board.close());
    const grid = summarize(result.out, result.runId, json ?? false);
    return result.interrupted ? EXIT.interrupted : exitCodeOf(grid);
  } finally {
    signals.dispose();
  }
}
