import { markNew, type Finding, type Observation } from '../finding.ts';
import { judgement, type Judgement } from '../result.ts';
import { foldVerdicts } from '../verdict.ts';
import { describeFinding } from './build.ts';
import { describeStop, wasKilled, type BootContext, type BootOutcome } from './boot-facts.ts';
import { ACTS, checkObservation, checksOf, isLifetimeCheck, observation, SURVIVES, type Checks } from './checks.ts';

/**
 * The boot in which modules are really pulled from under a VM that a VFIO device holds (runners/probe/lifetime/lifetime-unload.c).
 * A kernel may die of it, and how it dies differs from boot to boot: only the checks are judged, and the death itself
 * where the base survived.
 */
export function judgeLifetime(outcome: BootOutcome, context: BootContext): Judgement {
  const { console, ended } = outcome;
  if (ended.kind === 'not-started') return judgement('miss', ended.why);
  if (wasKilled(outcome)) return judgement('miss', describeStop(outcome));
  if (!console.ready && console.panic === null)
    return judgement('miss', `a second boot was not ready: ${describeStop(outcome)}; last line: ${console.lastLine}`);
  if ((console.done ?? 0) > 1) return judgement('error', `the probe itself failed (status ${console.done})`);
  if (survived(outcome) && console.planned !== null && console.planned !== console.points.length)
    return judgement('error', `the probe planned ${console.planned} and reported ${console.points.length} points`);
  const findings = findingsOf(outcome, context);
  const accused = findings.filter(({ kind, check }) => kind === 'probe' && !isKnown(check ?? '', context));
  const first = accused.find((candidate) => candidate.new) ?? accused[0];
  if (first) return judgement('fail', describeFinding(first), findings);
  const bad = findings.filter(({ kind }) => kind === 'probe');
  if (bad.length > 0) return judgement('warn', `pre-existing: ${bad[0]?.message}`, findings);
  if (!console.points.some(({ name }) => name.startsWith(ACTS)))
    return judgement('error', 'the second boot reported nothing of its own');
  return judgement('pass', null, findings);
}

/** The stage as a whole, from its two boots. */
export function joinBoots(main: Judgement, lifetime: Judgement): Judgement {
  const verdict = foldVerdicts([main.verdict, lifetime.verdict]);
  const { reason } = main.verdict === verdict ? main : lifetime;
  return judgement(verdict, reason, [...main.findings, ...lifetime.findings]);
}

/** What the second boot adds to the checks of the first; nothing when it never came to the probe. */
export function lifetimeChecks(outcome: BootOutcome): Checks {
  if (!outcome.console.ready || wasKilled(outcome)) return {};
  const own = Object.entries(checksOf(outcome.console)).filter(([name]) => name.startsWith(ACTS));
  return { ...Object.fromEntries(own), [SURVIVES]: survived(outcome) ? 'ok' : 'not ok' };
}

/** Whether the kernel lived to see the probe say goodbye. */
function survived({ console }: BootOutcome): boolean {
  return console.done !== null && console.panic === null;
}

function findingsOf(outcome: BootOutcome, context: BootContext): Finding[] {
  const { console } = outcome;
  const points = console.points.filter(({ status }) => status === 'not ok').map(checkObservation);
  const death: Observation[] = survived(outcome)
    ? []
    : [{ ...observation('probe', `${SURVIVES}: ${console.panic ?? describeStop(outcome)}`), check: SURVIVES }];
  const splats = console.splats.map(({ file, line, message }): Observation => ({
    kind: 'splat',
    file,
    line,
    message: `${message} (in the boot that unloads modules in use)`,
  }));
  return markNew([...points, ...death, ...splats], context.base === null ? null : (context.before.vfio ?? []));
}

function isKnown(check: string, { base }: BootContext): boolean {
  if (!isLifetimeCheck(check)) return false;
  if (base === null) return true;
  // A base that died on the way says nothing of the checks behind.
  const reached = base.checks[check] ?? (base.checks[SURVIVES] === 'not ok' ? 'unknown' : 'ok');
  return reached === 'not ok' || reached === 'unknown';
}
