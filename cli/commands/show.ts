import type { ExitCode } from '../../matrix/failure.ts';
import { chooseRun, type RunChoice } from '../choose-run.ts';
import { exitCodeOf } from '../exit-code.ts';
import { summarize } from '../summary.ts';

/** `kvm-matrix show`: every view again, from the journal alone. */
export async function show(flags: RunChoice & { readonly json?: boolean }): Promise<ExitCode> {
  const { out, runId } = chooseRun(flags);
  return exitCodeOf(summarize(out, runId, flags.json ?? false));
}
