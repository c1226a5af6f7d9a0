import type { Column } from '../../matrix/column.ts';
import type { Resolved } from '../../matrix/kconfig/kconfig.ts';
import type { Site } from '../engine/engine.ts';
import type { Jobserver } from '../jobserver.ts';
import type { Inputs } from '../kbuild/made.ts';
import type { Differences } from '../tree/differences.ts';
import type { LinkMemory } from './link-memory.ts';

/** All that a build of one column needs to know. */
export interface BuildJob {
  readonly column: Column;
  readonly place: Site;
  readonly resolved: Resolved;
  readonly log: string;
  readonly jobserver: Jobserver;
  readonly signal: AbortSignal;
  readonly inputs: Inputs;
  readonly differences: Differences;
  readonly links: LinkMemory;
  /** Called when all that is left to do is links; never where make does the whole. */
  readonly onCompiled: () => void;
  /** A replay compiles from the last object to the first. */
  readonly backward: boolean;
}
