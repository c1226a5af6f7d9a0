import type { Stage } from '../cell.ts';
import { findingKey, markNew, type Finding, type Observation } from '../finding.ts';
import type { ConsoleFacts } from '../logs/console-log.ts';
import type { Point } from '../logs/ktap.ts';
import { ACTS, checkObservation, checksOf, isLifetimeCheck, observation, type Checks } from './checks.ts';
import { carryOver, judgement, type Judgement, type StageResult } from '../result.ts';
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
  /** Of them, before the kernel's first word: emulator and firmware. Null when it never spoke. */
  readonly firmwareSeconds: number | null;
}

/** What an earlier patch's boot found on the same column, by stage; null where it was not judged. */
export type BootFindings = Readonly<Partial<Record<Stage, readonly Observation[] | null>>>;

/** What the base of the column showed. */
export interface BaseFacts {
  /** It said something on its console. */
  readonly spoke: boolean;
  readonly checks: Checks;
  readonly references: ReadonlyMap<string, string>;
}

export interface BootContext {
  /** The patch before; what it already showed is not new. */
  readonly before: BootFindings;
  /** Null on the base itself. */
  readonly base: BaseFacts | null;
  /** What the machine cannot show, with the reason (matrix.yaml, qemu.lacks). */
  readonly lacks: Readonly<Record<string, string | undefined>>;
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

function judgePoints(stage: BootStage, outcome: BootOutcome, context: BootContext): Judgement {
  const findings = findingsOf(stage, outcome, context);
  const bad = findings.filter(({ kind }) => kind === 'probe' || kind === 'panic');
  const accused = bad.filter((candidate) => !isPreExisting(candidate, context.base));
  const first = accused.find((candidate) => candidate.new) ?? accused[0];
  if (first) return judgement('fail', describeFinding(first), findings);
  const news = findings.find((candidate) => candidate.new && ['splat', 'references'].includes(candidate.kind));
  if (news) return judgement('warn', describeFinding(news), findings);
  const [known] = bad;
  if (known) return judgement('warn', preExisting(bad), findings);
  return judgeWhole(stage, outcome, context, findings);
}

/** Nothing is wrong; what the machine could not show is said. */
function judgeWhole(
  stage: BootStage,
  { console }: BootOutcome,
  { lacks }: BootContext,
  findings: readonly Finding[],
): Judgement {
  const points = console.points.filter((point) => stageOfPoint(point) === stage);
  const skipped = points.filter(({ status }) => status === 'skip');
  const heart = skipped.find(({ name }) => name === 'kvm.guest-runs');
  if (heart) return judgement('skip', heart.detail, findings);
  if (points.length > 0 && skipped.length === points.length)
    return judgement('skip', skipped[0]?.detail ?? 'skipped by the probe', findings);
  const unseen = Object.entries(lacks).filter(([, reason]) => skipped.some(({ detail }) => detail === reason));
  return judgement(
    'pass',
    unseen.length === 0 ? null : unseen.map(([what, reason]) => `without ${what}: ${reason}`).join('; '),
    findings,
  );
}

/** A boot's verdict on a cell whose guest is the same to the byte: what was new there is known here. */
export function carryBoot(result: StageResult, from: string): StageResult {
  const findings = result.findings.map((finding) => ({ ...finding, new: false }));
  const carried = { ...carryOver(result, 'reused', from), findings };
  if (result.verdict !== 'warn') return carried;
  const bad = findings.filter(({ kind }) => kind === 'probe');
  return bad.length > 0 ? { ...carried, reason: preExisting(bad) } : { ...carried, verdict: 'pass', reason: null };
}

/** A lifetime check that fails on the base is a known hole of that kernel, and held against no patch. */
function isPreExisting({ check }: Finding, base: BaseFacts | null): boolean {
  if (check === undefined || !isLifetimeCheck(check)) return false;
  return base === null || base.checks[check] === 'not ok' || base.checks[check] === 'unknown';
}

/** One sentence for a hole that shows in many checks. */
function preExisting(bad: readonly Finding[]): string {
  const more = bad.length > 1 ? ` (and ${bad.length - 1} more checks)` : '';
  return `pre-existing: ${bad[0]?.message}${more}`;
}

export function wasKilled({ ended, console }: BootOutcome): boolean {
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

function findingsOf(stage: BootStage, outcome: BootOutcome, context: BootContext, fatal?: string): Finding[] {
  const { console } = outcome;
  const points = console.points
    .filter((point) => stageOfPoint(point) === stage && point.status === 'not ok')
    .map(checkObservation);
  const splats = console.splats
    .filter((splat) => splat.stage === stage)
    .map(({ kind, file, line, message }) => ({ kind, file, line, message }));
  const known = [...points, ...splats, ...(stage === 'vfio' ? changedReferences(console, context.base) : [])];
  const extra =
    fatal !== undefined && !known.some(({ message }) => message === fatal) ? [observation('panic', fatal)] : [];
  return markNewHere([...extra, ...known], stage, context);
}

/** A patch may change who pins whom on purpose; that it did is worth a look in any case. */
function changedReferences({ references }: ConsoleFacts, base: BaseFacts | null): Observation[] {
  return [...references].flatMap(([held, counts]) => {
    const before = base?.references.get(held);
    return before === undefined || before === counts
      ? []
      : [observation('references', `module references with ${held} open: ${counts}, on the base ${before}`)];
  });
}

function markNewHere(observations: readonly Observation[], stage: BootStage, context: BootContext): Finding[] {
  return markNew(uniqueByKey(observations), context.base === null ? null : (context.before[stage] ?? []));
}

function uniqueByKey(observations: readonly Observation[]): Observation[] {
  return [...new Map(observations.map((one) => [findingKey(one), one])).values()];
}

function stageOfPoint(point: Point): string {
  return point.name.split('.', 1)[0] ?? '';
}

/** Where the guest was when it stopped; between `ready` and the first stage it was on its way to kvm. */
function stageOf({ stage }: ConsoleFacts): string {
  return stage === 'boot' ? 'kvm' : stage;
}

export function describeStop({ ended, seconds }: BootOutcome): string {
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
