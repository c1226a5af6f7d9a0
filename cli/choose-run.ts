import { basename, dirname, resolve } from 'node:path';
import { OutDir } from '../runners/store/out-dir.ts';

export interface RunChoice {
  readonly out: string;
  /** A run directory, or just `run-0002`. */
  readonly run?: string;
}

/** The run that a command is about: the one named, else the last one. */
export function chooseRun({ out, run }: RunChoice): { out: OutDir; runId: string } {
  if (run === undefined) {
    const dir = new OutDir(out);
    return { out: dir, runId: dir.lastRun() };
  }
  if (!run.includes('/')) return { out: new OutDir(out), runId: run };
  return { out: new OutDir(dirname(dirname(resolve(run)))), runId: basename(resolve(run)) };
}
