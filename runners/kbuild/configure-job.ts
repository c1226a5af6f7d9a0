import type { Column } from '../../matrix/column.ts';
import type { Site } from '../engine/engine.ts';

/** All that a configuration of one column needs to know. */
export interface ConfigureJob {
  readonly column: Column;
  readonly place: Site;
  readonly log: string;
  readonly signal: AbortSignal;
}
