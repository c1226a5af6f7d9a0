import type { ConsoleFacts } from '../logs/console-log.ts';
import { judgement, type Judgement } from '../result.ts';
import { findingsOf, markNewHere } from './boot-findings.ts';
import {
  describeStop,
  isCutShort,
  stageOfPoint,
  wasKilled,
  type BaseFacts,
  type BootContext,
  type BootOutcome,
  type BootStage,
} from './boot-facts.ts';
import { ACTS, checkObservation, checksOf, observation } from './checks.ts';
import { judgePoints } from './points.ts';

/**
 * Splits one boot into the verdicts of its stages. Words accuse the kernel, silence accuses us, unless the base spoke
 * on this column: then the patch is what fell silent.
 */
export function judgeBoot(outcome: BootOutcome, context: BootContext): Record<BootStage, Judgement> {
  const boot = judgeReady(outcome, context);
  if (boot.verdict !== 'pass' && boot.verdict !== 'warn') {
    const skipped = judgement('skip', 'needs boot');
    return { boot, kvm: skipped, vfio: skipped };
  }
  const trouble = ownTrouble(outcome.console, context.base);
  if (trouble) return { boot, kvm: judgement('error', trouble), vfio: judgement('error', trouble) };
  return { boot, kvm: judgeProbe('kvm', outcome, context), vfio: judgeProbe('vfio', outcome, context) };
}

function judgeReady(outcome: BootOutcome, context: BootContext): Judgement {
  const { console, ended } = outcome;
  if (ended.kind === 'not-started') return judgement('miss', ended.why);
  // Nobody but the machine kills a QEMU that we did not end: out of memory, mostly.
  if (wasKilled(outcome) && !console.ready) return judgement('miss', describeStop(outcome));
  // E.g. about a machine option that it does not know.
  if (!console.spoke && ended.kind === 'exited' && ended.code !== 0)
    return judgement('miss', outcome.complaint || `QEMU exited ${ended.code}`);
  if (!console.spoke) {
    const why = `not one line from the kernel in ${Math.round(outcome.seconds)} s`;
    return context.base?.spoke
      ? judgement('fail', why, markNewHere([observation('panic', why)], 'boot', context))
      : judgement('miss', why);
  }
  if (!console.ready && console.done !== null)
    return judgement('error', `the probe itself failed before it began (status ${console.done}); see the log`);
  if (!console.ready) {
    const why = console.panic ?? `${describeStop(outcome)} before the probe was ready; last line: ${console.lastLine}`;
    return judgement('fail', why, findingsOf('boot', outcome, context, why));
  }
  return judgePoints('boot', outcome, context);
}

function judgeProbe(stage: 'kvm' | 'vfio', outcome: BootOutcome, context: BootContext): Judgement {
  const { console } = outcome;
  const stopped = isCutShort(console) ? stageOf(console) : null;
  const ran = console.points.some((point) => stageOfPoint(point) === stage);
  if (stopped === stage && wasKilled(outcome)) return judgement('miss', describeStop(outcome));
  if (stopped === stage) {
    const panic = console.splats.find((splat) => splat.kind === 'panic' && splat.stage === stage)?.message;
    const why = panic ?? lastFailure(console) ?? `${describeStop(outcome)}; last line: ${console.lastLine}`;
    return judgement('fail', why, findingsOf(stage, outcome, context, why));
  }
  if (!ran)
    return stopped
      ? judgement('skip', `needs ${stopped}`)
      : judgement('error', `the probe reported nothing for ${stage}`);
  return judgePoints(stage, outcome, context);
}

function lastFailure({ done, points }: ConsoleFacts): string | null {
  const last = points.at(-1);
  return done !== null && last?.status === 'not ok' ? checkObservation(last).message : null;
}

/** Where the probe or the console contradicts itself, nothing may be concluded about the kernel. */
function ownTrouble(console: ConsoleFacts, base: BaseFacts | null): string | null {
  if (console.done === null || isCutShort(console)) return null;
  const failed = console.points.some(({ status }) => status === 'not ok');
  if (console.done > 1) return `the probe itself failed (status ${console.done}); last line: ${console.lastLine}`;
  if (console.planned !== console.points.length)
    return `the probe planned ${console.planned ?? 'nothing'} and reported ${console.points.length} points`;
  if (failed !== (console.done === 1)) return `the probe's status ${console.done} contradicts its points`;
  const now = checksOf(console);
  const expected = Object.keys(base?.checks ?? {}).filter((name) => !name.startsWith(ACTS));
  const lost = expected.filter((name) => now[name] === undefined);
  return lost.length > 0 ? `points that the base reported are missing: ${lost.join(', ')}` : null;
}

/** Where the guest was when it stopped; between `ready` and the first stage it was on its way to kvm. */
function stageOf({ stage }: ConsoleFacts): string {
  return stage === 'boot' ? 'kvm' : stage;
}
