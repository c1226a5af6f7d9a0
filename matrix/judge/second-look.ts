import type { Finding } from '../finding.ts';
import { judgement, type Judgement } from '../result.ts';
import type { Checks, CheckStatus } from './checks.ts';

/** The verdicts of one boot, by stage. */
export type Judged<S extends string> = Readonly<Record<S, Judgement>>;

/**
 * Emulators and races make a boot fail that would not fail again, and a patch must not be blamed for that: a failure
 * that is news gets a second boot. One that the row before had is known well enough.
 */
export function wantsSecondLook<S extends string>(judged: Judged<S>, isBase: boolean): boolean {
  return Object.values<Judgement>(judged).some(
    ({ verdict, findings }) => verdict === 'fail' && (isBase || findings.some((finding) => finding.new)),
  );
}

/** Both boots together: a stage fails only if it failed twice; a failure that did not come again is a warning. */
export function settleTwo<S extends string>(first: Judged<S>, second: Judged<S>): Judged<S> {
  const stages = Object.keys(first) as S[];
  if (stages.every((stage) => first[stage].verdict !== 'fail' || second[stage].verdict === 'fail')) return first;
  const settled = stages.map((stage) => [stage, settleStage(first[stage], second[stage])] as const);
  return Object.fromEntries(settled) as Record<S, Judgement>;
}

function settleStage(first: Judgement, second: Judgement): Judgement {
  if (first.verdict !== 'fail' || second.verdict === 'fail') return second;
  if (second.verdict !== 'pass' && second.verdict !== 'warn') return second;
  const once = first.findings.filter((finding) => finding.kind === 'panic' || finding.kind === 'probe').map(asSplat);
  return judgement('warn', `failed in one of two boots: ${first.reason}`, [...second.findings, ...once]);
}

/** Told, and not judged. */
function asSplat({ file, line, message, new: fresh }: Finding): Finding {
  return { kind: 'splat', file, line, message: `${message} (in one of two boots)`, new: fresh };
}

/** What two boots do not agree on is not known. */
export function agreedChecks(first: Checks, second: Checks): Checks {
  const agreed = (name: string, status: CheckStatus): CheckStatus => {
    const before = first[name];
    return before === undefined || before === status ? status : 'unknown';
  };
  return Object.fromEntries(Object.entries(second).map(([name, status]) => [name, agreed(name, status)]));
}
