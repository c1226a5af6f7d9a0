import { markNew, type Observation } from '../finding.ts';
import { carryOver, judgement, type Judgement, type StageResult } from '../result.ts';

/** How a process ended. Facts only. */
export type Ended =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly seconds: number }
  | { readonly kind: 'not-started'; readonly why: string }
  /** A limit of its box, or the engine, ended it. */
  | { readonly kind: 'lost'; readonly why: string };

/** One make, seen from outside. */
export interface BuildOutcome {
  readonly ended: Ended;
  /** Errors of this log and all warnings alive in the build directory. */
  readonly observations: readonly Observation[];
  readonly infra: string | null;
  readonly lastComplaint: string | null;
  /** Artefacts that should be there and are not. */
  readonly missing: readonly string[];
}

/**
 * Whose fault is a build that failed? The machine's if a line of the log says so or a signal ended it; the kernel's
 * if an error was understood; ours if make failed in words that we do not know. `before` is the patch before, null on
 * the base.
 */
export function judgeBuild(outcome: BuildOutcome, before: readonly Observation[] | null): Judgement {
  const findings = markNew(outcome.observations, before);
  const { ended } = outcome;
  if (ended.kind !== 'exited') return judgement('miss', describeEnd(ended), findings);
  if (ended.code === 0) {
    if (outcome.missing.length > 0)
      return judgement('error', `make exited 0 but ${outcome.missing.join(', ')} is not there`, findings);
    const fresh = findings.filter((finding) => finding.new && finding.kind === 'warning');
    return fresh.length === 0
      ? judgement('pass', null, findings)
      : judgement('warn', `${fresh.length} new ${plural('warning', fresh.length)}: ${fresh[0]?.message}`, findings);
  }
  if (outcome.infra) return judgement('miss', `the machine ended the build: ${outcome.infra}`, findings);
  const errors = findings.filter(({ kind }) => kind !== 'warning');
  const first = errors.find((finding) => finding.new) ?? errors[0];
  if (first) return judgement('fail', describeFinding(first), findings);
  return judgement(
    'error',
    `make exited ${ended.code} in words we do not know: ${outcome.lastComplaint ?? 'no complaint at all'}`,
    findings,
  );
}

/** A build's verdict on a tree that is the same to it: what was new there is known here. */
export function carryBuild(result: StageResult, from: string): StageResult {
  const findings = result.findings.map((finding) => ({ ...finding, new: false }));
  const carried = { ...carryOver(result, 'proved', from), findings };
  if (result.verdict === 'warn') return { ...carried, verdict: 'pass', reason: null };
  const error = findings.find(({ kind }) => kind !== 'warning');
  return result.verdict === 'fail' && error ? { ...carried, reason: describeFinding(error) } : carried;
}

export function describeEnd(ended: Exclude<Ended, { kind: 'exited' }>): string {
  switch (ended.kind) {
    case 'signalled':
      return `ended by ${ended.signal}; out of memory?`;
    case 'timed-out':
      return `not done after ${ended.seconds} s`;
    case 'not-started':
    case 'lost':
      return ended.why;
  }
}

/** `virt/kvm/vfio.c:12: error text`, as short as the finding allows. */
export function describeFinding({ file, line, message }: Observation): string {
  const place = [file, line].filter((part) => part !== null).join(':');
  return place === '' ? message : `${place}: ${message}`;
}

function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}
