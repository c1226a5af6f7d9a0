import type { Stage } from '../cell.ts';
import { findingKey, markNew, type Finding, type Observation } from '../finding.ts';
import type { ConsoleFacts } from '../logs/console-log.ts';
import type { Point } from '../logs/ktap.ts';
import { judgement, type Judgement } from '../result.ts';
import { describeEnd, describeFinding, type Ended } from './build.ts';

/** One boot, seen from outside. */
export interface BootOutcome {
  /** How QEMU ended; `silent` and `limit` mean that we ended it. */
  readonly ended:
    | Ended
    | { readonly kind: 'silent'; readonly seconds: number }
    | { readonly kind: 'flooded'; readonly bytes: number };
  /** The emulator's own last words on stderr, '' if it had none. */
  readonly complaint: string;
  readonly console: ConsoleFacts;
  readonly seconds: number;
}

/** What an earlier patch's boot found on the same column, by stage; null where it was not judged. */
export type BootFindings = Readonly<Partial<Record<Stage, readonly Observation[] | null>>>;

export interface BootContext {
  /** The patch before; what it already showed is not new. */
  readonly before: BootFindings;
  /** The base of this column said something on its console. */
  readonly baseSpoke: boolean;
  readonly isBase: boolean;
  /** The points that the base reported, by name; null on the base itself. */
  readonly expected: readonly string[] | null;
}

export const BOOT_STAGES = ['boot', 'kvm', 'vfio'] as const satisfies readonly Stage[];
export type BootStage = (typeof BOOT_STAGES)[number];

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
  const trouble = ownTrouble(outcome.console, context.expected);
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
    return context.baseSpoke
      ? judgement('fail', why, [finding(context, 'boot', 'panic', why)])
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

function judgePoints(stage: BootStage, outcome: BootOutcome, context: BootContext): Judgement {
  const findings = findingsOf(stage, outcome, context);
  const bad = findings.filter(({ kind }) => kind === 'probe' || kind === 'panic');
  const first = bad.find((candidate) => candidate.new) ?? bad[0];
  if (first) return judgement('fail', describeFinding(first), findings);
  const splat = findings.find((candidate) => candidate.new && candidate.kind === 'splat');
  if (splat) return judgement('warn', describeFinding(splat), findings);
  const points = outcome.console.points.filter((point) => stageOfPoint(point) === stage);
  const skipped = points.length > 0 && points.every(({ status }) => status === 'skip');
  return skipped ? judgement('skip', points[0]?.detail ?? 'skipped by the probe') : judgement('pass', null, findings);
}

function wasKilled({ ended, console }: BootOutcome): boolean {
  return ended.kind === 'signalled' && console.panic === null;
}

/**
 * The guest died, or the probe's watchdog gave up on a step that hangs in the kernel: it reports that step, says goodbye
 * without a plan and restarts the machine (runners/probe/watchdog.c).
 */
function isCutShort({ done, planned, points }: ConsoleFacts): boolean {
  return done === null || (done === 1 && planned === null && points.at(-1)?.status === 'not ok');
}

function lastFailure({ done, points }: ConsoleFacts): string | null {
  const last = points.at(-1);
  return done !== null && last?.status === 'not ok' ? pointObservation(last).message : null;
}

/** Where the probe or the console contradicts itself, nothing may be concluded about the kernel. */
function ownTrouble(console: ConsoleFacts, expected: readonly string[] | null): string | null {
  if (console.done === null || isCutShort(console)) return null;
  const failed = console.points.some(({ status }) => status === 'not ok');
  if (console.done > 1) return `the probe itself failed (status ${console.done}); last line: ${console.lastLine}`;
  if (console.planned !== console.points.length)
    return `the probe planned ${console.planned ?? 'nothing'} and reported ${console.points.length} points`;
  if (failed !== (console.done === 1)) return `the probe's status ${console.done} contradicts its points`;
  const names = new Set(console.points.map(({ name }) => name));
  const lost = (expected ?? []).filter((name) => !names.has(name));
  return lost.length > 0 ? `points that the base reported are missing: ${lost.join(', ')}` : null;
}

function findingsOf(stage: BootStage, outcome: BootOutcome, context: BootContext, fatal?: string): Finding[] {
  const { console } = outcome;
  const points = console.points
    .filter((point) => stageOfPoint(point) === stage && point.status === 'not ok')
    .map(pointObservation);
  const splats = console.splats
    .filter((splat) => splat.stage === stage)
    .map(({ kind, file, line, message }) => ({ kind, file, line, message }));
  const known = [...points, ...splats];
  const extra =
    fatal !== undefined && !known.some(({ message }) => message === fatal) ? [observation('panic', fatal)] : [];
  return markNew(uniqueByKey([...extra, ...known]), context.isBase ? null : (context.before[stage] ?? []));
}

function uniqueByKey(observations: readonly Observation[]): Observation[] {
  return [...new Map(observations.map((one) => [findingKey(one), one])).values()];
}

function pointObservation({ name, detail }: Point): Observation {
  return observation('probe', detail === '' ? name : `${name}: ${detail}`);
}

function observation(kind: Observation['kind'], message: string): Observation {
  return { kind, file: null, line: null, message };
}

function finding(context: BootContext, stage: BootStage, kind: Observation['kind'], message: string): Finding {
  const [marked] = markNew([observation(kind, message)], context.isBase ? null : (context.before[stage] ?? []));
  if (!marked) throw new Error('markNew lost a finding');
  return marked;
}

function stageOfPoint(point: Point): string {
  return point.name.split('.', 1)[0] ?? '';
}

/** Where the guest was when it stopped; between `ready` and the first stage it was on its way to kvm. */
function stageOf({ stage }: ConsoleFacts): string {
  return stage === 'boot' ? 'kvm' : stage;
}

function describeStop({ ended, seconds }: BootOutcome): string {
  switch (ended.kind) {
    case 'exited':
      return `the machine went off after ${Math.round(seconds)} s`;
    case 'silent':
      return `silent for ${ended.seconds} s`;
    case 'flooded':
      return `${Math.round(ended.bytes / 2 ** 20)} MiB of console in ${Math.round(seconds)} s`;
    case 'signalled':
    case 'timed-out':
    case 'not-started':
      return describeEnd(ended);
  }
}
