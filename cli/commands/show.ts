import { basename, dirname, resolve } from 'node:path';
import type { ExitCode } from '../../matrix/failure.ts';
import { OutDir } from '../../runners/store/out-dir.ts';
import { exitCodeOf } from '../exit-code.ts';
import { summarize } from '../summary.ts';

export interface RunChoice {
  readonly out: string;
  /** A run directory, or just `run-0002`. */
  readonly run?: string;
}

/** `kvm-matrix show`: every view again, from the journal alone. */
export async function show(flags: RunChoice & { readonly json?: boolean }): Promise<ExitCode> {
  const { out, runId } = chooseRun(flags);
  return exitCodeOf(summarize(out, runId, flags.json ?? false));
}

export function chooseRun({ out, run }: RunChoice): { out: OutDir; runId: string } {
  if (run === undefined) {
    const dir = new OutDir(out);
    return { out: dir, runId: dir.lastRun() };
  }
  if (!run.includes('/')) return { out: new OutDir(out), runId: run };
  return { out: new OutDir(dirname(dirname(resolve(run)))), runId: basename(resolve(run)) };
}
