import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeDir, remove } from '../files.ts';
import { output } from '../process.ts';

/**
 * One GNU make jobserver for all makes of all columns, so that the serial phases of one overlap with the compiles of
 * another. Source: "POSIX Jobserver Interaction" in the GNU make manual. Every make brings one job slot of its own.
 */
export interface Jobserver {
  /** Both ends, for the child's descriptors 3 and 4. */
  readonly inherit: readonly number[];
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

/** `tokens` are the jobs beyond the one that every running make has anyway. */
export async function openJobserver(dir: string, tokens: number): Promise<Jobserver> {
  makeDir(dir);
  const path = join(dir, 'jobserver');
  remove(path);
  await output(['mkfifo', '-m', '600', path]);
  // Opened for both, so that it neither blocks nor ever looks closed.
  const fd = openSync(path, 'r+');
  writeSync(fd, '+'.repeat(tokens));
  const close = (): void => {
    closeSync(fd);
    remove(path);
  };
  return { inherit: [fd, fd], env: { MAKEFLAGS: `-j${tokens + 1} --jobserver-auth=3,4` }, close };
}
