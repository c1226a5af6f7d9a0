import type { Finding } from '../finding.ts';
import { carryOver, judgement, type Judgement, type StageResult } from '../result.ts';
import { findingsOf } from './boot-findings.ts';
import { stageOfPoint, type BaseFacts, type BootContext, type BootOutcome, type BootStage } from './boot-facts.ts';
import { describeFinding } from './build.ts';
import { isLifetimeCheck } from './checks.ts';

/** The verdict of a stage that the guest came through. */
export function judgePoints(stage: BootStage, outcome: BootOutcome, context: BootContext): Judgement {
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
export function carryBoot(result: StageResult, basis: 'proved' | 'reused', from: string): StageResult {
  const findings = result.findings.map((finding) => ({ ...finding, new: false }));
  const carried = { ...carryOver(result, basis, from), findings };
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
