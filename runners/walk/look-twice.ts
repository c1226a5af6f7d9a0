import type { BootOutcome } from '../../matrix/judge/boot-facts.ts';
import type { Checks } from '../../matrix/judge/checks.ts';
import { agreedChecks, settleTwo, wantsSecondLook, type Judged } from '../../matrix/judge/second-look.ts';

export interface Look<S extends string> {
  readonly isBase: boolean;
  readonly boot: (again: boolean) => Promise<BootOutcome>;
  readonly judge: (outcome: BootOutcome) => Judged<S>;
  readonly checks: (outcome: BootOutcome) => Checks;
}

/** What one boot came to, or two of them. */
export interface Looked<S extends string> {
  /** The last one. */
  readonly outcome: BootOutcome;
  readonly judged: Judged<S>;
  readonly checks: Checks;
  /** Of all boots. */
  readonly seconds: number;
}

/** Boots, and boots once more before a kernel is blamed for something new. */
export async function lookTwice<S extends string>({ isBase, boot, judge, checks }: Look<S>): Promise<Looked<S>> {
  const first = await boot(false);
  const judged = judge(first);
  if (!wantsSecondLook(judged, isBase))
    return { outcome: first, judged, checks: checks(first), seconds: first.seconds };
  const second = await boot(true);
  return {
    outcome: second,
    judged: settleTwo(judged, judge(second)),
    checks: agreedChecks(checks(first), checks(second)),
    seconds: first.seconds + second.seconds,
  };
}
