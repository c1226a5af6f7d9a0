import type { Consumers } from '../../matrix/replay/consumers.ts';
import type { Learned } from '../../matrix/replay/last-links.ts';

/** What a run knows of links: by build directory, and what it has learned by the Makefiles that lead the last ones. */
export class LinkMemory {
  readonly consumers = new Map<string, Consumers>();
  readonly learned = new Map<string, Learned | string>();
  /** To be forgotten when make does the whole: it may read files that nobody here looks at. */
  readonly environments = new Map<string, Environment>();
  /** The same by Makefiles, values and tree, without the name of O=. */
  readonly shared = new Map<string, string>();
}

/** What the top Makefile exports to its commands, and of which Makefiles and config. */
export interface Environment {
  readonly of: string;
  readonly text: string;
}
