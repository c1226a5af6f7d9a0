import type { EngineFacts } from '../../matrix/journal/event.ts';
import type { EngineWish } from '../../matrix/file/engines.ts';
import type { Owner } from './containers.ts';
import type { Limits } from './engine.ts';

/** The engines that contain what they build. */
export type Contained = Exclude<EngineFacts['name'], 'none'>;

export interface EngineWishes {
  readonly engine: EngineWish;
  /** The user's own image for all that has none of its own; null: our toolchain. */
  readonly image: string | null;
  readonly limits: Limits;
  readonly owner: Owner;
  /** Below the output directory; for our programs. */
  readonly dir: string;
  /** The FIFO of the jobserver; null where none is wanted. */
  readonly jobserver: string | null;
  /** The launcher of the machine itself, for `none`. */
  readonly launcher: () => Promise<string | null>;
  readonly onNote: (note: string) => void;
  /** Stops what takes minutes: the making of an image. */
  readonly signal?: AbortSignal;
}

/** What it takes to see whether an engine works. */
export type Trying = Pick<EngineWishes, 'dir' | 'limits' | 'owner'>;
