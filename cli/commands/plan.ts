import { EXIT, type ExitCode } from '../../matrix/failure.ts';
import { preparePlan, type RunRequest } from '../../runners/prepare.ts';
import { planJson, planText } from '../report/plan-text.ts';

/** `kvm-matrix plan`: what run would do. */
export async function plan({ json, ...request }: RunRequest & { readonly json?: boolean }): Promise<ExitCode> {
  const prepared = await preparePlan(request);
  process.stdout.write(json ? `${JSON.stringify(planJson(prepared.plan), null, 1)}\n` : planText(prepared.plan));
  return EXIT.clean;
}
