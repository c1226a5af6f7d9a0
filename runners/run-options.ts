import type { Event } from '../matrix/journal/event.ts';
import type { EngineWish } from '../matrix/file/engines.ts';
import type { RunRequest } from './prepare.ts';
import type { OutDir } from './store/out-dir.ts';

export interface RunOptions extends RunRequest {
  readonly tree: string;
  readonly out: string;
  /** Jobs in all; default: the number of CPUs. */
  readonly jobs?: number;
  /** Go on with the last run; start without any earlier result. */
  readonly resume?: boolean;
  readonly fresh?: boolean;
  /** Percent of the proved and reused cells to build from clean after the walk; none by default. */
  readonly audit?: number;
  /** What contains the builds, and the user's own image; they go before the matrix file. */
  readonly engine?: EngineWish;
  readonly image?: string;
  readonly argv: readonly string[];
}

export interface RunHooks {
  readonly signal: AbortSignal;
  /** Hears every event, those of a resumed run's past first. */
  readonly onEvent: (event: Event) => void;
  /** One line about what is being prepared. */
  readonly onNote: (note: string) => void;
}

export interface RunResult {
  readonly out: OutDir;
  readonly runId: string;
  readonly interrupted: boolean;
}
