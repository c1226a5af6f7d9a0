import type { BlameGroup } from '../../../matrix/grid/blame-groups.ts';
import type { Phase } from './phases.ts';

/** What the measuring process hands back. */
export interface Measured {
  readonly phases: readonly Phase[];
  /** Of the files of the run, in MB. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly stagesTold: number;
  readonly cells: number;
  /** Cells by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Episodes merged over columns, columns and checks as numbers. */
  readonly groups: readonly (Pick<BlameGroup, 'stage' | 'brokenBy' | 'fixedBy'> & {
    readonly columns: number;
    readonly checks: number;
  })[];
  /** The rows that were made to break something. */
  readonly breakers: readonly number[];
}
