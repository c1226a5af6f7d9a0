import { EXIT, usageFailure, type ExitCode } from '../../matrix/failure.ts';
import { explainColumns } from '../../runners/explain.ts';
import { preparePlan, type RunRequest } from '../../runners/prepare.ts';
import { explainJson, explainText } from '../report/explain-columns.ts';
import { planJson, planText } from '../report/plan-text.ts';
import { abortOnSignals } from '../signals.ts';

export interface PlanFlags extends RunRequest {
  readonly json?: boolean;
  readonly explain?: boolean;
  readonly out: string;
}

/** `kvm-matrix plan`: what run would do; with --explain also which columns the tree's Kconfig can express. */
export async function plan({ json, explain, ...request }: PlanFlags): Promise<ExitCode> {
  if (explain) return explainPlan(request, json ?? false);
  const { plan: planned } = await preparePlan(request);
  process.stdout.write(json ? asJson(planJson(planned)) : planText(planned));
  return EXIT.clean;
}

async function explainPlan(
  { tree, ...request }: Omit<PlanFlags, 'json' | 'explain'>,
  json: boolean,
): Promise<ExitCode> {
  if (tree === undefined) throw usageFailure('plan --explain asks the Kconfig of a tree', 'add --tree LINUX');
  const signals = abortOnSignals();
  const onNote = (note: string): void => void process.stderr.write(`${note}\n`);
  try {
    const { explained } = await explainColumns({ ...request, tree }, { signal: signals.signal, onNote });
    process.stdout.write(json ? asJson(explainJson(explained)) : explainText(explained));
    return explained.some(({ expressible }) => expressible === null) ? EXIT.infra : EXIT.clean;
  } finally {
    signals.dispose();
  }
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
