import { totalmem } from 'node:os';
import type { MatrixFile } from '../../matrix/file/schema.ts';
import type { Limits } from './engine.ts';

/** The bounds that the matrix file gives, with the machine's own where it is silent. */
export function limitsOf({ memory, pids, seconds, disk }: MatrixFile['containers']): Limits {
  // A linker that takes more than this would have the machine swap, or take somebody else with it.
  const most = Math.max(1, Math.floor((totalmem() / 2 ** 30) * 0.75));
  return { memory: memory ?? most, pids, seconds, disk };
}
